// Lookups over a network of whole nodes: asked of honest nodes at an even rate, each judged against
// the honest node nearest to its key, counted as every engine counts.

import { encodeRoutingMessage } from '../../../../routing/codec.ts'
import { attemptsMax, type LookupAnswer } from '../../../../routing/message.ts'
import { digitsOf } from '../../../../routing/ring.ts'
import type { Millis, RingKey } from '../../../core/id.ts'
import type { Answer } from '../../../core/machine.ts'
import type { CommandHandle } from '../../world-options.ts'
import type { Measurement } from '../measurement.ts'
import { gini, mean, middleAndTail } from '../statistics.ts'
import { histogramOf } from '../statistics-histogram.ts'
import { isHonest } from '../world.ts'
import type { AskedLookup } from './asked-lookup.ts'
import { contaminationOf, stateBytesOf } from './measures.ts'
import type { ProtocolNetwork } from './network.ts'

export interface LookupTerms {
  /** Virtual milliseconds between two lookups of the whole network. */
  readonly every: Millis
  /** A lookup without an answer for so long has timed out. */
  readonly patience: Millis
  /** Parallel routes of each. */
  readonly routes: number
  /**
   * Where none of those found is the root, is the lookup asked again by the fallback routes alone? Whoever
   * looks for a value that proves itself does that. @default false
   */
  readonly fallsBack?: boolean
  readonly overlay?: string
}

type Ending = keyof Measurement['endings']

interface Tally {
  readonly endings: Partial<Record<Ending, number>>
  readonly hops: number[]
  readonly latencies: number[]
  /** Of those whose root is not who asks. */
  readonly elsewhere: number[]
}

/** Asks all lookups, lets virtual time pass until the last is answered or given up, and counts. */
export function measureLookups(
  network: ProtocolNetwork,
  lookups: readonly AskedLookup[],
  terms: LookupTerms,
): Measurement {
  const { world, keyed } = network
  const requests = countRequests(network, terms.fallsBack === true ? attemptsMax : terms.routes)
  const bytes = countBytes(network)
  const sentBefore = world.statistics.sent
  const numbered = lookups.map((lookup, number) => ({ ...lookup, number }))
  const first = askAll(network, numbered, terms, false)
  const isWrong = (lookup: AskedLookup, answer: Answer | undefined): boolean =>
    answer?.ok === true && reachedBy(answer, keyed.nodes[lookup.root]!.nodeId) === undefined
  const wrong = numbered.filter((lookup, i) => isWrong(lookup, first[i]!.answer))
  const again = terms.fallsBack === true ? askAll(network, wrong, terms, true) : []
  requests.end()
  bytes.end()
  const tally: Tally = { endings: {}, hops: [], latencies: [], elsewhere: [] }
  numbered.forEach((lookup, i) => {
    const second = again[wrong.indexOf(lookup)]
    const { answer, took } = second ?? first[i]!
    const inAll = second ? took + first[i]!.took : took
    const isReached = count(tally, answer, keyed.nodes[lookup.root]!.nodeId, inAll)
    if (isReached && lookup.origin !== lookup.root) tally.elsewhere.push(inAll)
  })
  return {
    lookups: lookups.length,
    endings: tally.endings,
    hops: histogramOf(tally.hops),
    messages: requests.total() / Math.max(1, lookups.length),
    contamination: contaminationOf(network),
    bytesPerNode: stateBytesOf(network),
    gini: gini(requests.handledByHonest()),
    latencyMs: middleAndTail(tally.latencies),
    more: {
      sent: (world.statistics.sent - sentBefore) / Math.max(1, lookups.length),
      bytes: bytes.total() / Math.max(1, lookups.length),
      ...stretchOf(tally, network),
    },
  }
}

interface Asked {
  /** Undefined where it came too late. */
  readonly answer: Answer | undefined
  readonly took: Millis
}

/** Asks lookups at an even rate and waits until the last is over. */
function askAll(
  network: ProtocolNetwork,
  lookups: readonly (AskedLookup & { readonly number: number })[],
  { every, patience, routes, overlay = 'social' }: LookupTerms,
  fallback: boolean,
): Asked[] {
  const { world, keyed } = network
  const begun = world.now
  const handles: CommandHandle[] = []
  /** One waits at a time: a hundred thousand in the queue would make every other event dearer. */
  const askFrom = (i: number): void => {
    const lookup = lookups[i]
    if (lookup === undefined) return
    world.at(begun + i * every, () => {
      const { nodeId } = keyed.nodes[lookup.origin]!
      network.numbers.asked(nodeId, lookup.number)
      const key = digitsOf(lookup.key) as RingKey
      const order = { command: 'lookup', key, overlay, routes, fallback } as const
      handles.push(world.command(nodeId, order))
      askFrom(i + 1)
    })
  }
  askFrom(0)
  world.runFor(lookups.length * every + patience)
  return handles.map(({ answer, answeredAt }, i) => {
    const took = (answeredAt ?? Number.POSITIVE_INFINITY) - (begun + i * every)
    return { answer: took <= patience ? answer : undefined, took }
  })
}

/** Whoever looks for a value asks every proven root for it: reached is what any route reached. */
const reachedBy = (answer: Answer | undefined, root: string) =>
  answer?.ok === true
    ? (answer.value as LookupAnswer).roots.find(({ nodeId }) => nodeId === root)
    : undefined

function count(
  { endings, hops, latencies }: Tally,
  answer: Answer | undefined,
  root: string,
  took: Millis,
): boolean {
  const reached = reachedBy(answer, root)
  const ending = reached === undefined ? failureOf(answer) : 'delivered'
  endings[ending] = (endings[ending] ?? 0) + 1
  if (reached === undefined) return false
  hops.push(reached.hops)
  latencies.push(took)
  return true
}

/** Latency over that of a message straight to the root and back: the model draws each message's anew, so its mean. */
function stretchOf({ elsewhere }: Tally, { roundTripMs }: ProtocolNetwork): { stretch?: number } {
  const latency = mean(elsewhere)
  if (latency === undefined || roundTripMs === undefined) return {}
  return { stretch: latency / roundTripMs }
}

function failureOf(answer: Answer | undefined): Ending {
  if (answer === undefined) return 'timed-out'
  if (answer.ok) return 'wrong-root'
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

/** What of routing's messages a lookup causes. */
const ofLookups: ReadonlySet<string> = new Set(['route', 'receipt', 'result', 'failed'])

/** Messages of routing between two whose bytes are counted: encoding every one would cost a twentieth of a run. */
const bytesOfEach = 8

/** Bytes of routing's messages as they would be on the wire, without frames and encryption: of every eighth, times all. */
function countBytes({ world }: ProtocolNetwork) {
  let messages = 0
  let weighed = 0
  let bytes = 0
  const end = world.observe('sent', ({ message }) => {
    if (message.protocol !== 'routing' || !ofLookups.has(message.message.say)) return
    if (messages++ % bytesOfEach !== 0) return
    weighed++
    bytes += encodeRoutingMessage(message.message).length
  })
  return { end, total: () => (weighed === 0 ? 0 : (bytes / weighed) * messages) }
}
