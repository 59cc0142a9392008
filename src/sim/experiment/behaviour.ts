// What enemies do while lookups run, as every structural router asks it. An attack prepares the world
// (ids, ratings, attack edges) and hands back one of these; no router knows which attack it is.
import type { Words } from '../../../routing/ring.ts'
import { honest } from './world.ts'

/**
 * What a node does with what it is asked: serve like an honest node, be silent (the asker notices by a
 * timeout), or lie: forward to accomplices, and name accomplices where it is asked for nodes.
 */
export type Deed = 'serve' | 'drop' | 'misroute'

/** The number of what is no lookup of the workload: joins, walks and lists of the set-up. */
export const beforeLookups = -1

export interface Behaviour {
  /**
   * What `node` does with one request of lookup number `lookup`, `beforeLookups` for requests of the
   * set-up such as joins; always 'serve' for honest nodes.
   * Deterministic in its arguments.
   */
  deed(node: number, lookup: number, key: Words): Deed
  /** The accomplices nearest to a key, nearest first: what a liar names. At most `count`. */
  accomplices(key: Words, count: number): readonly number[]
  /** Does this node, when it lies, claim to be the root of the key? */
  claimsRoot(node: number, key: Words): boolean
  /** Does it push itself into tables of others (poisoning), where a router can be poisoned? */
  readonly poisons: boolean
  /** Of several attacks at once, which of the nodes do that. @default every enemy, where it `poisons` */
  readonly isPoisoner?: (node: number) => boolean
}

/** Does this enemy poison? */
export const poisonsAs = ({ poisons, isPoisoner }: Behaviour, node: number): boolean =>
  isPoisoner === undefined ? poisons : isPoisoner(node)

/** What the same nodes do with joins: enemies that poison lie, whatever they do with lookups. */
export const whileJoining = (behaviour: Behaviour, kinds: Uint8Array): Behaviour => ({
  poisons: behaviour.poisons,
  isPoisoner: (node) => poisonsAs(behaviour, node),
  accomplices: (key, count) => behaviour.accomplices(key, count),
  claimsRoot: (node, key) => behaviour.claimsRoot(node, key),
  deed(node, _lookup, key) {
    if (kinds[node] === honest) return 'serve'
    return poisonsAs(behaviour, node) ? 'misroute' : behaviour.deed(node, beforeLookups, key)
  },
})
