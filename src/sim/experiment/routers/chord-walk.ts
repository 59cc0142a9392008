// One lookup over a Chord ring, node to node (Stoica et al. 2001, section 4.3), enemies included: a
// silent or lying node ends it. Where the last hop's two candidates, predecessor and successor of
// the key, are known, the numerically nearer one is the root, as in all routers of the experiments.
import type { Words } from '../../../../routing/ring.ts'
import type { Outcome } from '../router.ts'
import { honest } from '../world.ts'
import type { ChordRing } from './chord-ring.ts'
import type { RingWorld } from './pastry-ring-world.ts'

/** Longer is a loop: no finger halves fewer than the 128 bits of the way. */
const hopsMax = 128

/** A way on that is tried before Chord's own fingers; -1 for none. SPROUT's friends. */
export type Shortcut = (at: number, key: Words) => number

export class ChordWalk {
  readonly #world: RingWorld
  readonly #chord: ChordRing
  readonly #successors: number
  readonly #shortcut: Shortcut | undefined

  /** @param successors length of the successor lists */
  constructor(world: RingWorld, chord: ChordRing, successors: number, shortcut?: Shortcut) {
    this.#world = world
    this.#chord = chord
    this.#successors = Math.min(successors, world.size - 1)
    this.#shortcut = shortcut
  }

  /** In places. */
  lookup(origin: number, key: Words, number: number, root: number, outcome: Outcome): Outcome {
    const { behaviour, kinds } = this.#world
    let at = origin
    let hops = 0
    for (; hops <= hopsMax; hops++) {
      if (kinds[at] !== honest) {
        const deed = behaviour.deed(at, number, key)
        if (deed === 'drop') return end(outcome, 'dropped', at, hops)
        if (deed === 'misroute') return this.#lied(at, key, hops, outcome)
      }
      const next = this.#next(at, key)
      if (next === at) return end(outcome, at === root ? 'delivered' : 'wrong-root', at, hops)
      if (next < 0) return end(outcome, at === root ? 'delivered' : 'lost', at, hops)
      at = next
      this.#world.asked(at, 1)
    }
    return end(outcome, 'loop', at, hops)
  }

  #lied(liar: number, key: Words, hops: number, outcome: Outcome): Outcome {
    const { behaviour } = this.#world
    if (behaviour.claimsRoot(liar, key)) return end(outcome, 'wrong-root', liar, hops)
    const [named] = behaviour.accomplices(key, 1)
    this.#world.asked(named ?? liar, 1)
    const claims = named !== undefined && behaviour.claimsRoot(named, key)
    return end(outcome, claims ? 'wrong-root' : 'dropped', named ?? liar, hops, hops + 1)
  }

  /** The next place; the same one where the key is delivered, -1 where nobody can be spoken to. */
  #next(at: number, key: Words): number {
    const { ring, size } = this.#chord
    if (size === 1) return at
    const after = this.#chord.successor(at, 1)
    const before = this.#chord.successor(at, size - 1)
    // A node knows its predecessor (section 4.4): between the two it stands or its neighbour does.
    if (ring.keyBetween(at, after, key)) return this.#nearerOf(at, after, key)
    const listed = this.#inList(at, key)
    if (listed >= 0) return listed
    if (ring.keyBetween(before, at, key)) return this.#nearerOf(at, before, key)
    const friend = this.#shortcut?.(at, key) ?? -1
    return friend >= 0 ? friend : this.#closestPreceding(at, key)
  }

  /**
   * The root where the successor list spans the key (section 5.2 keeps the list; whoever holds the
   * root's entry need not go round by fingers); -1 where it does not, or must not be spoken to.
   */
  #inList(at: number, key: Words): number {
    const chord = this.#chord
    const last = chord.successor(at, this.#successors)
    if (this.#successors < 2 || !chord.ring.keyBetween(at, last, key)) return -1
    const above = chord.successorOf(key)
    const below = chord.successor(above, chord.size - 1)
    const root = chord.ring.nearer(below, above, key) ? below : above
    return this.#bars(at, root) ? -1 : root
  }

  /** The neighbour where it is nearer and may be spoken to; the nearest that may where it may not. */
  #nearerOf(at: number, neighbour: number, key: Words): number {
    if (!this.#chord.ring.nearer(neighbour, at, key)) return at
    return this.#bars(at, neighbour) ? -1 : neighbour
  }

  /** closest_preceding_finger(key): fingers, farthest first, then the successor list. */
  #closestPreceding(at: number, key: Words): number {
    const { fingers, perNode } = this.#chord
    let best = -1
    for (let i = 0; i < perNode && best < 0; i++) {
      const finger = fingers[at * perNode + i]!
      if (this.#chord.precedes(at, finger, key) && !this.#bars(at, finger)) best = finger
    }
    for (let i = this.#successors; i > 0; i--) {
      const successor = this.#chord.successor(at, i)
      if (!this.#chord.precedes(at, successor, key) || this.#bars(at, successor)) continue
      return best < 0 || this.#chord.ring.metBefore(at, best, successor) ? successor : best
    }
    return best
  }

  #bars(a: number, b: number): boolean {
    return this.#world.vetoes?.bars(a, b) === true
  }
}

function end(
  outcome: Outcome,
  ending: Outcome['ending'],
  root: number,
  hops: number,
  messages = hops,
): Outcome {
  outcome.ending = ending
  outcome.root = root
  outcome.hops = hops
  outcome.messages = messages
  return outcome
}
