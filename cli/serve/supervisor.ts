// Keeps a node running where there is no systemd, with the same behaviour: a crash is followed by a
// new start, after a pause that grows while starts fail; a node that was asked to stop stays
// stopped; one that is started wrongly (exit code 2) is not started again. The node's standard
// input is a pipe of this process: when this process dies, however, the node leaves.
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { exitCodes } from '../../src/core/failure-entry.ts'

/** The first pause: a lock or a port of the dead process may take a moment to be free. */
const pauseFirstMs = 200
/** A node that served comes back soon, or the network would take it for gone. */
const pauseServedMaxMs = 1_000
/** One that never served fails for a reason that takes a person, or the network, to mend. */
const pauseFailedMaxMs = 60_000
/** After so long at work an earlier crash says nothing about the next one. */
const steadyMs = 60_000
/** How long a node may take to leave before it is killed. */
const patienceMs = 15_000

/**
 * How long to wait before the next start.
 *
 * @param crashes in a row, this one included
 * @param failed how many of them, the last ones in a row, ended before they served: 0 when this one
 *   served. One that is killed while it starts is no reason to make the network wait for a minute
 *   because it had been killed often before.
 */
export function pauseMs(crashes: number, failed: number): number {
  const doubled = (times: number): number => pauseFirstMs * 2 ** Math.min(times - 1, 20)
  return Math.max(
    Math.min(pauseServedMaxMs, doubled(crashes)),
    Math.min(pauseFailedMaxMs, doubled(failed)),
  )
}

/** How the node is run, asked before every start: an update changes it in between. */
export interface Start {
  readonly node: string
  readonly arguments: readonly string[]
}

export interface SupervisorPorts {
  readonly start: () => Promise<Start>
  /** What the node says on standard error, and what the supervisor does. */
  readonly log: (text: string | Uint8Array) => void
  /** The node serves: its first line of standard output. */
  readonly serving?: (line: string, pid: number) => void
  /** How long to wait after a crash. @default pauseMs */
  readonly pause?: typeof pauseMs
}

export class Supervisor {
  readonly #ports: SupervisorPorts
  readonly #over = new AbortController()
  /** Aborted when a restart is asked for; a new one for every start. */
  #anew = new AbortController()
  #child: ChildProcess | undefined

  constructor(ports: SupervisorPorts) {
    this.#ports = ports
  }

  /** Runs the node until it is asked to stop; resolves with its exit code. */
  async run(): Promise<number> {
    let crashes = 0
    let failed = 0
    while (!this.#over.signal.aborted) {
      this.#anew = new AbortController()
      const begun = performance.now()
      const { code, served } = await this.#once()
      if (!this.#isCalled) {
        if (code === 0 || code === exitCodes.usage) return code
        crashes = performance.now() - begun > steadyMs ? 1 : crashes + 1
        failed = served ? 0 : Math.min(failed + 1, crashes)
        const ms = (this.#ports.pause ?? pauseMs)(crashes, failed)
        this.#says('the node ended and is started again', { code, crashes, inMs: ms })
        const called = AbortSignal.any([this.#over.signal, this.#anew.signal])
        await delay(ms, undefined, { signal: called }).catch(() => {})
      }
      // Whoever asks for a restart has mended what made it crash, or hopes so.
      if (this.#anew.signal.aborted) crashes = 0
    }
    return 0
  }

  /** Ends the node gracefully, and this supervisor with it. */
  stop(): void {
    this.#over.abort()
    this.#leave()
  }

  /** Starts the node anew, as it is to be run by now. */
  restart(): void {
    this.#anew.abort()
    this.#leave()
  }

  /** Was a stop or a restart asked for since the last start? */
  get #isCalled(): boolean {
    return this.#over.signal.aborted || this.#anew.signal.aborted
  }

  async #once(): Promise<{ readonly code: number; readonly served: boolean }> {
    const { node, arguments: args } = await this.#ports.start()
    if (this.#isCalled) return { code: 0, served: false }
    const child = spawn(node, [...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    child.stdin.on('error', () => {})
    child.stderr.on('data', (bytes: Uint8Array) => this.#ports.log(bytes))
    let said = ''
    let served = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      // The first line says where it serves; the rest is read so that the pipe stays empty.
      if (served) return
      said += text
      const end = said.indexOf('\n')
      if (end === -1) return
      served = said.startsWith('{"schemaVersion":1,"event":"started"')
      if (served) this.#ports.serving?.(said.slice(0, end), child.pid ?? -1)
      else this.#ports.log(said)
      said = ''
    })
    const code = await new Promise<number>((resolve) => {
      child.once('error', (error) => {
        this.#says('the node cannot be run', { why: error.message })
        resolve(1)
      })
      child.once('close', (status: number | null) => resolve(status ?? 1))
    })
    this.#child = undefined
    return { code, served }
  }

  #leave(): void {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    child.once('exit', () => clearTimeout(kill))
  }

  #says(msg: string, facts: object): void {
    this.#ports.log(
      `${JSON.stringify({ level: 40, time: Date.now(), by: 'supervisor', ...facts, msg })}\n`,
    )
  }
}
