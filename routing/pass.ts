// What a node remembers of one route that passes through it: where it came from, where it was
// sent, who is not to be asked again, and the answer once there is one.
import type { Millis, NodeId } from '../src/core/id.ts'
import type { FailedMessage, FurtherWitness, ResultMessage, RouteMessage } from './message.ts'
import type { Phase, Standing } from './next-hop.ts'

/** The hop under way. */
export interface Sent {
  readonly to: NodeId
  readonly message: RouteMessage
  readonly at: Millis
  /** The same peer was sent it before. */
  readonly resent: boolean
  receipt: boolean
}

/** The last hop under way, to several at a time. */
export interface Fan {
  readonly waiting: Set<NodeId>
  found: (FurtherWitness & { readonly node: NodeId })[]
  /** Known from one witness alone. */
  readonly further: ReadonlySet<NodeId>
  /** Who may bring the answers of others too: they deliver on, to whom they know nearer to the key. */
  readonly onward: ReadonlySet<NodeId>
  /** Of those who said that they do; once, they are waited for a little longer. */
  readonly going: Set<NodeId>
  isExtended: boolean
  /** Messages of the answers that came in. */
  messages: number
}

export interface Pass {
  /** As received; at the origin with an empty trace. */
  readonly route: RouteMessage
  readonly since: Millis
  /** Where the answer goes; nobody at the origin. */
  readonly upstream: NodeId[]
  /** Gave no receipt: absent for this route. */
  readonly gone: Set<NodeId>
  /** Keeps its position but is not asked (again). */
  readonly shut: Set<NodeId>
  /** Everybody it was sent to: a late answer of theirs is welcome. */
  readonly asked: Set<NodeId>
  visited: readonly NodeId[]
  sent: Sent | undefined
  fan: Fan | undefined
  /** It was delivered to several leaves by the tables: not a second time. */
  wentAround: boolean
  /** The message's, until the trusted part has nobody left: then `global`. */
  phase: Phase
  alternatives: number
  messages: number
  reply: ResultMessage | FailedMessage | undefined
}

/** Senders of one route that get its answer: the first, and those that came round by an alternative. */
export const upstreamMax = 4

export const openPass = (route: RouteMessage, upstream: NodeId[], now: Millis): Pass => ({
  route,
  since: now,
  upstream,
  gone: new Set(),
  shut: new Set(),
  asked: new Set(),
  visited: route.visited,
  sent: undefined,
  fan: undefined,
  wentAround: false,
  phase: route.phase,
  alternatives: 0,
  messages: 0,
  reply: undefined,
})

/** The timer that waits for the receipt of a pass's hop; its key follows the prefix. */
export const receiptPrefix = 'router/receipt/'
export const receiptTimer = ({ route }: Pass): string =>
  `${receiptPrefix}${route.routeId}/${route.attempt}`

/** What may be done with a node for this route. */
export function standingIn(
  pass: Pass,
  node: NodeId,
  maySpeakTo: (node: NodeId) => boolean,
): Standing {
  if (pass.gone.has(node)) return 'gone'
  if (pass.shut.has(node) || pass.visited.includes(node)) return 'shut'
  return maySpeakTo(node) ? 'open' : 'shut'
}
