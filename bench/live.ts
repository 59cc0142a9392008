// The live bench: 50 nodes in 5 processes over real libp2p on loopback. Looks 1,000 random keys up
// by trust routing, checks every root from outside, and measures @libp2p/kad-dht's closest-peers on
// the same nodes in the same run. `npm run bench:live -- --json`
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import type { LookupReport, NodeState, WorkerAsks } from './live-worker.ts'
import { report } from './report.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    nodes: { type: 'string', default: '50' },
    processes: { type: 'string', default: '5' },
    lookups: { type: 'string', default: '1000' },
    'kad-seconds': { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
  },
})
const nodes = Number(values.nodes)
const processes = Math.min(Number(values.processes), nodes)
const lookups = Number(values.lookups)
const kadSeconds = Number(values['kad-seconds'])
const rounds = Number(values.rounds)
/** Lookups under way in each process at a time, for both. */
const concurrency = 4

const say = (text: string): void => void process.stderr.write(`${text}\n`)

class Worker {
  readonly #child: ChildProcess
  constructor() {
    this.#child = fork(new URL('./live-worker.ts', import.meta.url))
  }
  async ask<T>(asked: WorkerAsks): Promise<T> {
    this.#child.send(asked)
    const [said] = (await once(this.#child, 'message')) as [{ ok: boolean; value: T; why: string }]
    if (!said.ok) throw new Error(said.why)
    return said.value
  }
}

const workers = Array.from({ length: processes }, () => new Worker())
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
const trustRates: number[] = []
const kadRates: number[] = []
const hops: number[] = []
let delivered = 0
let asked = 0
for (let round = 0; round < rounds; round++) {
  const from = performance.now()
  const reports = (
    await all<LookupReport[]>((index) => ({
      ask: 'lookups',
      count: share(lookups, index),
      concurrency,
    }))
  ).flat()
  trustRates.push(reports.length / ((performance.now() - from) / 1_000))
  asked += reports.length
  delivered += reports.filter(({ key, root }) => root === rootOf(key, ids)).length
  hops.push(...reports.map((one) => one.hops))
  for (const wrong of reports.filter(({ key, root }) => root !== rootOf(key, ids)).slice(0, 3))
    say(`not at its root: ${JSON.stringify(wrong)}`)
  const kad = await all<{ lookups: number; seconds: number }>(() => ({
    ask: 'kad',
    seconds: kadSeconds,
    concurrency,
  }))
  kadRates.push(
    kad.reduce((sum, one) => sum + one.lookups, 0) / Math.max(...kad.map((one) => one.seconds)),
  )
}
await all(() => ({ ask: 'stop' }))

const params = { nodes, processes, lookups, concurrency: concurrency * processes }
const ratios = trustRates.map((rate, i) => rate / Math.max(kadRates[i]!, 1e-9))
report(
  [
    { name: 'trust routing lookups', unit: '1/s', values: trustRates, params },
    {
      name: 'kad-dht closest peers',
      unit: '1/s',
      values: kadRates,
      params: { ...params, seconds: kadSeconds },
    },
    { name: 'trust routing / kad-dht', unit: 'ratio', values: ratios, params },
    { name: 'delivered at the right root', unit: '%', values: [(100 * delivered) / asked], params },
    { name: 'hops', unit: 'mean', values: [hops.reduce((a, b) => a + b, 0) / hops.length], params },
  ],
  values.json,
)
