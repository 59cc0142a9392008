// Is the node of a home healthy: does its API answer, has it joined, does it have the peers that it
// should? Asked until the answer will do.
import { open, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { apiClient } from '../../src/api/client.ts'
import { readConnection } from '../../src/api/connection-file.ts'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { Failure } from '../../src/core/failure.ts'

export type Status = AnswerOf<'status'>

const askEveryMs = 100

export interface Demand {
  readonly home: string
  readonly seconds: number
  /** Where to look when it fails. */
  readonly log: string
  /** Bytes that the log held before the start: what stands in them is of earlier ones. */
  readonly logBytes: number
  /** Another process than this one: it was restarted. */
  readonly notPid?: number | undefined
  readonly version?: string
  readonly peers?: boolean
  readonly heightMin?: number | null
}

/** The status of the node that runs in a home; undefined when none answers. */
export async function statusOf(home: string): Promise<Status | undefined> {
  const connection = await readConnection(home)
  if (connection === undefined) return undefined
  const { url, token } = connection
  return apiClient({ url, token, home, timeoutSeconds: 5 })
    .status()
    .catch(() => undefined)
}

/** What keeps a node from being healthy, as half a sentence; undefined when nothing does. */
export function ails(status: Status | undefined, demand: Demand): string | undefined {
  if (status === undefined) return 'its API does not answer'
  if (status.pid === demand.notPid) return 'the old process still runs'
  if (demand.version !== undefined && status.version !== demand.version)
    return `it is version ${status.version}`
  if (status.forked) return 'its key is forked'
  if (!status.joined) return 'it has not joined its network'
  if (demand.peers === true && status.peers.connected === 0) return 'no peer is connected'
  if (demand.heightMin != null && (status.height ?? 0) < demand.heightMin)
    return `it is at height ${status.height ?? 0} and was at ${demand.heightMin}`
  return undefined
}

/** @throws Failure `service/not-healthy` */
export async function untilHealthy(demand: Demand): Promise<Status> {
  const until = performance.now() + demand.seconds * 1_000
  for (;;) {
    const status = await statusOf(demand.home)
    const why = ails(status, demand)
    if (why === undefined) return status!
    if (performance.now() > until) {
      const { seconds, log } = demand
      const said = status === undefined ? await lastComplaint(log, demand.logBytes) : undefined
      const whole = said === undefined ? why : `${why}; the node said: ${said}`
      throw new Failure('service/not-healthy', { seconds, why: whole, log })
    }
    await delay(askEveryMs)
  }
}

/** Bytes in a log; 0 where there is no such file, as under systemd. */
export const bytesOfLog = (log: string): Promise<number> =>
  stat(log).then(
    ({ size }) => size,
    () => 0,
  )

/**
 * What a node that could not start said last: its failure as JSON, in a supervisor's log. Nothing where
 * it served since then.
 *
 * @param from bytes that are not looked at; all are where the log holds fewer: it was begun anew
 */
export async function lastComplaint(log: string, from: number): Promise<string | undefined> {
  const lines = (await textFrom(log, from)).split('\n')
  for (const line of lines.reverse()) {
    if (line.startsWith('{"schemaVersion":1,"event":"serving"')) return undefined
    const message = complaintIn(line)
    if (message !== undefined) return message
  }
  return undefined
}

async function textFrom(log: string, from: number): Promise<string> {
  try {
    await using file = await open(log)
    const { size } = await file.stat()
    const start = size < from ? 0 : from
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(size - start),
      0,
      size - start,
      start,
    )
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    return ''
  }
}

/** The sentence of a failure that `--json` printed. */
function complaintIn(line: string): string | undefined {
  if (!line.startsWith('{"schemaVersion":1,"error":')) return undefined
  try {
    const { error } = JSON.parse(line) as { readonly error?: { readonly message?: unknown } }
    return typeof error?.message === 'string' ? error.message : undefined
  } catch {
    return undefined
  }
}
