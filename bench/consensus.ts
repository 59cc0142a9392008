// bench:consensus: committee members as separate processes over libp2p on loopback, RocksDB with sync on,
// signed ratings of a thousand and more distinct authors injected open-loop. Latency is from injection to
// applied on all members. `--rate max` finds the highest rate whose p99 stays under 2.5 s; `--idle`
// measures the finality of single ratings on an idle network; `--profile` adds where one member's
// processor time goes in the middle half of the run (the profiler takes some of it).
import { setTimeout as delay } from 'node:timers/promises'
import { loadNetwork } from '../src/runtime/home/genesis.ts'
import { homePaths } from '../src/runtime/home/home.ts'
import { Cluster } from '../test/live/cluster/cluster.ts'
import { until } from '../test/live/harness.ts'
import { Authors, type Offered } from './consensus/authors.ts'
import { type LoadResult, offer, quantile } from './consensus/load.ts'
import { sharesOf } from './consensus/profile.ts'
import { flagsOf, progress } from './report.ts'

const flags = flagsOf({
  members: { type: 'string', default: '4' },
  rate: { type: 'string', default: '1000' },
  seconds: { type: 'string', default: '60' },
  authors: { type: 'string', default: '1000' },
  idle: { type: 'boolean', default: false },
  profile: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
})
const members = Number(flags.members)
const seconds = Number(flags.seconds)
const authorCount = Number(flags.authors)

/** p99 above this is too slow. */
const p99MsMax = 2_500

const rounded = (n: number): number => Number(n.toPrecision(4))

interface Measured extends LoadResult {
  readonly cpuSeconds: number[]
  readonly peakBytes: number[]
  readonly profile?: Readonly<Record<string, number>>
}

/** One network from its founding to its end under one rate. */
async function measure(rate: number, seconds: number, idle = false): Promise<Measured> {
  await using cluster = await Cluster.found({ members })
  await cluster.startAll()
  const all = cluster.members.map(({ index }) => index)
  await until(
    'every member is linked to every other and a block was made',
    async () => Promise.all(all.map((i) => cluster.state(i))),
    (states) => states.every(({ links, height }) => links >= members - 1 && height >= 1),
    60_000,
  )
  const network = (await loadNetwork(homePaths(cluster.members[0]!.home).genesis))!
  const authors = new Authors(network.chainId, authorCount)
  progress(`signing ${idle ? seconds : rate * seconds} ratings of ${authorCount} authors`)
  const made: Offered[] = []
  for (let i = 0; i < (idle ? seconds : rate * seconds); i++) made.push(authors.next())
  made.reverse()
  const before = await Promise.all(all.map((i) => cluster.usage(i)))
  progress(idle ? `one rating a second for ${seconds} s` : `${rate} ratings/s for ${seconds} s`)
  const profile = flags.profile ? profileOf(cluster, seconds) : undefined
  const result = idle
    ? await oneByOne(cluster, made, all)
    : await offer(cluster, () => made.pop()!, { rate, seconds, members: all })
  const after = await Promise.all(all.map((i) => cluster.usage(i)))
  if (cluster.record.forks.length > 0) throw new Error(cluster.record.forks.join('; '))
  for (const [why, times] of cluster.record.refusals) progress(`refused ${times} times: ${why}`)
  return {
    ...result,
    ...(profile === undefined ? {} : { profile: await profile }),
    cpuSeconds: after.map(({ cpuSeconds }, i) => rounded(cpuSeconds - before[i]!.cpuSeconds)),
    peakBytes: after.map(({ peakBytes }) => peakBytes),
  }
}

/** Of the first member, in the middle half of the run. */
async function profileOf(cluster: Cluster, seconds: number) {
  await delay((1_000 * seconds) / 4)
  return sharesOf(await cluster.profile(0, (1_000 * seconds) / 2))
}

/** Single ratings on an idle network, a second apart; authors, and so members, take turns. */
async function oneByOne(
  cluster: Cluster,
  made: Offered[],
  all: readonly number[],
): Promise<LoadResult> {
  const results: LoadResult[] = []
  while (made.length > 0) {
    results.push(await offer(cluster, () => made.pop()!, { rate: 1, seconds: 0.001, members: all }))
    await delay(1_000)
  }
  const latencies = results.flatMap((r) => r.latencies).toSorted((a, b) => a - b)
  return {
    offered: results.length,
    latencies,
    lost: results.reduce((sum, { lost }) => sum + lost, 0),
    seconds: results.length,
    blocks: results.reduce((sum, { blocks }) => sum + blocks, 0),
    committedPerSecond: latencies.length / results.length,
  }
}

const sustains = (m: Measured): boolean => m.lost === 0 && quantile(m.latencies, 0.99) <= p99MsMax

/** The highest rate, to 100/s, that is sustained: doubling, then halving the gap. */
async function highest(): Promise<{ rate: number; measured: Measured }> {
  let good: { rate: number; measured: Measured } | undefined
  let bad = Number.POSITIVE_INFINITY
  for (let rate = 1_000; ; ) {
    const measured = await measure(rate, seconds)
    const p99 = rounded(quantile(measured.latencies, 0.99))
    progress(`${rate}/s: p99 ${p99} ms, lost ${measured.lost}`)
    if (sustains(measured)) good = { rate, measured }
    else bad = rate
    const from = good?.rate ?? 0
    if (bad - from <= 100) break
    rate = bad === Number.POSITIVE_INFINITY ? rate * 2 : Math.round((from + bad) / 200) * 100
    if (rate === from || rate === bad) break
  }
  if (good === undefined) throw new Error('no rate down to 100/s is sustained')
  return good
}

const { rate, measured } =
  flags.rate === 'max'
    ? await highest()
    : {
        rate: Number(flags.rate),
        measured: await measure(Number(flags.rate), seconds, flags.idle),
      }
const answer = {
  ...{ schemaVersion: 1, members, offered: measured.offered, rate: flags.idle ? 1 : rate },
  committedPerSecond: rounded(measured.committedPerSecond),
  latencyMs: {
    p50: rounded(quantile(measured.latencies, 0.5)),
    p99: rounded(quantile(measured.latencies, 0.99)),
  },
  blocksPerSecond: rounded(measured.blocks / measured.seconds),
  cpuSeconds: measured.cpuSeconds,
  peakBytes: measured.peakBytes,
  lost: measured.lost,
  ...(measured.profile === undefined ? {} : { profile: measured.profile }),
}
if (flags.json) process.stdout.write(`${JSON.stringify(answer)}\n`)
else
  for (const [name, value] of Object.entries(answer))
    process.stdout.write(`${name}: ${JSON.stringify(value)}\n`)
// Speed is for people to judge; a rating that is lost is a fault.
process.exit(answer.lost > 0 ? 1 : 0)
