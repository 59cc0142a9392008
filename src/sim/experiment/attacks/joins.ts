// What joining costs: enemies who answer joins with their own kind until the tables are full of
// them (Castro 2002, Sit and Morris 2002), and neighbours who left without a word while others join.
import { share, wholeFrom } from '../../../core/bounds.ts'
import type { Random } from '../../../core/random.ts'
import type { Attack, Plot } from './attack.ts'
import { conductOf, conductWords } from './conduct.ts'
import type { WorldDraft } from './draft.ts'
import { notice, type Turned, turnedBounds, turnedDefaults } from './droppers.ts'

export interface JoinOptions extends Turned {
  /** Rounds in which honest nodes throw their tables away and join again through others. */
  readonly rounds: number
  /** Share of the honest nodes that join again in each round. */
  readonly rejoining: number
}

const joinBounds = { ...turnedBounds, rounds: wholeFrom(0), rejoining: share }

export const poisonedJoin: Attack<JoinOptions> = {
  name: 'poisoned-join',
  about: 'malicious people answer joins with accomplices, round after round (Castro 2002)',
  words: conductWords,
  bounds: joinBounds,
  defaults: {
    ...turnedDefaults,
    ...{ fraction: 0.2, noticed: 0, behaviour: 'misroute', poisons: true },
    ...{ rounds: 5, rejoining: 1 },
  },
  prepare: prepareJoins,
}

/**
 * The departed stand in tables and ratings and never answer. They count as malicious where enemies
 * are counted, since nobody who measures can tell a dead node from a silent one.
 */
export const churn: Attack<JoinOptions> = {
  name: 'churn',
  about: 'a fraction of the people left without a word while others join again',
  words: conductWords,
  bounds: joinBounds,
  defaults: {
    ...turnedDefaults,
    ...{ fraction: 0.1, noticed: 0, behaviour: 'drop', rounds: 1, rejoining: 0.1 },
  },
  prepare: prepareJoins,
}

function prepareJoins(draft: WorldDraft, options: JoinOptions, random: Random): Plot {
  const nodes = draft.turn(options.fraction, random)
  notice(draft, nodes, options.noticed, random)
  return {
    rejoins: { rounds: options.rounds, share: options.rejoining },
    behaviour: (world, accomplices) => conductOf(nodes, options, world, accomplices),
  }
}
