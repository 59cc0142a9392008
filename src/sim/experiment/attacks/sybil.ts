// Sybils (Douceur 2002) that got some honest people to rate them, at random places or crowded
// together; and the same identities gathered about one key or one person (eclipse, Singh 2006).
import type { Words } from '../../../../routing/ring.ts'
import { wholeFrom } from '../../../core/bounds.ts'
import type { Random } from '../../../core/random.ts'
import type { Attack, Target } from './attack.ts'
import {
  amount,
  type Conducting,
  conductBounds,
  conducting,
  conductOf,
  conductWords,
} from './conduct.ts'
import { drawPosition, type WorldDraft } from './draft.ts'
import {
  addSybils,
  checkFooling,
  clusteredPlaces,
  type Fooling,
  fool,
  fooling,
  foolingBounds,
  meanDegree,
  rateAmongThemselves,
} from './identities.ts'

export interface SybilOptions extends Conducting, Fooling {
  /** Identities for each honest person. */
  readonly sybilsPerHonest: number
  /** Where they stand: anywhere, or crowded about 16 points. */
  readonly ids: 'uniform' | 'clustered'
}

const idWords = ['uniform', 'clustered']
const targetWords = ['key', 'victim']

interface Counted extends Fooling {
  readonly sybilsPerHonest: number
}

/** The first `rated` of the identities are rated by all of them and by the fooled. */
function rate(
  draft: WorldDraft,
  sybils: Int32Array,
  rated: number,
  options: Counted,
  random: Random,
): void {
  if (rated === 0) return
  const edges = Math.round(options.attackEdgesPerHonest * draft.honestPeople().length)
  const degree = options.internalDegree || Math.max(1, Math.round(meanDegree(draft)))
  rateAmongThemselves(draft, sybils, degree, random, rated)
  fool(draft, sybils.subarray(0, rated), edges, options, random)
}

const sybilCount = (draft: WorldDraft, { sybilsPerHonest }: Counted): number =>
  Math.round(sybilsPerHonest * draft.honestPeople().length)

function adds(options: Counted, people: number, ratings: number) {
  const nodes = Math.round(options.sybilsPerHonest * people)
  const degree = options.internalDegree || Math.max(1, Math.round(ratings / Math.max(1, people)))
  return { nodes, ratings: nodes * degree + Math.round(options.attackEdgesPerHonest * people) }
}

export const sybils: Attack<SybilOptions> = {
  name: 'sybil',
  about: 'made-up identities, rated by honest people over attack edges only (Douceur 2002)',
  words: { ...conductWords, ids: idWords },
  defaults: {
    ...conducting,
    ...fooling,
    ...{ behaviour: 'misroute', sybilsPerHonest: 1, ids: 'uniform' },
  },
  bounds: { ...conductBounds, ...foolingBounds, sybilsPerHonest: amount },
  check: checkFooling,
  adds,
  prepare(draft, options, random) {
    const place: (out: Words) => Words =
      options.ids === 'clustered' ? clusteredPlaces(random) : (out) => drawPosition(random, out)
    const nodes = addSybils(draft, sybilCount(draft, options), place)
    rate(draft, nodes, nodes.length, options, random)
    return { behaviour: (world, accomplices) => conductOf(nodes, options, world, accomplices) }
  },
}

export interface EclipseOptions extends Conducting, Fooling {
  /** `key`: a random position. `victim`: the position of a random honest person, who is to be found. */
  readonly target: 'key' | 'victim'
  readonly sybilsPerHonest: number
  /**
   * So many of the identities stand about the target, and all ratings go to them, those of the fooled
   * and of the other identities, who stand anywhere. Two leaf sets full and as many again is enough
   * to hide whoever is there; more would share the ratings out. 0: all of them.
   */
  readonly near: number
  /** Those near stand within so many mean distances of people from the target, on either side. */
  readonly within: number
}

export const eclipse: Attack<EclipseOptions> = {
  name: 'eclipse',
  about:
    'identities stand about one key or one person, and all attack edges go to them (Singh 2006)',
  words: { ...conductWords, target: targetWords },
  defaults: {
    ...conducting,
    ...fooling,
    ...{ behaviour: 'misroute', target: 'key', sybilsPerHonest: 1, near: 64, within: 1 },
  },
  bounds: {
    ...{ ...conductBounds, ...foolingBounds },
    ...{ sybilsPerHonest: amount, near: wholeFrom(0), within: amount },
  },
  check: checkFooling,
  adds,
  prepare(draft, options, random) {
    const target = targetOf(draft, options, random)
    // In units of the first word: 2^96 positions.
    const reach = Math.max(
      1,
      Math.min(2 ** 31, Math.round((options.within * 2 ** 32) / draft.people)),
    )
    const about = (out: Words): Words => {
      drawPosition(random, out)
      out[0] = target.key[0]! + random.below(2 * reach) - reach
      return out
    }
    const count = sybilCount(draft, options)
    const near = options.near === 0 ? count : Math.min(options.near, count)
    let placed = 0
    // The first ones stand near.
    const nodes = addSybils(draft, count, (out) =>
      placed++ < near ? about(out) : drawPosition(random, out),
    )
    rate(draft, nodes, near, options, random)
    return {
      target,
      behaviour: (world, accomplices) => conductOf(nodes, options, world, accomplices),
    }
  },
}

function targetOf(draft: WorldDraft, options: EclipseOptions, random: Random): Target {
  if (options.target === 'key') return { key: drawPosition(random, new Uint32Array(4)), node: -1 }
  const node = random.pick([...draft.honestPeople()]) ?? 0
  return { key: draft.ring.words.slice(4 * node, 4 * node + 4), node }
}
