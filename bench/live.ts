// The live bench: 50 nodes in 5 processes over real libp2p on loopback. Looks 1,000 random keys up
// by trust routing, checks every root from outside, and measures @libp2p/kad-dht's closest-peers on
// the same nodes in the same run. `npm run bench:live -- --json`
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KadReport, LookupReport, NodeState, WorkerAsks } from './live-worker.ts'
import { flagsOf, report } from './report.ts'

const values = flagsOf({
  json: { type: 'boolean', default: false },
  nodes: { type: 'string', default: '50' },
  processes: { type: 'string', default: '5' },
  lookups: { type: 'string', default: '1000' },
  'kad-seconds': { type: 'string', default: '5' },
  rounds: { type: 'string', default: '5' },
  concurrency: { type: 'string', default: '16' },
  'kad-concurrency': { type: 'string', default: '4' },
  'cpu-prof': { type: 'string' },
})
const nodes = Number(values.nodes)
const processes = Math.min(Number(values.processes), nodes)
const lookups = Number(values.lookups)
const kadSeconds = Number(values['kad-seconds'])
const rounds = Number(values.rounds)
/** Lookups under way in each process at a time. */
const concurrency = Number(values.concurrency)
/** The same for Kademlia: with more its lookups get no faster and begin to miss their ten seconds. */
const kadConcurrency = Number(values['kad-concurrency'])
/** A folder for CPU profiles of the workers. */
const profiled = values['cpu-prof']

const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** All homes lie in here, and whatever ends the bench removes it. */
const homes = mkdtempSync(join(tmpdir(), 'trustnet-bench-'))

