// What the policy `trustnet` costs a live node: how long its own tables take to compute from everybody's
// ratings, and how long the longest step is that the node cannot answer in meanwhile.
// `node bench/trusted-tables.ts [--nodes 30,1000,10000] [--degree N] [--json]`

import type { OwnTables } from '../routing/trustnet/own-tables.ts'
import { hex } from '../src/core/bytes.ts'
import type { NodeId } from '../src/core/id.ts'
import { seededRandom } from '../src/core/random.ts'
import type { Trust } from '../src/core/trust.ts'
import { TrustedRouting } from '../src/node/trusted-routing.ts'
import { type AcceptedRating, TrustBook } from '../trustchain/graph/trust-book.ts'
import { flagsOf, progress } from './report.ts'

const values = flagsOf({
  json: { type: 'boolean', default: false },
  nodes: { type: 'string', default: '30,1000,10000' },
  degree: { type: 'string', default: '20' },
})
const degree = Number(values.degree)

/** Friends of friends: whoever joins befriends somebody and some of that one's friends, both ways. */
function ratingsAmong(ids: readonly NodeId[]): AcceptedRating[] {
  const random = seededRandom(ids.length)
  const friends: number[][] = ids.map(() => [])
  const befriend = (a: number, b: number): void => {
    if (a === b || friends[a]!.includes(b)) return
    friends[a]!.push(b)
    friends[b]!.push(a)
  }
  for (let node = 1; node < ids.length; node++)
    for (let i = 0; i < degree / 4; i++) {
      const other = random.below(node)
      befriend(node, other)
      befriend(node, random.pick(friends[other]!) ?? other)
    }
  return friends.flatMap((others, author) =>
    others.map((subject) => ({
      ...{ overlay: 'social', author: ids[author]!, subject: ids[subject]! },
      value: (200_000 + random.below(800_001)) as Trust,
    })),
  )
}

function measure(nodes: number) {
  progress(`${nodes} nodes`)
  const random = seededRandom(nodes)
  const ids = Array.from({ length: nodes }, () => hex(random.bytes(16)) as NodeId)
  const ratings = ratingsAmong(ids)
  const book = new TrustBook(ids[0]!)
  book.load(ratings)
  let tables: OwnTables | undefined
  const routing = new TrustedRouting({
    ...{ self: ids[0]!, book, overlays: ['social'], epoch: () => 1, shared: undefined },
    found: (_overlay, found) => {
      tables = found
    },
  })
  const steps: number[] = []
  const timed = (step: () => unknown): void => {
    // Of this process alone: what else runs on the machine does not count.
    const begun = process.cpuUsage()
    step()
    const { user, system } = process.cpuUsage(begun)
    steps.push((user + system) / 1_000)
  }
  timed(() => routing.start(0))
  while (tables === undefined) timed(() => routing.onTimer(0))
  return {
    ...{ nodes, ratings: ratings.length, steps: steps.length },
    milliseconds: Math.round(steps.reduce((sum, one) => sum + one, 0)),
    firstStep: Math.round(steps[0]!),
    longestOfTheOthers: Math.round(Math.max(0, ...steps.slice(1))),
    listed: tables.entries.length,
  }
}

const results = String(values.nodes)
  .split(',')
  .map((nodes) => measure(Number(nodes)))
if (values.json) console.log(JSON.stringify({ schemaVersion: 1, results }))
else console.table(results)
