// What of the policy `trustnet` can be chosen, and the sizes that follow from the number of nodes.
// Defaults and their reasons: docs/routing.md; each lesson of the measurements is one option here,
// so that leaving it out is one line of a scenario.
import { type Bounds, wholeFrom } from '../../src/core/bounds.ts'
import { leavesPerSide } from '../../src/core/limits.ts'

/** How a node's list of trusted nodes is made. */
export type ListKind = 'walks' | 'capped-sum'

export interface TrustnetOptions {
  /** Entries of a list (T). 0: 4.5·√n, a multiple of 32 in 128..512. @default 0 */
  readonly listSize: number
  /** Backward walks of a node, at whose ends it is registered (R). -1: 64, and 128 above 50,000 nodes. @default -1 */
  readonly registered: number
  /** Longest walk (w). Slow-mixing graphs want 12. 0: by what walks see, network-size.ts. @default 3 */
  readonly walkLength: number
  /** Votes that a trusted leaf needs (minV). 0: a fifth of what is expected, at least 3. 1: lesson 7 left out. @default 0 */
  readonly witnesses: number
  /** Leaves a side that one vote is enough for. @default 8 */
  readonly mix: number
  /** Entries of a table slot (m); the second is the alternative. @default 2 */
  readonly perSlot: number
  /** Trusted leaves that the last hop delivers to (q), and half as many with one vote. @default 8 */
  readonly deliverTo: number
  /** How much common friends weigh: an edge with three weighs 1 + 3·embed times one with none. @default 1 */
  readonly embed: number
  /** 0: every positive rating counts alike; 1: by its value; 2: by its square. @default 0 */
  readonly ratingExponent: number
  /** Of one list at most so many nodes may vote inside a leaf span; 0: any number. @default 2 */
  readonly auditMax: number
  /** Lesson 2: walks, or the note's adding with normalised ratings, cap 1 and depth 3. @default walks */
  readonly lists: ListKind
  /** Ratings up to this are not sampled; lesson 3 is left out by 0.6. @default 0 */
  readonly onlyAbove: number
  /**
   * What a walk adds to the score of its end: the rating of the first friend, or the same for every
   * friend. Where people rate each other low a fooled friend's high rating would fill the slots.
   *
   * @default rating
   */
  readonly scoreBy: 'rating' | 'walks'
  /** Longest backward walk of a registration; 0: as `walkLength`. @default 0 */
  readonly backwardLength: number
  /**
   * Do the routes of one lookup take turns among the entries of a slot? Else they meet again at the
   * same best entry, however different their first hops. @default false
   */
  readonly spread: boolean
  /** Lesson 1: read the lists of trusted nodes too. @default true */
  readonly lookAhead: boolean
  /** Lesson 8: the best trusted candidate of a slot, or any. @default best */
  readonly slot: 'best' | 'random'
  /**
   * Chance, in percent, that a walk goes back to where it came from instead of on: a way out of a
   * node that rates only accomplices. @default 0
   */
  readonly backOut: number
  /**
   * Is a rating of somebody who rates the rater negative left out of all walks? He refuses the
   * rater's messages anyway, and slander then costs the slanderer his place. @default false
   */
  readonly skipHostile: boolean
}

export const trustnetDefaults: TrustnetOptions = {
  listSize: 0,
  registered: -1,
  walkLength: 3,
  witnesses: 0,
  mix: 8,
  perSlot: 2,
  deliverTo: 8,
  embed: 1,
  ratingExponent: 0,
  auditMax: 2,
  lists: 'walks',
  onlyAbove: 0,
  scoreBy: 'rating',
  backwardLength: 0,
  spread: false,
  lookAhead: true,
  slot: 'best',
  backOut: 0,
  skipHostile: false,
}

/** How one lookup uses the tables: of the live node and of the structural router alike. */
export interface LookupOptions {
  /** Lesson 4: routes of one lookup, over distinct first friends. @default 4 */
  readonly routes: number
  /** Global routes where no trusted route is verified, the first as plain as Pastry's; 0: none. @default 16 */
  readonly fallback: number
  /**
   * Whoever has the key of such a route among its leaves delivers to so many of those nearest to it, but
   * for the first route; 1: to the nearest alone, and where that one drops nothing is found. @default 8
   */
  readonly fallbackTo: number
  /**
   * Does one plain global route run beside the trusted ones? Without an attack no lookup then takes more
   * hops than Pastry's, and roots that trust does not reach get the message. Only where `fallback` is not 0.
   *
   * @default true
   */
  readonly beside: boolean
  /**
   * So many of the nearest that the last hop delivered to deliver once more, each to whom it knows
   * nearer than itself, and the nearest of these again. Where circles are tight, the last hop knows
   * its own circle only; where they are not, nobody is nearer and it costs nothing. @default 3
   */
  readonly onward: number
}

