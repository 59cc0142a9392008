// One route of a lookup by trusted tables, among enemies: hop by hop until somebody delivers, an
// enemy has it, or the limit ends it. Built tables are made on the way where a node is first visited.
import type { Words } from '../../../../routing/ring.ts'
import {
  type Delivery,
  deliver,
  deliveryAt,
  newDelivery,
  nextPlace,
  type Skipped,
} from '../../../../routing/trustnet/next.ts'
import type { TrustedGround } from '../../../../routing/trustnet/own-tables.ts'
import { placeOf } from '../../../../routing/trustnet/tables.ts'
import type { NamedRoots } from '../../../../routing/trustnet/verify.ts'
import { hopsMax } from '../../../core/limits.ts'
import type { RouterContext } from '../router.ts'
import { honest } from '../world.ts'
import type { GlobalNetwork } from './trustnet-global.ts'
import type { TrustnetRouterOptions } from './trustnet-options.ts'

/** 'loop': more hops than any honest route takes. */
export type RouteEnd = 'at-root' | 'elsewhere' | 'enemy' | 'loop'

export class TrustedRoute {
  /** Of the last route. `nearest`: of whom it was delivered to, in places; -1 where to nobody. */
  hops = 0
  messages = 0
  nearest = -1
  readonly #context: RouterContext
  readonly #options: TrustnetRouterOptions
  readonly #tables: TrustedGround
  readonly #global: GlobalNetwork
  readonly #names: NamedRoots
  readonly #delivery: Delivery
  readonly #onward: Delivery
  /** Who has the message of the route under way. */
  readonly #told = new Set<number>()
  readonly #skipped: Skipped = { count: 0, places: new Int32Array(16) }
  #key: Words = new Uint32Array(4)
  #lookup = 0
  #trueRoot = -1

  constructor(
    context: RouterContext,
    options: TrustnetRouterOptions,
    tables: TrustedGround,
    global: GlobalNetwork,
    names: NamedRoots,
  ) {
    this.#context = context
    this.#options = options
    this.#tables = tables
    this.#global = global
    this.#names = names
    this.#delivery = newDelivery(options.deliverTo)
    this.#onward = newDelivery(options.deliverTo)
  }

  /** What the routes that follow are for; the true root, a place, judges only. */
  begin(key: Words, lookup: number, trueRoot: number): void {
    this.#key = key
    this.#lookup = lookup
    this.#trueRoot = trueRoot
  }

