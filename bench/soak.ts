// The soak: ten nodes in processes of their own live for an hour (or days) with ratings, lookups, open
// dashboards and kills, and must not grow: memory, files, timers. Prints a table of checks, and with --json
// a last line of JSON; exits with 1 when one is wrong. `npm run soak -- --minutes 60 --json`
import { setTimeout as delay } from 'node:timers/promises'
import { flagsOf, progress } from './report.ts'
import { endingChecks } from './soak/endings.ts'
import {
  bounds,
  type Check,
  growthChecks,
  memoRatings,
  type Sample,
  settledSeconds,
  shareCheck,
  tableOf,
} from './soak/judge.ts'
import { Life } from './soak/life.ts'
import { SoakNetwork } from './soak/network.ts'

const flags = flagsOf({
  minutes: { type: 'string', default: '60' },
  /** Instead of minutes. */
  days: { type: 'string' },
  nodes: { type: 'string', default: '10' },
  /** Ratings a second, over all nodes. */
  rate: { type: 'string', default: '1' },
  /** Seconds between two kills. */
  churn: { type: 'string', default: '60' },
  dashboards: { type: 'string', default: '2' },
  /** Ratings given at once before the time begins; by default enough for all memos in runs of half an hour. */
  fill: { type: 'string' },
  json: { type: 'boolean', default: false },
})
const seconds = flags.days === undefined ? 60 * Number(flags.minutes) : 86_400 * Number(flags.days)
const nodeCount = Number(flags.nodes)
const options = {
  ratingsPerSecond: Number(flags.rate),
  churnSeconds: Number(flags.churn),
  dashboards: Number(flags.dashboards),
}
if (!(seconds >= 120 && nodeCount >= 6)) {
  process.stderr.write('soak: it takes at least 2 minutes and 6 nodes.\n')
  process.exit(2)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(130))

/** Some hundred samples of each node, whatever the length. */
const sampleSeconds = Math.max(10, seconds / 120)
/** Caches fill and code is compiled in the first minutes. */
const warmUp = Math.min(seconds / 3, settledSeconds)
const fill = Number(flags.fill ?? (seconds >= 2 * settledSeconds ? memoRatings : 0))
/** Told on stderr so often. */
const tellSeconds = Math.max(30, seconds / 60)

const network = new SoakNetwork(nodeCount)
const { nodes } = network
// Two of four members and half of the followers are killed in turn; the others are watched, so that
// what they hold is of one life.
const isChurned = (index: number): boolean => index % 2 === 1
const churned = nodes.filter((_, index) => isChurned(index))
const steady = nodes.filter((_, index) => !isChurned(index))

progress(`starting ${nodeCount} nodes in ${network.folder}`)
await network.up()
const life = new Life(network, options)
const { tally } = life
if (fill > 0) progress(`all are ready; ${fill} ratings come first`)
await life.fill(fill)
progress(`${seconds} s begin`)
const begun = performance.now()
const elapsed = (): number => (performance.now() - begun) / 1_000
life.begin(churned)
const samples: Sample[] = []
let told = 0
let ratingsAtWarmUp = 0
while (elapsed() < seconds) {
  for (const node of steady) {
    const held = await network.probe(node)
    if (held !== undefined) samples.push({ at: elapsed(), node: node.name, ...held })
  }
  if (elapsed() < warmUp) ratingsAtWarmUp = tally.ratings
  if (elapsed() - told > tellSeconds) {
    told = elapsed()
    const last = samples.at(-1)
    progress(
      `${Math.round(told)} s: ${tally.ratings} ratings, ${tally.events} events, up ${((100 * tally.up) / tally.asked).toFixed(2)}%, ${last?.node} holds ${((last?.heldBytes ?? 0) / 1_048_576).toFixed(1)} MiB in ${last?.files} files and ${last?.timers} timers`,
    )
  }
  await delay(Math.min(sampleSeconds, Math.max(0, seconds - elapsed())) * 1_000)
}
await life.end()
for (const node of nodes) await network.untilReady(node)

const whole = elapsed()
const ratingsPerSecond = (tally.ratings - ratingsAtWarmUp) / (whole - warmUp)
const kills = nodes.reduce((sum, { kills }) => sum + kills, 0)
const checks: Check[] = [
  ...growthChecks({
    ...{ samples, warmUp, seconds: whole, ratingsPerSecond },
    ratingsBefore: ratingsAtWarmUp,
  }),
  shareCheck('uptime of all nodes', tally.up, tally.asked, bounds.uptimePercent),
  shareCheck(
    ...(['lookups delivered', tally.lookups, tally.lookups + tally.lookupsFailed] as const),
    bounds.lookupsPercent,
  ),
  shareCheck('ratings taken', tally.ratings, tally.ratings + tally.ratingsFailed, 100),
  ...(await endingChecks(network, tally.ratings)),
]
await network.down()
for (const why of tally.why) progress(`failed: ${why}`)
const ok = checks.every((check) => check.ok)
if (flags.json)
  process.stdout.write(
    `${JSON.stringify({
      ...{ schemaVersion: 1, ok, seconds: Math.round(whole), nodes: nodeCount, kills },
      ...{ ratings: tally.ratings, lookups: tally.lookups, events: tally.events },
      ...{ samples: samples.length, checks },
    })}\n`,
  )
else
  process.stdout.write(
    `${tableOf(checks)}\n${Math.round(whole)} s, ${tally.ratings} ratings, ${kills} kills, ${tally.events} events\n`,
  )
process.exitCode = ok ? 0 : 1
