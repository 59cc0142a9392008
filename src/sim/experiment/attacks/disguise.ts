// Enemies who do not look like enemies: some serve well until it pays to turn, others shed what was
// noticed of them by coming back as somebody new.
import { share } from '../../../core/bounds.ts'
import { ratingBetween } from '../graphs/rated.ts'
import { honest } from '../world.ts'
import type { Attack } from './attack.ts'
import { conductOf, conductWords } from './conduct.ts'
import { drawPosition } from './draft.ts'
import { flagsOf, notice, type Turned, turnedBounds, turnedDefaults } from './droppers.ts'

export const camouflage: Attack<Turned> = {
  name: 'camouflage',
  about:
    'malicious people serve with a probability (serves) or until a lookup (from), so nobody notices them',
  words: conductWords,
  bounds: turnedBounds,
  defaults: { ...turnedDefaults, behaviour: 'misroute', noticed: 0, serves: 0.5 },
  prepare(draft, options, random) {
    const nodes = draft.turn(options.fraction, random)
    notice(draft, nodes, options.noticed, random)
    return { behaviour: (world, accomplices) => conductOf(nodes, options, world, accomplices) }
  },
}

export interface WhitewashingOptions extends Turned {
  /** Share of the honest raters who are fooled into rating the newcomer, 0.6 to 1. */
  readonly regained: number
}

/**
 * Everybody who turned was noticed, left, and came back under a new identity at a new place: no
 * rating of the old one counts for the new, good or bad. `noticed` is the share of those who rate
 * the newcomer that find it out again.
 */
export const whitewashing: Attack<WhitewashingOptions> = {
  name: 'whitewashing',
  about:
    'malicious people come back under new identities, without ratings, and win some friends again',
  words: conductWords,
  bounds: { ...turnedBounds, regained: share },
  defaults: { ...turnedDefaults, noticed: 0, regained: 0.1 },
  prepare(draft, options, random) {
    const nodes = draft.turn(options.fraction, random)
    const isTurned = flagsOf(nodes, draft.size)
    const { ratings } = draft
    const { authors, subjects, values } = ratings
    for (let row = 0; row < ratings.count; row++) {
      if (isTurned[subjects[row]!] === 0 || draft.kindOf(authors[row]!) !== honest) continue
      values[row] = random.fraction() < options.regained ? ratingBetween(0.6, 1, random) : 0
    }
    notice(draft, nodes, options.noticed, random)
    const position = new Uint32Array(4)
    for (const node of nodes) draft.move(node, drawPosition(random, position))
    return { behaviour: (world, accomplices) => conductOf(nodes, options, world, accomplices) }
  },
}
