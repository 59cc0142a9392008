// The soak: ten nodes in processes of their own live for an hour (or days) with ratings, lookups, open
// dashboards and kills, and must not grow: memory, files, timers. Prints a table of checks, and with --json
// a last line of JSON; exits with 1 when one is wrong. `npm run soak -- --minutes 60 --json`
import { appendFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { flagsOf, progress } from './report.ts'
import { endingChecks } from './soak/endings.ts'
import {
  bounds,
  brokenCheck,
  type Check,
  churnChecks,
  exactCheck,
  growthChecks,
  memoRatings,
  type Sample,
  settledSeconds,
  shareCheck,
  tableOf,
} from './soak/judge.ts'
import { Life } from './soak/life.ts'
import { isAlive, SoakNetwork, type SoakNode } from './soak/network.ts'

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
  /** Ratings given at once before the time begins; by default enough for all memos in runs of 45 minutes. */
  fill: { type: 'string' },
  /** A file for the samples, a line of JSON each. */
  samples: { type: 'string' },
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
const fill = Number(flags.fill ?? (warmUp >= settledSeconds ? memoRatings : 0))
/** Told on stderr so often. */
const tellSeconds = Math.max(30, seconds / 60)

const network = new SoakNetwork(nodeCount)
const { nodes } = network
// As bin.js does for a node that is installed: its processes start in half the time.
enableCompileCache(join(network.folder, 'compiled'))
// Two of four members and half of the followers are killed in turn; the others are watched, so that
// what they hold is of one life.
const isChurned = (index: number): boolean => index % 2 === 1
const churned = nodes.filter((_, index) => isChurned(index))
const steady = nodes.filter((_, index) => !isChurned(index))

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0)
const life = new Life(network, options)
const { tally } = life

/** Lives for so long, and judges it. */
async function soaked(): Promise<Check[]> {
  progress(`starting ${nodeCount} nodes in ${network.folder}`)
  await network.up()
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
      // A process that ends under the look is counted as ended.
      const held = await network.probe(node).catch(() => undefined)
      if (held === undefined) continue
      const sample: Sample = { at: elapsed(), node: node.name, ...held }
      samples.push(sample)
      if (flags.samples !== undefined) appendFileSync(flags.samples, `${JSON.stringify(sample)}\n`)
    }
    if (elapsed() < warmUp) ratingsAtWarmUp = tally.ratings
    if (elapsed() - told > tellSeconds) {
      told = elapsed()
      tell(told, samples.at(-1))
    }
    await delay(Math.min(sampleSeconds, Math.max(0, seconds - elapsed())) * 1_000)
  }
  const whole = elapsed()
  const kills = sum(nodes.map((node) => node.kills))
  await life.end()
  const takesPart = (node: SoakNode): Promise<number> =>
    network.untilReady(node).then(
      () => 1,
      () => 0,
    )
  // The dead are not waited for.
  const ready = await Promise.all(nodes.filter(isAlive).map(takesPart))
  return [
    ...growthChecks({
      ...{ samples, warmUp, seconds: whole, ratingsBefore: ratingsAtWarmUp },
      ratingsPerSecond: (tally.ratings - ratingsAtWarmUp) / (whole - warmUp),
    }),
    shareCheck('uptime of all nodes', tally.up, tally.asked, bounds.uptimePercent),
    shareCheck(
      ...(['lookups delivered', tally.lookups, tally.lookups + tally.lookupsFailed] as const),
      bounds.lookupsPercent,
    ),
    shareCheck('ratings taken', tally.ratings, tally.ratings + tally.ratingsFailed, 100),
    ...churnChecks({
      ...{ seconds: whole, churnSeconds: options.churnSeconds, kills },
      ...{ restartsFailed: tally.restartsFailed, dashboards: options.dashboards },
      ...{ streams: life.streams, reopened: tally.reopened },
      ended: sum(nodes.map((node) => node.ended)),
    }),
    exactCheck('nodes that take part at the end', sum(ready), nodeCount),
    ...(await endingChecks(network, tally.ratings)),
  ]
}

function tell(at: number, last: Sample | undefined): void {
  const up = ((100 * tally.up) / tally.asked).toFixed(2)
  const held = ((last?.heldBytes ?? 0) / 1_048_576).toFixed(1)
  progress(
    `${Math.round(at)} s: ${tally.ratings} ratings, ${tally.events} events, up ${up}%, ${last?.node} holds ${held} MiB in ${last?.files} files and ${last?.timers} timers`,
  )
}

const begun = performance.now()
// Whatever the soak stumbles over is a verdict too.
const checks = await soaked().catch((error: unknown) => [brokenCheck(error)])
const ok = checks.every((check) => check.ok)
if (!ok) network.keep()
await network.down()
for (const why of tally.why) progress(`failed: ${why}`)
if (!ok) progress(`the homes stay in ${network.folder}`)
const took = Math.round((performance.now() - begun) / 1_000)
const kills = sum(nodes.map((node) => node.kills))
if (flags.json)
  process.stdout.write(
    `${JSON.stringify({
      ...{ schemaVersion: 1, ok, seconds: took, nodes: nodeCount, kills },
      ...{ ratings: tally.ratings, lookups: tally.lookups, events: tally.events, checks },
    })}\n`,
  )
else
  process.stdout.write(
    `${tableOf(checks)}\n${took} s, ${tally.ratings} ratings, ${kills} kills, ${tally.events} events\n`,
  )
process.exitCode = ok ? 0 : 1
