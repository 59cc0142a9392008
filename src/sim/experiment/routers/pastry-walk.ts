// One message from node to node over the tables of a whole network, enemies on its way included:
// every hop of an honest node is the live node's `nextHop`, a dead end goes one hop back as in the
// live router, and a node that is silent or lies ends the route (Castro et al. 2002, section 5).

import {
  type Decision,
  newDecision,
  nextHop,
  type Phase,
  type RoutingView,
  type Standing,
} from '../../../../routing/next-hop.ts'
import { vacant } from '../../../../routing/prefix-table.ts'
import type { Words } from '../../../../routing/ring.ts'
import { hopsMax } from '../../../core/limits.ts'
import type { Behaviour } from '../behaviour.ts'
import { honest } from '../world.ts'
import type { RingWorld } from './pastry-ring-world.ts'
import type { Vetoes } from './pastry-vetoes.ts'

/**
 * How a route ended. 'arrived': a node took itself for the root. 'spanned': at the first honest node
 * whose leaf set holds the root's place, where the walk was told to stop there. 'silent', 'lied': at
 * an enemy, who swallowed the message or claims that it (or an accomplice) is the root. 'stuck': no
 * way on, and the message rests at the nearest node that it reached. 'loop': longer than any honest
 * route.
 */
type WalkEnd = 'arrived' | 'spanned' | 'silent' | 'lied' | 'stuck' | 'loop'

/** A way round vetoes may be longer than hopsMax, in small worlds full of them. */
const detourHopsMax = 64

/** Messages spent on ways round vetoes before a node counts as cut off: eight leaf sets. */
const detourMessagesMax = 256

interface WalkOptions {
  /** What `reachOf` says of the leaf sets. @default infinite: every leaf set is asked */
  readonly reach?: number
  /** Are leaf sets exact, as built and not yet joined anew? @default false: they are asked again */
  readonly exact?: boolean
  /** Does a dead end go back, to find ways round vetoes? @default true */
  readonly detours?: boolean
  /**
   * Called before a node is asked for its next hop, so that tables may be made when first needed.
   * `isDetour`: slots that are open as such may be shut, since the message has been there.
   */
  readonly visit?: (node: number, key: Words, phase: Phase, isDetour: boolean) => void
}

/** Walks one route at a time; the end stands in its fields until the next. */
export class RingWalk {
  end: WalkEnd = 'stuck'
  /** Where it ended; for 'lied' the node that the liar named. */
  at = -1
  /** Hops of the path; dead ends that were taken back do not count. */
  hops = 0
  /** Every message sent. */
  sent = 0
  /** Node i of the path, from the start (0) to the end (`hops`). */
  readonly path = new Int32Array(detourHopsMax + 2)
  /** Changes when leaf sets do. */
  reach: number
  /** The nearest of an exact leaf set that spans the key is the root: it need not look again. */
  exact: boolean
  /** A node that counts as absent (it is just joining); -1 for none. */
  absent = -1
  readonly #view: RoutingView
  readonly #firsts: Uint32Array
  readonly #kinds: Uint8Array
  readonly #behaviour: Behaviour
  readonly #vetoes: Vetoes | undefined
  readonly #asked: RingWorld['asked']
  readonly #detours: boolean
  readonly #visit: WalkOptions['visit']
  readonly #phases: Phase[] = new Array<Phase>(detourHopsMax + 2).fill('global')
  readonly #decision: Decision = newDecision('global')
  readonly #tried: number[] = []
  #nearest = -1
  #nearestHops = 0

  constructor(view: RoutingView, world: RingWorld, options: WalkOptions = {}) {
    this.#view = view
    this.#firsts = world.firsts
    this.#kinds = world.kinds
    this.#behaviour = world.behaviour
    this.#vetoes = world.vetoes
    this.#asked = world.asked
    this.#detours = world.vetoes !== undefined && (options.detours ?? true)
    this.reach = options.reach ?? Number.POSITIVE_INFINITY
    this.exact = options.exact ?? false
    this.#visit = options.visit
  }

  readonly #standing = (node: number): Standing => {
    if (node === this.absent) return 'gone'
    if (this.#tried.length > 0 && this.#tried.includes(node)) return 'shut'
    return this.#vetoes?.bars(this.at, node) === true ? 'shut' : 'open'
  }

  /** Walks from `from`, which is taken as honest, until the route ends. */
  walk(from: number, key: Words, lookup: number): WalkEnd {
    return this.#run(from, key, lookup, false)
  }

  /** The same, but the first honest node answers whose leaf set spans the key. */
  walkToSpan(from: number, key: Words, lookup: number): WalkEnd {
    return this.#run(from, key, lookup, true)
  }