class Worker {
  readonly #child: ChildProcess
  readonly #gone: Promise<never>
  /** Resolves when the process is gone. */
  readonly ended: Promise<unknown>
  constructor(index: number) {
    this.#child = fork(new URL('./live-worker.ts', import.meta.url), [join(homes, `p${index}`)], {
      execArgv: profiled === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiled}`],
    })
    this.#gone = once(this.#child, 'exit').then(([code, signal]) => {
      throw new Error(`a worker ended with ${code ?? signal}`)
    })
    this.ended = this.#gone.catch(() => {})
  }
  async ask<T>(asked: WorkerAsks): Promise<T> {
    this.#child.send(asked)
    const answer = once(this.#child, 'message') as Promise<[{ ok: boolean; value: T; why: string }]>
    const [said] = await Promise.race([answer, this.#gone])
    if (!said.ok) throw new Error(said.why)
    return said.value
  }
  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

const workers = Array.from({ length: processes }, (_, index) => new Worker(index))
process.once('exit', () => {
  for (const worker of workers) worker.kill()
  rmSync(homes, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(130))
const all = async <T>(asked: (index: number) => WorkerAsks): Promise<T[]> =>
  Promise.all(workers.map((worker, index) => worker.ask<T>(asked(index))))
const share = (total: number, index: number): number =>
  Math.floor(total / processes) + (index < total % processes ? 1 : 0)

/** Asks until every node is as it should be. */
async function settled(what: string, holds: (state: NodeState) => boolean): Promise<NodeState[]> {
  const deadline = performance.now() + 120_000
  for (;;) {
    const states = (await all<NodeState[]>(() => ({ ask: 'status' }))).flat()
    if (states.length === nodes && states.every(holds)) return states
    if (performance.now() > deadline)
      throw new Error(
        `${what} did not happen within 120 s: ${JSON.stringify(states.find((s) => !holds(s)))}`,
      )
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** The node numerically nearest to a key, the shorter way round; ties to the smaller id. Written apart from the router on purpose. */
function rootOf(key: string, ids: readonly string[]): string {
  const whole = 1n << 128n
  const at = BigInt(`0x${key}`)
  const distance = (id: string): bigint => {
    const d = (BigInt(`0x${id}`) - at + whole) % whole
    return d < whole - d ? d : whole - d
  }
  return [...ids].sort().reduce((best, id) => (distance(id) < distance(best) ? id : best))
}

const begun = performance.now()
const first = await workers[0]!.ask<{ invite: string }>({
  ask: 'start',
  count: share(nodes, 0),
  invite: null,
})
await Promise.all(
  workers
    .slice(1)
    .map((worker, i) =>
      worker.ask({ ask: 'start', count: share(nodes, i + 1), invite: first.invite }),
    ),
)
const leaves = Math.min(nodes - 1, 32)
const states = await settled('joining', (state) => state.joined && state.leaves >= leaves)
say(
  `${nodes} nodes in ${processes} processes joined after ${Math.round((performance.now() - begun) / 1_000)} s`,
)

const subjects = states.map((state) => state.publicKey)
const rated = (await all<number>(() => ({ ask: 'rate', subjects, perNode: 4 }))).reduce(
  (a, b) => a + b,
)
await settled('the spread of ratings', (state) => state.held === rated)
say(`${rated} ratings are on every node`)

const ids = states.map((state) => state.nodeId)

/** Looks keys up from all processes at once; the rate over all of them. */
async function lookUp(count: number): Promise<{ reports: LookupReport[]; rate: number }> {
  const from = performance.now()
  const reports = (
    await all<LookupReport[]>((index) => ({
      ...{ ask: 'lookups', count: share(count, index), concurrency },
    }))
  ).flat()
  return { reports, rate: reports.length / ((performance.now() - from) / 1_000) }
}

/** Kademlia's closest peers of random keys for so long; the rate over all processes. */
async function closestPeers(seconds: number): Promise<{ rate: number; failed: number }> {
  const ran = await all<KadReport>(() => ({ ask: 'kad', seconds, concurrency: kadConcurrency }))
  const found = ran.reduce((sum, { lookups }) => sum + lookups, 0)
  return {
    rate: found / Math.max(...ran.map((one) => one.seconds)),
    failed: ran.reduce((sum, { failed }) => sum + failed, 0),
  }
}

// Both once unmeasured: code gets compiled, streams opened.
await lookUp(3 * lookups)
await closestPeers(2)
const trustRates: number[] = []
const kadRates: number[] = []
const reports: LookupReport[] = []
let kadFailed = 0
for (let round = 0; round < rounds; round++) {
  await all(() => ({ ask: 'calm' }))
  const trusted = await lookUp(lookups)
  trustRates.push(trusted.rate)
  reports.push(...trusted.reports)
  await all(() => ({ ask: 'calm' }))
  const kad = await closestPeers(kadSeconds)
  kadRates.push(kad.rate)
  kadFailed += kad.failed
}
const wrong = reports.filter(({ key, root }) => root !== rootOf(key, ids))
for (const one of wrong.slice(0, 3)) say(`not at its root: ${JSON.stringify(one)}`)
await all(() => ({ ask: 'stop' }))
await Promise.all(workers.map((worker) => worker.ended))

const params = { nodes, processes, lookups, concurrency: concurrency * processes }
const kadParams = { concurrency: kadConcurrency * processes, seconds: kadSeconds }
const ratios = trustRates.map((rate, i) => rate / Math.max(kadRates[i]!, 1e-9))
const delivered = (100 * (reports.length - wrong.length)) / reports.length
report(
  [
    { name: 'trust routing lookups', unit: '1/s', values: trustRates, params },
    {
      ...{ name: 'kad-dht closest peers', unit: '1/s', values: kadRates },
      params: { nodes, processes, ...kadParams, failed: kadFailed },
    },
    { name: 'trust routing / kad-dht', unit: 'ratio', values: ratios, params },
    { name: 'delivered at the right root', unit: '%', values: [delivered], params },
    { name: 'hops of a lookup', unit: 'hops', values: reports.map(({ hops }) => hops), params },
    { name: 'time of a lookup', unit: 'ms', values: reports.map(({ ms }) => ms), params },
  ],
  values.json,
)
