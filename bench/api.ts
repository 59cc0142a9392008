// Requests a second of the node API on a running node, over real sockets: status as the CLI and
// dashboards ask it, alone and while the node takes ratings and makes blocks. The node runs in a
// process of its own. `node bench/api.ts [--json] [--seconds 5] [--connections 16] [--ratings 200]`
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ApiClient, apiClient } from '../src/api/client.ts'
import { type Connection, readConnection } from '../src/api/connection-file.ts'
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

/** Pause of a connection that was told that it asks too often. */
const refusedMs = 20

/**
 * One request after another on each of some connections, for so long; the answers a second. A fast
 * machine reaches the bound on an owner's requests (`ownerRequestsPerSecondMax`): a refusal is no answer.
 */
async function hammer({ url, token }: Connection, path: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const until = performance.now() + seconds * 1_000
  let answered = 0
  const once = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` }
      get(`${url}${path}`, { agent, headers }, (response) => {
        response.resume()
        response.once('end', () => {
          const status = response.statusCode ?? 0
          if (status === 200) answered++
          else if (status !== 429) return reject(new Error(`${status}`))
          resolve(status)
        })
      }).once('error', reject)
    })
  const worker = async (): Promise<void> => {
    while (performance.now() < until) if ((await once()) === 429) await delay(refusedMs)
  }
  const begun = performance.now()
  await Promise.all(Array.from({ length: connections }, worker))
  agent.destroy()
  return answered / ((performance.now() - begun) / 1_000)
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
  await hammer(connection, '/v1/status')
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}`)
    const idle = await processorSeconds()
    const perSecond = await hammer(connection, '/v1/status')
    alone.push(perSecond)
    spent.push((((await processorSeconds()) - idle) / (perSecond * seconds)) * 1e6)
    const before = (await api.status()).ratings.final ?? 0
    const rating = rateSteadily(api)
    const begun = performance.now()
    rated.push(await hammer(connection, '/v1/status'))
    const made = await rating.stop()
    // Kept up: what was rated is in blocks soon after.
    while (((await api.status()).ratings.final ?? 0) < before + made)
      if (performance.now() - begun > (seconds + 30) * 1_000) break
    const final = ((await api.status()).ratings.final ?? 0) - before
    kept.push(final / ((performance.now() - begun) / 1_000))
    metrics.push(await hammer(connection, '/metrics'))
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
