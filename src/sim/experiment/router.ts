// What the structural engine asks of a router: tables from a world, then lookups over them. Every
// router of an experiment, ours, a baseline of the literature or a user's own, is one of these.
import type { Words } from '../../../routing/ring.ts'
import type { Random } from '../../core/random.ts'
import type { Behaviour } from './behaviour.ts'
import type { PartOptions } from './part-options.ts'
import type { World } from './world.ts'

export interface RouterContext {
  readonly world: World
  readonly behaviour: Behaviour
  /** For this router's own draws; a fork of the run's. */
  readonly random: Random
  /**
   * Requests that came to each node, by its number: a router adds one to whoever is sent a request that it
   * counts in `messages`, and the Gini coefficient of the load comes of it. Undefined: nobody wants to know.
   */
  readonly requests?: Int32Array | undefined
}

/**
 * How a lookup ended. 'delivered': at the root of the key (roots.ts). 'wrong-root': somebody else
 * was taken for the root. 'dropped': every way ended at a silent or lying node. 'lost': no way on.
 * 'loop': longer than any honest way.
 */
export type Ending = 'delivered' | 'wrong-root' | 'dropped' | 'lost' | 'loop'
export const endings: readonly Ending[] = ['delivered', 'wrong-root', 'dropped', 'lost', 'loop']

/** Written in place by `lookup`, so that a million lookups allocate nothing. */
export interface Outcome {
  ending: Ending
  /** The node that the lookup ended at or named; -1 for none. */
  root: number
  /** Hops of the way that delivered (the first that did), else of the longest. */
  hops: number
  /** Requests sent on behalf of this lookup by anybody, redundant routes included. */
  messages: number
}

export const newOutcome = (): Outcome => ({ ending: 'lost', root: -1, hops: 0, messages: 0 })

/** Enemies' share of what honest nodes hold, 0..1; undefined where a router has no such part. */
export interface Contamination {
  readonly table?: number | undefined
  readonly leafSet?: number | undefined
  /** Of the table, by row (shared digits); undefined entries where no honest node fills the row. */
  readonly byRow?: readonly (number | undefined)[] | undefined
  /** Honest nodes whose leaf set or neighbour list holds nobody honest. */
  readonly eclipsed?: number | undefined
}

/** A router's tables over one world. */
export interface BuiltRouter {
  /**
   * One lookup of `key` (four words) from `origin`, an honest node.
   *
   * @param number of the lookup in the run, handed to `behaviour.deed`
   * @param trueRoot the root of the key (roots.ts): to judge the ending, never to route by
   */
  lookup(origin: number, key: Words, number: number, trueRoot: number, outcome: Outcome): Outcome
  contamination(): Contamination
  /** Routing state of an honest node, bytes: mean. */
  readonly bytesPerNode: number
  /** Messages of the set-up that a real network would send, for an honest node: mean, where known. */
  readonly setUpMessagesPerNode?: number | undefined
  /** Poisoned joins and churn: these nodes throw their tables away and join again through others. */
  rejoin?(nodes: readonly number[], random: Random): void
}

/** A router by name with its options. */
export interface Router<O extends object = object> extends PartOptions<O> {
  readonly name: string
  /** One line for `experiment list`, with the paper. */
  readonly about: string
  build(context: RouterContext, options: O): BuiltRouter
  /** Expected bytes of the tables, so that a run that cannot fit says so before it starts. */
  estimateBytes(nodes: number, options: O): number
}
