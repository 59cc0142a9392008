// What a lookup came to: everybody who proved to have the message, how many routes named each, and
// whom of them the answer names as the root.
import type { Millis, NodeId, RingKey } from '../src/core/id.ts'
import { trustNumber } from '../src/core/trust.ts'
import type { AnsweredHop, HopRecord, LookupAnswer, ResultMessage } from './message.ts'
import { compareNearness, sharedDigits, wordsOf } from './ring.ts'
import { quorumOf } from './trustnet/verify.ts'

/** One proof: a route named a node that signed for the message. */
export interface Found {
  readonly root: NodeId
  /** The route, by its number. */
  readonly attempt: number
  readonly result: ResultMessage
  /** Does the route vouch for it as the root, or did it merely get the message too? */
  readonly isNamed: boolean
  /** Hops behind the end of the way that the result tells. */
  readonly beyond: number
}

/** The question, as far as the answer repeats it. */
export interface Asked {
  readonly self: NodeId
  readonly key: RingKey
  readonly overlay: string
  readonly ms: Millis
  /**
   * Who has a say in the root, by the number of the route: the first friend over whom it goes, or the node
   * itself. Routes over one friend have one voice; others (a plain route beside them) none. Empty where no
   * trusted routes ran: then every route has its own.
   */
  readonly voters: ReadonlyMap<number, NodeId>
}

/** @param found not empty */
export function lookupAnswer(asked: Asked, found: readonly Found[]): LookupAnswer {
  const { key, voters } = asked
  const names = new Map<NodeId, Set<number>>()
  for (const { root, attempt, isNamed } of found) {
    const routes = names.get(root) ?? new Set()
    names.set(root, isNamed ? routes.add(attempt) : routes)
  }
  const target = wordsOf(key)
  const votes = new Map([...names].map(([node, routes]) => [node, votesOf(routes, voters)]))
  const roots = [...names]
    .map(([nodeId, routes]) => ({
      ...{ nodeId, routes: routes.size, friends: voters.size === 0 ? 0 : votes.get(nodeId)! },
      hops: shortestTo(nodeId, asked, found).hops,
    }))
    .sort((a, b) => compareNearness(wordsOf(a.nodeId), 0, wordsOf(b.nodeId), 0, target, 0))
  // A node's own id is answered by that node's key. Of another key the nearest that enough friends name:
  // whoever is named over one alone may be a liar's accomplice, or a stranger whom trust did not reach.
  const answered = votesOf(new Set([...names.values()].flatMap((routes) => [...routes])), voters)
  const most = Math.max(...votes.values())
  const quorum = Math.min(quorumOf(voters.size === 0 ? 0 : answered), most)
  const named = roots.find(({ nodeId }) => votes.get(nodeId)! >= quorum)
  const chosen = roots.find(({ nodeId }) => nodeId === key) ?? named!
  const results = new Set(found.map(({ result }) => result))
  return {
    ...{
      key,
      root: chosen.nodeId,
      delivered: true,
      hops: told(asked, shortestTo(chosen.nodeId, asked, found).way),
    },
    messages: [...results].reduce((sum, { messages }) => sum + messages, 0),
    ms: asked.ms,
    answered: new Set(found.map(({ attempt }) => attempt)).size,
    agreeing: chosen.routes,
    roots,
  }
}

/** How many have named a node over these routes. */
const votesOf = (routes: ReadonlySet<number>, voters: Asked['voters']): number =>
  voters.size === 0
    ? routes.size
    : new Set([...routes].flatMap((route) => voters.get(route) ?? [])).size

/** The shortest way to a proven root, of the routes that came there; of hops beyond only the number is known. */
function shortestTo(
  root: NodeId,
  { self, key }: Asked,
  found: readonly Found[],
): { readonly way: readonly HopRecord[]; readonly hops: number } {
  const [shortest] = found
    .filter((one) => one.root === root)
    .map((one) => {
      const way = wayTo(self, key, one)
      return { way, hops: way.length + one.beyond }
    })
    .sort((a, b) => a.hops - b.hops)
  return shortest!
}

/** The way to a root; to one of several at the end it differs in the last hop from the one that was told. */
function wayTo(self: NodeId, key: RingKey, { root, result: { trace } }: Found): HopRecord[] {
  // Whoever had the message on the way has it: the last hop itself, beside its leaves.
  const had = trace.findIndex(({ to }) => to === root)
  if (had >= 0 || root === self) return trace.slice(0, had + 1)
  const last = trace.at(-1)
  // Of the last hop's trust only that of the nearest was told.
  const hop: HopRecord = { to: root, by: 'final', prefix: sharedDigits(root, key), trust: 0 }
  return [...(last?.by === 'final' ? trace.slice(0, -1) : trace), hop]
}

const told = ({ self, overlay }: Asked, way: readonly HopRecord[]): AnsweredHop[] =>
  way.map(({ to, by, prefix, trust }, i) => ({
    ...{ from: way[i - 1]?.to ?? self, to, prefix, trust: trustNumber(trust) },
    by: by === 'overlay' ? `overlay:${overlay}` : by,
  }))