export const lookupDefaults: LookupOptions = {
  routes: 4,
  fallback: 16,
  fallbackTo: 8,
  beside: true,
  onward: 3,
}

/** Sizes that depend on how many nodes there are. */
export interface Sizes {
  readonly listSize: number
  readonly registered: number
  /** Votes expected of a list's size for any one node: T·(T + R)/n. */
  readonly votesExpected: number
}

const listSizeMin = 128
const listSizeMax = 512
/** Above so many nodes lists have reached their most: twice the registrations make up for it. */
const manyNodes = 50_000

/** Lists shorter than this say little whatever the network. */
const listSizeLeast = 16

/** @param nodes an estimate: see network-size.ts */
export function sizesFor(nodes: number, options: TrustnetOptions): Sizes {
  const rooted = 32 * Math.round((4.5 * Math.sqrt(nodes)) / 32)
  // A list of more entries than there are people would be filled up with strangers.
  const most = Math.min(listSizeMax, Math.max(listSizeLeast, nodes))
  const listSize =
    options.listSize > 0 ? options.listSize : Math.min(most, Math.max(listSizeMin, rooted))
  const registered = options.registered >= 0 ? options.registered : nodes > manyNodes ? 128 : 64
  const votesExpected = (listSize * (listSize + registered)) / Math.max(nodes, 1)
  return { listSize, registered, votesExpected }
}

/** What one list may say about the asker's surroundings. */
export interface Say {
  /** So many of its nearest to the asker on each side are votes... */
  readonly aSide: number
  /** ...but of those in the asker's leaf span no more than this; 0: any number. */
  readonly inSpan: number
}

/**
 * Two nodes a side and `auditMax` in all, which is what an honest list of a large network has to say.
 * Where lists hold a good part of the network they know more than two leaves of anybody: there every
 * list speaks of as many as it has on average, and leaf sets come out whole.
 */
export function sayOf({ listSize }: Sizes, nodes: number, { auditMax }: TrustnetOptions): Say {
  if (nodes > 4 * listSize) return { aSide: 2, inSpan: auditMax }
  const aSide = Math.max(2, Math.ceil((leavesPerSide * listSize) / Math.max(nodes, 1)))
  return { aSide, inSpan: auditMax === 0 ? 0 : Math.max(auditMax, 2 * aSide) }
}

/**
 * Votes that make a candidate a trusted leaf. Who has a short list asks for fewer: else a newcomer
 * with five friends would trust nobody.
 */
export function witnessesNeeded(sizes: Sizes, listed: number, options: TrustnetOptions): number {
  if (options.witnesses > 0) return options.witnesses
  if (!options.lookAhead) return 1
  const byNetwork = Math.max(3, Math.round(0.2 * sizes.votesExpected))
  return Math.min(byNetwork, Math.round(0.2 * listed) + 1)
}

export const trustnetBounds = {
  listSize: wholeFrom(0, 4096),
  registered: wholeFrom(-1, 4096),
  walkLength: wholeFrom(0, 64),
  backwardLength: wholeFrom(0, 64),
  witnesses: wholeFrom(0, 65_535),
  mix: wholeFrom(0, 16),
  perSlot: wholeFrom(1, 4),
  deliverTo: wholeFrom(1, 32),
  embed: wholeFrom(0, 100),
  ratingExponent: wholeFrom(0, 4),
  auditMax: wholeFrom(0, 64),
  backOut: wholeFrom(0, 90),
  onlyAbove: { type: 'number', minimum: 0, exclusiveMaximum: 1 },
} as const satisfies Partial<Record<keyof TrustnetOptions, Bounds>>

export const trustnetWords = {
  lists: ['walks', 'capped-sum'],
  scoreBy: ['rating', 'walks'],
  slot: ['best', 'random'],
} as const satisfies Partial<Record<keyof TrustnetOptions, readonly string[]>>
