// The hardened policy as a structural router: lists sampled by walks over the ratings, tables built
// from the lists of trusted nodes, several routes over distinct first friends, delivery to several
// trusted leaves, and global routes for what trust cannot reach. All decisions are those of
// routing/trustnet; here they meet the enemies' deeds and are counted.
import type { Words } from '../../../../routing/ring.ts'
import { FirstHops } from '../../../../routing/trustnet/first-hops.ts'
import { isSpanned } from '../../../../routing/trustnet/next.ts'
import type { TrustedGround } from '../../../../routing/trustnet/own-tables.ts'
import { NamedRoots, quorumOf } from '../../../../routing/trustnet/verify.ts'
import type { BuiltRouter, Contamination, Outcome, Router, RouterContext } from '../router.ts'
import { floodPast, Vetoes } from './pastry-vetoes.ts'
import { GlobalNetwork } from './trustnet-global.ts'
import {
  routesOf,
  type TrustnetRouterOptions,
  trustnetRouterBounds,
  trustnetRouterDefaults,
  trustnetRouterWords,
} from './trustnet-options.ts'
import { TrustedRoute } from './trustnet-route.ts'
import { contaminationOf } from './trustnet-state.ts'
import { trustnetTables } from './trustnet-tables.ts'

class Trustnet implements BuiltRouter {
  readonly #context: RouterContext
  readonly #options: TrustnetRouterOptions
  readonly #tables: TrustedGround
  readonly #global: GlobalNetwork
  readonly #firstHops: FirstHops
  readonly #route: TrustedRoute
  readonly #names = new NamedRoots()
  readonly #neighbourSeed: number
  /** What the routes of the lookup under way came to. */
  #isReached = false
  /** Made when a lookup needs the last resort. */
  #vetoes: Vetoes | undefined
  #elsewhere = false
  #enemies = false
  #loops = false

  constructor(context: RouterContext, options: TrustnetRouterOptions) {
    this.#context = context
    this.#options = options
    this.#tables = trustnetTables(context, options)
    this.#global = new GlobalNetwork(context)
    const { places, builder, viewOf } = this.#tables
    const routes = routesOf(options)
    this.#firstHops = new FirstHops(places, (place) => viewOf(place).lists, routes)
    this.#route = new TrustedRoute(context, options, this.#tables, this.#global, this.#names)
    this.#neighbourSeed = context.random.fork(3).uint32()
    if (options.buildAll) {
      this.#global.build()
      for (let place = 0; place < places.count; place++)
        if (context.world.kinds[places.nodes[place]!] === 0) builder.build(place)
    }
  }

