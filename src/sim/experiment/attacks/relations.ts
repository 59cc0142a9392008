// Enemies who attack with what they say: they rate honest people down, themselves and each other up
// (slander, self-promotion and collusion after Hoffman, Zage and Nita-Rotaru 2009). What they do
// with requests is their `behaviour`, as in every attack.
import { share, wholeFrom } from '../../../core/bounds.ts'
import { ONE } from '../../../core/trust.ts'
import { honest } from '../world.ts'
import type { Attack } from './attack.ts'
import { conductOf, conductWords } from './conduct.ts'
import { drawPosition } from './draft.ts'
import { flagsOf, notice, type Turned, turnedBounds, turnedDefaults } from './droppers.ts'
import { addSybils, meanDegree, rateAmongThemselves } from './identities.ts'

export interface SlanderOptions extends Turned {
  /** Share of the ratings that the malicious give to honest people which become -1. */
  readonly slandered: number
  /** Further honest people, drawn at random, whom each malicious person rates -1. */
  readonly strangers: number
}

export const slander: Attack<SlanderOptions> = {
  name: 'slander',
  about: 'malicious people rate honest ones negative, and drop (Hoffman 2009)',
  words: conductWords,
  defaults: { ...turnedDefaults, noticed: 0, slandered: 1, strangers: 0 },
  bounds: { ...turnedBounds, slandered: share, strangers: wholeFrom(0) },
  adds: (options, people) => ({
    nodes: 0,
    ratings: Math.round(options.fraction * people) * options.strangers,
  }),
  prepare(draft, options, random) {
    const nodes = draft.turn(options.fraction, random)
    notice(draft, nodes, options.noticed, random)
    const isTurned = flagsOf(nodes, draft.size)
    const { ratings } = draft
    for (let row = 0; row < ratings.count; row++)
      if (
        isTurned[ratings.authors[row]!] === 1 &&
        draft.kindOf(ratings.subjects[row]!) === honest &&
        random.fraction() < options.slandered
      )
        ratings.values[row] = -ONE
    const honestOnes = draft.honestPeople()
    if (honestOnes.length > 0)
      for (const node of nodes)
        for (let i = 0; i < options.strangers; i++)
          ratings.add(node, honestOnes[random.below(honestOnes.length)]!, -ONE)
    return { behaviour: (world, accomplices) => conductOf(nodes, options, world, accomplices) }
  },
}

export interface CollusionOptions extends Turned {
  /** Ratings of 1 that each malicious person gives to other malicious ones; 0: as many as people give on average. */
  readonly partners: number
}

export const collusion: Attack<CollusionOptions> = {
  name: 'collusion',
  about: 'malicious people rate each other 1, keep their friends, and misroute to one another',
  words: conductWords,
  defaults: { ...turnedDefaults, behaviour: 'misroute', noticed: 0, partners: 0 },
  bounds: { ...turnedBounds, partners: wholeFrom(0) },
  adds: (options, people, ratings) => ({
    nodes: 0,
    ratings: Math.round(options.fraction * (options.partners * people || ratings)),
  }),
  prepare(draft, options, random) {
    const nodes = draft.turn(options.fraction, random)
    notice(draft, nodes, options.noticed, random)
    const degree = options.partners || Math.max(1, Math.round(meanDegree(draft)))
    rateAmongThemselves(draft, nodes, degree, random)
    return { behaviour: (world, accomplices) => conductOf(nodes, options, world, accomplices) }
  },
}

export interface SelfPromotionOptions extends Turned {
  /** Identities that each malicious person makes up for this. */
  readonly identities: number
}

export const selfPromotion: Attack<SelfPromotionOptions> = {
  name: 'self-promotion',
  about:
    'malicious people make up identities that rate them 1, and are rated 1 by them (Hoffman 2009)',
  words: conductWords,
  defaults: { ...turnedDefaults, behaviour: 'misroute', noticed: 0, identities: 5 },
  bounds: { ...turnedBounds, identities: wholeFrom(0) },
  adds: (options, people) => {
    const nodes = Math.round(options.fraction * people) * options.identities
    return { nodes, ratings: 2 * nodes }
  },
  prepare(draft, options, random) {
    const turned = draft.turn(options.fraction, random)
    notice(draft, turned, options.noticed, random)
    const made = addSybils(draft, turned.length * options.identities, (out) =>
      drawPosition(random, out),
    )
    for (let i = 0; i < made.length; i++) {
      const person = turned[Math.floor(i / options.identities)]!
      draft.ratings.add(made[i]!, person, ONE)
      draft.ratings.add(person, made[i]!, ONE)
    }
    const nodes = [...turned, ...made]
    return { behaviour: (world, accomplices) => conductOf(nodes, options, world, accomplices) }
  },
}
