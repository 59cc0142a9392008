// Consensus in virtual time under faults: a seed is a run (src/sim/consensus), checked from outside.
// `node bench/simulate-consensus.ts [--seeds N] [--from N] [--seed N] [--twins] [--fork] [--kills] [--workers N] [--json]`
// --seed runs that one, twice, and compares the digests. --twins: f members are two processes with
// one key; --fork: f + 1 of them, where forks are expected and must convict as many. --kills: a
// process killed at every single persist of three heights.
import { Worker } from 'node:worker_threads'
import { flagsOf, progress } from './report.ts'
import { type Mode, type Outcome, runSeed } from './simulate-consensus-worker.ts'

const values = flagsOf({
  json: { type: 'boolean', default: false },
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '1' },
  seed: { type: 'string' },
  twins: { type: 'boolean', default: false },
  fork: { type: 'boolean', default: false },
  kills: { type: 'boolean', default: false },
  workers: { type: 'string', default: '2' },
})
const mode: Mode = values.kills ? 'kills' : values.fork ? 'fork' : values.twins ? 'twins' : 'faults'
const flag = { faults: '', twins: ' --twins', fork: ' --fork', kills: ' --kills' }[mode]

/** Seeds handed to a worker at a time: some seconds of work. */
const batch = mode === 'kills' ? 1 : 20
/** Failing seeds that are kept; a broken build fails everywhere. */
const failedMax = 20

interface Sums {
  runs: number
  heights: number
  virtualMs: number
  violations: number
  forks: number
  /** Forks that convicted fewer than f + 1 are violations; this is the fewest of any fork. */
  culpritsLeast: number | null
  readonly failedSeeds: number[]
  readonly faults: Record<string, number>
}

const sums: Sums = {
  ...{ runs: 0, heights: 0, virtualMs: 0, violations: 0, forks: 0, culpritsLeast: null },
  ...{ failedSeeds: [], faults: {} },
}

function take(outcome: Outcome): void {
  const { seed, heights, virtualMs, forked, culprits, faults, violation } = outcome
  sums.runs++
  sums.heights += heights
  sums.virtualMs += virtualMs
  for (const [kind, count] of Object.entries(faults))
    sums.faults[kind] = (sums.faults[kind] ?? 0) + count
  if (forked) {
    sums.forks++
    sums.culpritsLeast = Math.min(sums.culpritsLeast ?? culprits, culprits)
  }
  if (violation === undefined) return
  sums.violations++
  if (sums.failedSeeds.length < failedMax) sums.failedSeeds.push(seed)
  if (sums.violations > 5) return
  progress(violation.split('\n').slice(0, 6).join('\n'))
  progress(`Replay it: npm run simulate:consensus -- --seed ${seed}${flag}`)
}

/** Lets workers take batches of seeds until none is left or too many fail. */
async function runAll(from: number, seeds: number, workers: number): Promise<void> {
  let next = from
  const end = from + seeds
  let told = performance.now()
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const url = new URL('./simulate-consensus-worker.ts', import.meta.url)
      const worker = new Worker(url, { workerData: { mode } })
      const give = (): void => {
        if (next >= end || sums.violations >= failedMax) {
          void worker.terminate().then(() => resolve())
          return
        }
        const upTo = Math.min(next + batch, end)
        worker.postMessage(Array.from({ length: upTo - next }, (_, i) => next + i))
        next = upTo
      }
      worker.on('message', (outcomes: readonly Outcome[]) => {
        outcomes.forEach(take)
        if (performance.now() - told > 5_000) {
          told = performance.now()
          progress(`${sums.runs} of ${seeds} runs, ${sums.violations} violations`)
        }
        give()
      })
      worker.on('error', reject)
      give()
    })
  await Promise.all(Array.from({ length: workers }, work))
}

/** One seed, twice: the second run must be the same to the last bit. */
function runOne(seed: number): void {
  const first = runSeed(seed, mode)
  take(first)
  if (first.violation !== undefined) progress(first.violation)
  const second = runSeed(seed, mode)
  if (first.digest !== second.digest)
    take({ ...second, violation: `seed ${seed} gave ${first.digest}, then ${second.digest}` })
  progress(JSON.stringify(first))
}

const started = performance.now()
if (values.seed === undefined)
  await runAll(Number(values.from), Number(values.seeds), Number(values.workers))
else runOne(Number(values.seed))
const seconds = (performance.now() - started) / 1_000
const { runs, heights, virtualMs, violations, failedSeeds, forks, culpritsLeast, faults } = sums
const result = {
  ...{ schemaVersion: 1, runs, heights },
  virtualPerReal: Number((virtualMs / 1_000 / seconds).toPrecision(4)),
  ...{ violations, failedSeeds: failedSeeds.sort((a, b) => a - b) },
  ...{ mode, forks, culpritsLeast, seconds: Number(seconds.toPrecision(4)), faults },
}
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
else
  process.stdout.write(
    `${runs} runs, ${heights} heights, ${result.virtualPerReal} × real time, ${violations} violations` +
      `${mode === 'fork' ? `, ${forks} forks, at least ${culpritsLeast} culprits proven in each` : ''}\n`,
  )
process.exit(violations === 0 ? 0 : 1)
