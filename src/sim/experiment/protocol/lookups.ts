// Lookups over a network of whole nodes: asked of honest nodes at an even rate, each judged against
// the honest node nearest to its key, counted as every engine counts.
import type { LookupAnswer } from '../../../../routing/message.ts'
import { digitsOf } from '../../../../routing/ring.ts'
import type { Millis, RingKey } from '../../../core/id.ts'
import type { Answer } from '../../../core/machine.ts'
import type { CommandHandle } from '../../world-options.ts'
import type { Measurement } from '../measurement.ts'
import { isHonest } from '../world.ts'
import type { AskedLookup } from './asked-lookup.ts'
import { contaminationOf, giniOf, stateBytesOf } from './measures.ts'
import type { ProtocolNetwork } from './network.ts'

export interface LookupTerms {
  /** Virtual milliseconds between two lookups of the whole network. */
  readonly every: Millis
  /** A lookup without an answer for so long has timed out. */
  readonly patience: Millis
  /** Parallel routes of each. @default 1 */
  readonly routes?: number
  readonly overlay?: string
}

type Ending = keyof Measurement['endings']

interface Tally {
  readonly endings: Partial<Record<Ending, number>>
  readonly hops: number[]
  readonly latencies: number[]
}

/** Asks all lookups, lets virtual time pass until the last is answered or given up, and counts. */
export function measureLookups(
  network: ProtocolNetwork,
  lookups: readonly AskedLookup[],
  { every, patience, routes = 1, overlay = 'social' }: LookupTerms,
): Measurement {
  const { world, keyed } = network
  const requests = countRequests(network, routes)
  const begun = world.now
  const sentBefore = world.statistics.sent
  const handles: CommandHandle[] = []
  lookups.forEach(({ origin, key }, i) => {
    world.at(begun + i * every, () => {
      const order = { command: 'lookup', key: digitsOf(key) as RingKey, overlay, routes } as const
      handles.push(world.command(keyed.nodes[origin]!.nodeId, order))
    })
  })
  world.runFor(lookups.length * every + patience)
  requests.end()
  const tally: Tally = { endings: {}, hops: [], latencies: [] }
  lookups.forEach(({ root }, i) => {
    const { answer, answeredAt } = handles[i]!
    const asked = begun + i * every
    const inTime = answeredAt !== undefined && answeredAt - asked <= patience
    count(tally, inTime ? answer : undefined, keyed.nodes[root]!.nodeId)
  })
  const hops = Array.from({ length: Math.max(-1, ...tally.hops) + 1 }, () => 0)
  for (const length of tally.hops) hops[length]!++
  return {
    lookups: lookups.length,
    endings: tally.endings,
    hops,
    messages: requests.total() / Math.max(1, lookups.length),
    contamination: contaminationOf(network),
    bytesPerNode: stateBytesOf(network),
    gini: giniOf(requests.handledByHonest()),
    latencyMs: { p50: quantile(tally.latencies, 0.5), p95: quantile(tally.latencies, 0.95) },
    more: { sent: (world.statistics.sent - sentBefore) / Math.max(1, lookups.length) },
  }
}

function count({ endings, hops, latencies }: Tally, answer: Answer | undefined, root: string) {
  const ending = endingOf(answer, root)
  endings[ending] = (endings[ending] ?? 0) + 1
  if (ending !== 'delivered') return
  const { hops: way, ms } = (answer as { value: LookupAnswer }).value
  hops.push(way.length)
  latencies.push(ms)
}

function endingOf(answer: Answer | undefined, root: string): Ending {
  if (answer === undefined) return 'timed-out'
  if (answer.ok) {
    // Whoever looks for a value asks every proven root for it: reached is what any route reached.
    const { roots } = answer.value as LookupAnswer
    return roots.some(({ nodeId }) => nodeId === root) ? 'delivered' : 'wrong-root'
  }
  if (answer.code === 'route/timeout') return 'timed-out'
  return answer.facts.why === 'hops' ? 'loop' : 'lost'
}

/** Counts route messages as they arrive, by node; those of a second try, which comes too late, not. */
function countRequests({ world, keyed }: ProtocolNetwork, routes: number) {
  const handled = new Int32Array(keyed.world.size)
  const end = world.observe('delivered', ({ to, message }) => {
    if (message.protocol !== 'routing' || message.message.say !== 'route') return
    if (message.message.attempt < routes) handled[keyed.numbers.get(to)!]!++
  })
  return {
    end,
    total: () => handled.reduce((sum, one) => sum + one, 0),
    handledByHonest: () => handled.filter((_, node) => isHonest(keyed.world, node)),
  }
}

/** The value below which this share lies; 0 of none. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
