// What an attack is: options with documented defaults, and one step that prepares the draft of a
// world (turns people, adds identities, gives ratings) and says how its nodes then behave. An
// attack of the user's own is a module whose default export is one of these.
import type { Words } from '../../../../routing/ring.ts'
import type { Random } from '../../../core/random.ts'
import type { Behaviour } from '../behaviour.ts'
import type { Nearest } from '../nearest.ts'
import type { PartOptions } from '../part-options.ts'
import type { World } from '../world.ts'
import type { WorldDraft } from './draft.ts'

/** Whom an attack is aimed at: lookups with keys `victim` go there. */
export interface Target {
  readonly key: Words
  /** The person who is attacked; -1 for a key that belongs to nobody in particular. */
  readonly node: number
}

/** Honest nodes throw their tables away and join again, before the lookups. */
export interface Rejoins {
  readonly rounds: number
  /** Share of the honest nodes that join again in a round, in random order. */
  readonly share: number
}

/** What an attack hands back once its nodes and ratings are in the draft. */
export interface Plot {
  /** @param accomplices all enemies of the finished world, of whichever attack */
  behaviour(world: World, accomplices: Nearest): Behaviour
  readonly target?: Target | undefined
  readonly rejoins?: Rejoins | undefined
}

export interface Attack<O extends object = object> extends PartOptions<O> {
  readonly name: string
  /** One line for `experiment list`, with the paper where there is one. */
  readonly about: string
  /** @param random of this attack alone */
  prepare(draft: WorldDraft, options: O, random: Random): Plot
  /** Identities and ratings that it adds, to see before a run whether it fits in memory. */
  adds?(options: O, people: number, ratings: number): { nodes: number; ratings: number }
}
