// Requests a second of the node API on a running node, over real sockets: status as the CLI and
// dashboards ask it, alone and while the node takes ratings and makes blocks. The node runs in a
// process of its own. `node bench/api.ts [--json] [--seconds 5] [--connections 16] [--ratings 200]`
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { defaultApiBounds } from '../src/api/bounds.ts'
import { type ApiClient, apiClient } from '../src/api/client.ts'
import { type Connection, readConnection } from '../src/api/connection-file.ts'
import { endpoints } from '../src/api/endpoints.ts'
import { peerIdOf } from '../src/core/id.ts'
import { flagsOf, progress, report } from './report.ts'

const values = flagsOf({
  json: { type: 'boolean', default: false },
  seconds: { type: 'string', default: '5' },
  connections: { type: 'string', default: '16' },
  ratings: { type: 'string', default: '200' },
})
const seconds = Number(values.seconds)
const connections = Number(values.connections)
const ratingsPerSecond = Number(values.ratings)
const rounds = 3

/** Starts a node alone in its network; resolves when it serves. */
async function startNode(home: string): Promise<{ child: ChildProcess; connection: Connection }> {
  const cli = join(import.meta.dirname, '..', 'cli', 'run.ts')
  const child = spawn(process.execPath, [cli, 'node', 'start', '--home', home, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}`)))
  })
  return { child, connection: (await readConnection(home))! }
}

/**
 * At most so many requests a second: a fast machine would reach the bound on an owner's requests, and the
 * ratings beside them are the same owner's. More than this can't be measured from outside; see the
 * processor time of a status.
 */
const costPerSecondMax = 0.9 * defaultApiBounds.ownerRequestsPerSecondMax

/** One request after another on each of some connections, for so long; the answers a second. */
async function hammer(
  { url, token }: Connection,
  { path, cost = 1 }: { readonly path: string; readonly cost?: number },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const until = performance.now() + seconds * 1_000
  let asked = 0
  const once = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` }
      get(`${url}${path}`, { agent, headers }, (response) => {
        response.resume()
        response.once('end', () => {
          if (response.statusCode === 200) resolve()
          else reject(new Error(`${path} answered ${response.statusCode}`))
        })
      }).once('error', reject)
    })
  const begun = performance.now()
  const worker = async (): Promise<void> => {
    while (performance.now() < until) {
      if (asked * cost >= ((performance.now() - begun) / 1_000) * costPerSecondMax) await delay(1)
      else {
        asked++
        await once()
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  agent.destroy()
  return asked / ((performance.now() - begun) / 1_000)
}

/** Ratings under way at one time. */
const ratersMax = 16

/** Rates made-up peers at a steady pace until it is stopped; how many were made. */
function rateSteadily(api: ApiClient): { stop(): Promise<number> } {
  const begun = performance.now()
  let made = 0
  let isOver = false
  const rateWhenDue = async (): Promise<void> => {
    while (!isOver) {
      const next = made + 1
      if ((performance.now() - begun) / 1_000 < next / ratingsPerSecond) {
        await delay(2)
        continue
      }
      made = next
      const key = new Uint8Array(32)
      new DataView(key.buffer).setUint32(0, next)
      await api.rate({ peer: peerIdOf(key), value: '0.5' })
    }
  }
  const raters = Array.from({ length: ratersMax }, rateWhenDue)
  return {
    async stop() {
      isOver = true
      await Promise.all(raters)
      return made
    },
  }
}

const home = await mkdtemp(join(tmpdir(), 'trustnet-bench-api-'))
const { child, connection } = await startNode(home)
const api = apiClient(connection)
const params = { seconds, connections }
/** Processor time that the node has taken so far, seconds. */
async function processorSeconds(): Promise<number> {
  const told = await api.metrics()
  const modes = told.matchAll(/^trustnet_process_cpu_seconds_total\{[^}]*\} (\S+)$/gm)
  return [...modes].reduce((sum, [, spent]) => sum + Number(spent), 0)
}

const alone: number[] = []
const spent: number[] = []
const rated: number[] = []
const kept: number[] = []
const metrics: number[] = []
try {
  await hammer(connection, endpoints.status)
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}`)
    const idle = await processorSeconds()
    const perSecond = await hammer(connection, endpoints.status)
    alone.push(perSecond)
    spent.push((((await processorSeconds()) - idle) / (perSecond * seconds)) * 1e6)
    const before = (await api.status()).ratings.final ?? 0
    const rating = rateSteadily(api)
    const begun = performance.now()
    rated.push(await hammer(connection, endpoints.status))
    const made = await rating.stop()
    // Kept up: what was rated is in blocks soon after.
    while (((await api.status()).ratings.final ?? 0) < before + made)
      if (performance.now() - begun > (seconds + 30) * 1_000) break
    const final = ((await api.status()).ratings.final ?? 0) - before
    kept.push(final / ((performance.now() - begun) / 1_000))
    metrics.push(await hammer(connection, endpoints.metrics))
  }
} finally {
  await api.stop()
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
  await rm(home, { recursive: true })
}
const load = { ...params, ratingsPerSecond }
report(
  [
    { name: 'status', unit: 'requests/s', values: alone, params },
    { name: 'processor time of a status', unit: 'µs', values: spent, params },
    { name: 'status while rating', unit: 'requests/s', values: rated, params: load },
    { name: 'ratings final meanwhile', unit: 'ratings/s', values: kept, params: load },
    { name: 'metrics', unit: 'requests/s', values: metrics, params },
  ],
  values.json,
)