  lookup(origin: number, key: Words, number: number, trueRoot: number, outcome: Outcome): Outcome {
    const { places, builder } = this.#tables
    const { adaptive, verify } = this.#options
    const from = places.of[origin]!
    outcome.ending = 'lost'
    outcome.root = -1
    outcome.hops = 0
    outcome.messages = 0
    this.#isReached = false
    this.#elsewhere = false
    this.#enemies = false
    this.#loops = false
    this.#names.clear()
    this.#route.begin(key, number, places.of[trueRoot]!)
    builder.build(from)
    const routes = routesOf(this.#options)
    let made = 0
    if (origin === trueRoot || isSpanned(places, builder.tables, from, key)) {
      this.#follow(from, 0, made++, from, outcome)
    }
    if (!(adaptive && this.#isReached)) {
      const found = this.#firstHops.find(from, key, routes - made)
      for (let i = 0; i < found; i++) {
        const voter = this.#firstHops.friends[i]!
        this.#follow(this.#firstHops.hops[i]!, 1, made++, voter, outcome)
        if (adaptive && this.#isReached) break
      }
    }
    if (verify === 'vote') return this.#count(key, trueRoot, outcome)
    // The first of the fallback routes, which starts at the origin itself, runs beside the trusted.
    const isBeside = this.#options.beside && this.#options.fallback > 0
    if (isBeside && !(adaptive && this.#isReached))
      this.#goGlobally(origin, 0, key, number, trueRoot, outcome)
    if (!this.#isReached) this.#fallBack(origin, isBeside ? 1 : 0, key, number, trueRoot, outcome)
    return this.#judged(trueRoot, outcome)
  }

  /** One trusted route; the shortest that reached the root gives the hops. */
  #follow(first: number, hops: number, route: number, voter: number, outcome: Outcome): void {
    const end = this.#route.run(first, hops, route, voter)
    outcome.messages += this.#route.messages
    if (end === 'at-root') this.#reached(this.#route.hops, outcome)
    else if (end === 'enemy') this.#enemies = true
    else if (end === 'loop') this.#loops = true
    else this.#elsewhere = true
    if (!this.#isReached) outcome.hops = Math.max(outcome.hops, this.#route.hops)
    if (end === 'elsewhere' && outcome.root < 0)
      outcome.root = this.#tables.places.nodes[this.#route.nearest]!
  }

  #reached(hops: number, outcome: Outcome): void {
    outcome.hops = this.#isReached ? Math.min(outcome.hops, hops) : hops
    this.#isReached = true
  }

  /** Global routes, the first from the origin itself, the others through its neighbour set. */
  #fallBack(
    origin: number,
    done: number,
    key: Words,
    number: number,
    trueRoot: number,
    outcome: Outcome,
  ): void {
    const { fallback, adaptive, pastVetoes } = this.#options
    for (let i = done; i < fallback; i++) {
      this.#goGlobally(origin, i, key, number, trueRoot, outcome)
      // Its answer proves itself: the rest need not be asked.
      if (this.#isReached && (adaptive || i === 0)) return
    }
    if (pastVetoes && fallback > 0 && !this.#isReached && !this.#enemies)
      this.#pastVetoes(origin, trueRoot, outcome)
  }

  /** One global route: number 0 from the origin, others through somebody of its neighbour set. */
  #goGlobally(
    origin: number,
    index: number,
    key: Words,
    number: number,
    trueRoot: number,
    outcome: Outcome,
  ): void {
    const { world, behaviour } = this.#context
    const through = index === 0 ? origin : this.#neighbour(origin, index)
    // The first goes as plainly as Pastry's: nobody is passed by for a veto. An origin delivers to nobody else.
    const leaves = through === origin ? 1 : this.#options.fallbackTo
    const before = through === origin ? 0 : 1
    if (before === 1 && this.#global.isBarred(origin, through)) return
    if (before === 1) this.#asked(through)
    outcome.messages += before
    if (world.kinds[through] !== 0 && behaviour.deed(through, number, key) !== 'serve') {
      this.#enemies = true
      return
    }
    const end = this.#global.route(through, key, number, trueRoot, leaves)
    outcome.messages += this.#global.messages
    if (end === 'at-root') this.#reached(this.#global.hops + before, outcome)
    else if (end === 'enemy') this.#enemies = true
    else if (end === 'elsewhere') {
      this.#elsewhere = true
      if (outcome.root < 0) outcome.root = this.#global.at
    }
  }

  /** The last resort where vetoes left no way: along whatever links nobody forbids. */
  #pastVetoes(origin: number, trueRoot: number, outcome: Outcome): void {
    const { ring, ratings, kinds, size } = this.#context.world
    this.#vetoes ??= Vetoes.of(
      ratings,
      Int32Array.from({ length: size }, (_, i) => i),
      ring,
      kinds,
    )
    if (this.#vetoes === undefined) return
    floodPast(this.#vetoes, origin, trueRoot, outcome, (node) => this.#asked(node))
    this.#isReached = outcome.ending === 'delivered'
  }

  #asked(node: number): void {
    const { requests } = this.#context
    if (requests !== undefined) requests[node]!++
  }

  /** A member of Castro's neighbour set: somebody anywhere on the ring, the same for every lookup. */
  #neighbour(origin: number, index: number): number {
    let mixed = Math.imul(origin + 1, 0x9e3779b1) ^ Math.imul(index, 0x85ebca6b)
    mixed = Math.imul(mixed ^ this.#neighbourSeed ^ (mixed >>> 15), 0xc2b2ae35)
    mixed ^= mixed >>> 16
    return (mixed >>> 0) % this.#context.world.size
  }

  #judged(trueRoot: number, outcome: Outcome): Outcome {
    if (this.#isReached) {
      outcome.root = trueRoot
      outcome.ending = 'delivered'
    } else if (this.#elsewhere) outcome.ending = 'wrong-root'
    else if (this.#enemies) outcome.ending = 'dropped'
    else if (this.#loops) outcome.ending = 'loop'
    return outcome
  }

  /** Without an answer that proves itself: the nearest candidate that enough of those who answered named. */
  #count(key: Words, trueRoot: number, outcome: Outcome): Outcome {
    const { places } = this.#tables
    const quorum = quorumOf(this.#names.answered, this.#options.quorum)
    const named = this.#names.winner(quorum, (a, b) => places.ring.nearer(a, b, key))
    outcome.root = named < 0 ? -1 : places.nodes[named]!
    if (outcome.root === trueRoot) outcome.ending = 'delivered'
    else if (named >= 0) outcome.ending = 'wrong-root'
    else outcome.ending = this.#enemies ? 'dropped' : this.#loops ? 'loop' : 'lost'
    return outcome
  }

  contamination(): Contamination {
    return contaminationOf(this.#context.world, this.#tables)
  }

  get bytesPerNode(): number {
    const { views, builder } = this.#tables
    const { room, ballotBytes } = views.made
    return 12 * room + ballotBytes + builder.tables.bytesEach
  }

  /**
   * Requests for lists, one of everybody on a node's own list, over the lists that were made: were they
   * asked for. A live node recomputes them and asks nobody (docs/decisions/0018-lists-are-recomputed.md).
   */
  get setUpMessagesPerNode(): number {
    return this.#tables.views.made.entries
  }
}

export const trustnet: Router<TrustnetRouterOptions> = {
  name: 'trustnet',
  about:
    'trust-sampled lists and leaves with several witnesses over redundant routes (docs/routing.md); the hardened policy of this project',
  defaults: trustnetRouterDefaults,
  words: trustnetRouterWords,
  bounds: trustnetRouterBounds,
  build: (context, options) => new Trustnet(context, { ...trustnetRouterDefaults, ...options }),
  estimateBytes(nodes, { perSlot, mix }) {
    // Lists of 512 with scores and friends, the votes, tables of seven rows, edges and scratch space.
    return nodes * (12 * 512 + 4 * 700 + 7 * 64 * perSlot + 8 * (16 + mix) + 1_000)
  },
}