  /**
   * Runs a route whose message has come to `first` after `hops` hops.
   *
   * @param route its number
   * @param voter the place of who answers for the names it gives: a friend of the origin, or the origin
   */
  run(first: number, hops: number, route: number, voter: number): RouteEnd {
    const { places, builder } = this.#tables
    const { alternatives, spread } = this.#options
    const turn = spread ? route : 0
    this.hops = hops
    this.messages = hops
    this.nearest = -1
    this.#skipped.count = 0
    if (hops > 0) this.#asked(first)
    if (hops > 0 && !this.#serves(first)) return this.#spoiled(voter)
    for (let at = first; this.hops < hopsMax; ) {
      builder.build(at)
      const next = nextPlace(places, builder.tables, at, this.#key, this.#skipped, turn)
      if (next === deliver) return this.#deliver(at, voter)
      this.#ask(next)
      if (this.#serves(next)) {
        this.hops++
        this.#skipped.count = 0
        at = next
      } else if (this.#silent && this.#skipped.count < alternatives) {
        this.#skipped.places[this.#skipped.count++] = next
      } else {
        this.hops++
        return this.#spoiled(voter)
      }
    }
    return 'loop'
  }

  /** A request to a place. */
  #ask(place: number): void {
    this.messages++
    this.#asked(place)
  }

  #asked(place: number): void {
    const { requests } = this.#context
    if (requests !== undefined) requests[this.#tables.places.nodes[place]!]!++
  }

  /** Of the last enemy asked: was it silent, rather than lying? */
  #silent = false

  /** Does a place do its part? */
  #serves(place: number): boolean {
    const { world, behaviour } = this.#context
    const node = this.#tables.places.nodes[place]!
    if (world.kinds[node] === honest) return true
    const deed = behaviour.deed(node, this.#lookup, this.#key)
    this.#silent = deed === 'drop'
    return deed === 'serve'
  }

  /** An enemy has the message: a liar names its accomplices instead. */
  #spoiled(voter: number): RouteEnd {
    const { places } = this.#tables
    if (!this.#silent && this.#options.verify === 'vote')
      for (const named of this.#context.behaviour.accomplices(this.#key, this.#options.deliverTo))
        this.#names.name(places.of[named]!, voter)
    return 'enemy'
  }

  #deliver(at: number, voter: number): RouteEnd {
    const { places, builder } = this.#tables
    const { deliverTo, trustedLastMile } = this.#options
    if (!trustedLastMile) return this.#deliverGlobally(at)
    const delivery = deliveryAt(
      ...([places, builder.tables, at, this.#key, deliverTo, this.#delivery] as const),
    )
    this.nearest = placeOf(delivery.to[0]!)
    const trusted = Math.min(deliverTo, delivery.count)
    let isReached = at === this.#trueRoot
    let isBehindVeto = false
    for (let i = 0; i < delivery.count; i++) {
      const leaf = delivery.to[i]!
      if (~leaf === this.#trueRoot) isBehindVeto = true
      if (leaf < 0) continue
      if (leaf !== at) this.#ask(leaf)
      if (leaf === this.#trueRoot) isReached = true
      if (this.#options.verify === 'vote' && (i < trusted || this.#options.nameAny))
        if (this.#answers(leaf)) this.#names.name(leaf, voter)
    }
    if (!isReached && isBehindVeto) return this.#handOver(delivery)
    if (!isReached && this.#goesOnward(delivery)) return 'at-root'
    if (isReached && at !== this.#trueRoot) this.hops++
    return isReached ? 'at-root' : 'elsewhere'
  }

  /**
   * The nearest that the last hop delivered to look further, each by its own leaves: one that is an
   * enemy spoils its own branch only.
   */
  #goesOnward({ to, count }: Delivery): boolean {
    const { onward } = this.#options
    this.#told.clear()
    if (onward === 0) return false
    for (let i = 0; i < count; i++) this.#told.add(placeOf(to[i]!))
    const begun = [...to.subarray(0, Math.min(onward, count))]
    for (const leaf of begun)
      if (leaf >= 0 && this.#serves(leaf) && this.#branches(leaf)) return true
    return false
  }

  /** Delivers again and again, each time from whoever is nearest of those last told. */
  #branches(first: number): boolean {
    const { places, builder } = this.#tables
    const { deliverTo } = this.#options
    for (let at = first, steps = 1; this.hops + steps < hopsMax; steps++) {
      builder.build(at)
      const delivery = deliveryAt(
        ...([places, builder.tables, at, this.#key, deliverTo, this.#onward] as const),
      )
      let next = -1
      for (let i = 0; i < delivery.count; i++) {
        const leaf = delivery.to[i]!
        if (leaf < 0 || this.#told.has(leaf) || !places.ring.nearer(leaf, at, this.#key)) continue
        this.#told.add(leaf)
        this.#ask(leaf)
        if (leaf === this.#trueRoot) {
          this.hops += steps + 1
          return true
        }
        if (next < 0 || places.ring.nearer(leaf, next, this.#key)) next = leaf
      }
      if (next < 0 || !this.#serves(next)) return false
      at = next
    }
    return false
  }

  /** Does a node that was delivered to answer as the root might? Only the silent do not. */
  #answers(place: number): boolean {
    const { world, behaviour } = this.#context
    const node = this.#tables.places.nodes[place]!
    return world.kinds[node] === honest || behaviour.deed(node, this.#lookup, this.#key) !== 'drop'
  }

  /** The root is vetoed by the last hop: a leaf that may speak to it hands the message on. */
  #handOver(delivery: Delivery): RouteEnd {
    const { nodes } = this.#tables.places
    for (let i = 0; i < delivery.count; i++) {
      const leaf = delivery.to[i]!
      if (leaf < 0 || !this.#serves(leaf)) continue
      if (this.#global.isBarred(nodes[leaf]!, nodes[this.#trueRoot]!)) continue
      this.hops += 2
      this.#ask(this.#trueRoot)
      return 'at-root'
    }
    return 'elsewhere'
  }

  /** Lesson 5 left out: the nearest of the global leaf set, whoever they are. */
  #deliverGlobally(at: number): RouteEnd {
    const { places } = this.#tables
    const { leaves, ring } = this.#global.view
    const owner = places.nodes[at]!
    const count = this.#options.deliverTo + (this.#options.deliverTo >> 1)
    const near: number[] = [owner]
    for (const side of [0, 1] as const)
      for (let i = 0; i < leaves.count(owner, side); i++) near.push(leaves.at(owner, side, i))
    near.sort((a, b) => (a === b ? 0 : ring.nearer(a, b, this.#key) ? -1 : 1))
    const chosen = [...new Set(near)].slice(0, count)
    this.nearest = places.of[chosen[0]!]!
    for (const node of chosen) this.#ask(places.of[node]!)
    if (!chosen.includes(places.nodes[this.#trueRoot]!)) return 'elsewhere'
    if (at !== this.#trueRoot) this.hops++
    return 'at-root'
  }
}
