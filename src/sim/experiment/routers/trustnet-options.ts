// Options of the structural router `trustnet`: those of the policy itself and those of how one
// lookup uses it. Every lesson of docs/routing.md is left out by one of them.
import {
  type LookupOptions,
  lookupDefaults,
  type TrustnetOptions,
  trustnetBounds,
  trustnetDefaults,
  trustnetWords,
} from '../../../../routing/trustnet/options.ts'
import { voicesNeeded } from '../../../../routing/trustnet/verify.ts'
import { wholeFrom } from '../../../core/bounds.ts'
import { parallelRoutesMax } from '../../../core/limits.ts'

const networkSizes = ['estimate', 'own', 'people', 'identities'] as const

export interface TrustnetRouterOptions extends TrustnetOptions, LookupOptions {
  /** Strong mode: 16 routes whatever `routes` says. @default false */
  readonly strong: boolean
  /** One route after another until one is verified, instead of all at once. @default false */
  readonly adaptive: boolean
  /**
   * What the origin can check. `value`: the answer proves itself (a signed or content-addressed
   * value, or a known id that signs), so it knows whether it reached the root. `vote`: a random key;
   * the root is the nearest candidate that enough routes name, and a wrong name fails the lookup.
   *
   * @default value
   */
  readonly verify: 'value' | 'vote'
  /** Under `vote`: how many of sixteen first friends who answered must name the root, fewer in proportion. @default 6 */
  readonly quorum: number
  /** Under `vote`: do leaves with a single witness count as named? @default false */
  readonly nameAny: boolean
  /** Lesson 5: deliver to trusted leaves; without, to the leaf set of the global network. @default true */
  readonly trustedLastMile: boolean
  /** Lesson 6 left out: enemies may show another list to everybody who asks. @default false */
  readonly equivocation: boolean
  /**
   * Further hops tried where one gave no receipt. The default is the harder case: an enemy who drops
   * sends the receipt first. @default 0
   */
  readonly alternatives: number
  /**
   * n for list sizes and votes. `estimate`: the median of what walks from sixteen honest people see, the
   * same for all. `own`: what walks from each node see, as it is at a live node; it costs an estimate for
   * every node whose tables are built. Or the true count of people, or of all identities. @default estimate
   */
  readonly networkSize: (typeof networkSizes)[number]
  /**
   * Where vetoes leave neither trusted nor global routes a way, is the message handed along whatever
   * links nobody forbids, a message for every node asked? A live node does not do that. Only where
   * `fallback` is not 0. @default true
   */
  readonly pastVetoes: boolean
  /** Every table at once instead of when it is first visited. @default false */
  readonly buildAll: boolean
}

export const trustnetRouterDefaults: TrustnetRouterOptions = {
  ...trustnetDefaults,
  ...lookupDefaults,
  strong: false,
  adaptive: false,
  verify: 'value',
  quorum: voicesNeeded,
  nameAny: false,
  trustedLastMile: true,
  equivocation: false,
  alternatives: 0,
  networkSize: 'estimate',
  pastVetoes: true,
  buildAll: false,
}

/** Routes of a lookup. */
export const routesOf = ({ strong, routes }: TrustnetRouterOptions): number =>
  strong ? parallelRoutesMax : routes

export const trustnetRouterBounds = {
  ...trustnetBounds,
  ...{
    routes: wholeFrom(1, 64),
    fallback: wholeFrom(0, 64),
    quorum: wholeFrom(1, parallelRoutesMax),
  },
  fallbackTo: wholeFrom(1, 32),
  ...{ alternatives: wholeFrom(0, 8), onward: wholeFrom(0, 16) },
}

export const trustnetRouterWords = {
  ...trustnetWords,
  ...{ verify: ['value', 'vote'], networkSize: networkSizes },
}