  #run(from: number, key: Words, lookup: number, toSpan: boolean): WalkEnd {
    const decision = this.#decision
    this.#tried.length = 0
    this.at = from
    this.hops = 0
    this.sent = 0
    this.path[0] = from
    this.#nearest = from
    this.#nearestHops = 0
    let phase: Phase = 'global'
    for (;;) {
      if (toSpan && this.#view.leaves.spans(this.at, key)) return this.#ended('spanned')
      this.#visit?.(this.at, key, phase, this.#tried.length > 0)
      decision.phase = phase
      const isToRoot = this.exact && this.#leafHop(key, decision)
      if (!isToRoot && !this.#farHop(key, decision))
        nextHop(this.#view, this.at, key, decision, this.#standing)
      if (decision.outcome === 'deliver') return this.#ended('arrived')
      if (decision.outcome === 'stuck' || this.hops >= this.#limit()) {
        if (!this.#back(key))
          return this.#rest(decision.outcome === 'stuck' ? 'stuck' : 'loop', key)
        phase = this.#phases[this.hops]!
        continue
      }
      if (decision.phase === 'leaf-set') this.#tried.push(this.at)
      this.#phases[this.hops] = phase
      phase = decision.phase
      this.at = decision.to
      this.sent++
      this.#asked(this.at, 1)
      this.path[++this.hops] = this.at
      if (this.#kinds[this.at] !== honest) {
        const end = this.meet(key, lookup)
        if (end !== undefined) return this.#ended(end)
      }
      if (isToRoot && !toSpan) return this.#ended('arrived')
    }
  }

  /** No way on: the message stays with the nearest node that it reached. */
  #rest(end: WalkEnd, key: Words): WalkEnd {
    if (this.#detours) {
      for (let hops = 0; hops <= this.hops; hops++) this.#rememberNearest(hops, key)
      this.at = this.#nearest
      this.hops = this.#nearestHops
    }
    return this.#ended(end)
  }

  /**
   * What `nextHop` decides where the key is beyond every leaf set and the slot for it is open, without
   * asking the leaf set first: half of the memory that a hop touches. False where it must be asked.
   */
  #farHop(key: Words, decision: Decision): boolean {
    const wanted = key[0]!
    const first = this.#firsts[this.at]!
    const way = (first - wanted) >>> 0
    if (way <= this.reach || 0x100000000 - way <= this.reach || decision.phase !== 'global')
      return false
    // Beyond every leaf set first words differ, so they tell which digits are shared.
    const row = Math.clz32(first ^ wanted) >>> 2
    const node = this.#view.global.at(this.at, row, (wanted >>> (28 - 4 * row)) & 15)
    if (node === vacant || !this.#isOpenSlot(node)) return false
    decision.outcome = 'forward'
    decision.to = node
    decision.by = 'global'
    return true
  }

  /** Slots as they were built hold nobody barred. */
  #isOpenSlot(node: number): boolean {
    const isAsBuilt = this.exact && this.#visit === undefined
    if (isAsBuilt && this.absent < 0 && this.#tried.length === 0) return true
    return this.#standing(node) === 'open'
  }

  /**
   * The last hop, where leaf sets are exact and a leaf set is not the whole network: places stand in
   * the order of the ring, so that the root is found by halving the way, without reading the leaf set.
   * False where the key is farther, or nobody may speak to its root.
   */
  #leafHop(key: Words, decision: Decision): boolean {
    const { ring, leaves } = this.#view
    const firsts = this.#firsts
    const own = this.at
    const wanted = key[0]!
    const right = (wanted - firsts[own]!) >>> 0
    const left = 0x100000000 - right
    if ((right > this.reach && left > this.reach) || this.reach >= 0x80000000) return false
    const isRight = right < left
    const { size } = ring
    let low = 1
    let high = leaves.perSide + 1
    while (low < high) {
      const middle = (low + high) >>> 1
      const place = isRight ? (own + middle) % size : (own - middle + size) % size
      if (this.#isBetween(own, place, isRight, key)) high = middle
      else low = middle + 1
    }
    if (low > leaves.perSide) return false
    const step = isRight ? 1 : -1
    const beyond = (own + step * low + size) % size
    const before = (own + step * (low - 1) + size) % size
    const root = ring.nearer(beyond, before, key) ? beyond : before
    if (root !== own && this.#standing(root) !== 'open') return false
    decision.to = root
    decision.by = 'leaf-set'
    decision.phase = 'leaf-set'
    decision.outcome = root === own ? 'deliver' : 'forward'
    return true
  }

  /** Does the key lie between a node and another of its leaf set, on the side of that? */
  #isBetween(own: number, leaf: number, isRight: boolean, key: Words): boolean {
    const low = isRight ? own : leaf
    const high = isRight ? leaf : own
    const toKey = (key[0]! - this.#firsts[low]!) >>> 0
    const toHigh = (this.#firsts[high]! - this.#firsts[low]!) >>> 0
    // As in ring.ts: first words decide but where they nearly meet.
    if (toKey > 1 && toHigh > 1 && Math.abs(toKey - toHigh) > 1) return toKey < toHigh
    return this.#view.ring.keyBetween(low, high, key)
  }

  #limit(): number {
    return this.#detours ? detourHopsMax : hopsMax
  }

  /** Is the path's node after so many hops the nearest so far, or reached by fewer? */
  #rememberNearest(hops: number, key: Words): void {
    const node = this.path[hops]!
    const isSame = node === this.#nearest && hops < this.#nearestHops
    if (!isSame && !this.#view.ring.nearer(node, this.#nearest, key)) return
    this.#nearest = node
    this.#nearestHops = hops
  }

  /** One hop back from a dead end; false at the start. */
  #back(key: Words): boolean {
    if (!this.#detours || this.hops === 0 || this.sent >= detourMessagesMax) return false
    this.#rememberNearest(this.hops, key)
    this.#tried.push(this.at)
    this.at = this.path[--this.hops]!
    return true
  }

  /** What the enemy at `at` makes of the message: the route's end, or undefined where it serves. */
  meet(key: Words, lookup: number): WalkEnd | undefined {
    const deed = this.#behaviour.deed(this.at, lookup, key)
    if (deed === 'serve') return undefined
    if (deed === 'drop') return 'silent'
    if (this.#behaviour.claimsRoot(this.at, key)) return 'lied'
    const named = this.#behaviour.accomplices(key, 1)[0]
    if (named === undefined || named === this.at) return 'silent'
    this.sent++
    this.#asked(named, 1)
    this.at = named
    this.path[++this.hops] = named
    return this.#behaviour.claimsRoot(named, key) ? 'lied' : 'silent'
  }

  #ended(end: WalkEnd): WalkEnd {
    this.end = end
    return end
  }
}
