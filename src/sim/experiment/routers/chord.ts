// Chord (Stoica, Morris, Karger, Kaashoek, Balakrishnan 2001): fingers at powers of two and a list
// of successors; about half of log2 n hops a lookup (section 6.3).
import type { Words } from '../../../../routing/ring.ts'
import { wholeFrom } from '../../../core/bounds.ts'
import type { BuiltRouter, Contamination, Outcome, Router, RouterContext } from '../router.ts'
import { honest } from '../world.ts'
import { ChordRing, fingersKept } from './chord-ring.ts'
import { ChordWalk, type Shortcut } from './chord-walk.ts'
import { inRingOrder, type RingWorld } from './pastry-ring-world.ts'

export interface ChordOptions {
  /** Length of the successor list (section 5.2: 2·log2 n is ample). @default 16 */
  readonly successors: number
}

export class ChordNetwork implements BuiltRouter {
  readonly #world: RingWorld
  readonly #chord: ChordRing
  readonly #walk: ChordWalk
  readonly #successors: number
  readonly #extraBytes: number

  /**
   * @param shortcut made over the ring before the first lookup: SPROUT's friends
   * @param extraBytes what an honest node keeps for it
   */
  constructor(
    world: RingWorld,
    chord: ChordRing,
    { successors }: ChordOptions,
    shortcut?: Shortcut,
    extraBytes = 0,
  ) {
    this.#world = world
    this.#chord = chord
    this.#successors = Math.min(successors, world.size - 1)
    this.#walk = new ChordWalk(world, chord, successors, shortcut)
    this.#extraBytes = extraBytes
  }

  lookup(origin: number, key: Words, number: number, trueRoot: number, outcome: Outcome): Outcome {
    const { placeOf, nodeAt } = this.#world
    this.#walk.lookup(placeOf[origin]!, key, number, placeOf[trueRoot]!, outcome)
    if (outcome.root >= 0) outcome.root = nodeAt[outcome.root]!
    return outcome
  }

  /** Table: distinct fingers. Leaf set: successor list. */
  contamination(): Contamination {
    const { kinds, size } = this.#world
    const { fingers, perNode } = this.#chord
    const table = { all: 0, bad: 0 }
    const list = { all: 0, bad: 0 }
    let eclipsed = 0
    for (let place = 0; place < size; place++) {
      if (kinds[place] !== honest) continue
      for (let i = 0; i < perNode; i++) {
        const finger = fingers[place * perNode + i]!
        if (finger === place || (i > 0 && finger === fingers[place * perNode + i - 1])) continue
        table.all++
        if (kinds[finger] !== honest) table.bad++
      }
      let bad = 0
      for (let i = 1; i <= this.#successors; i++)
        if (kinds[this.#chord.successor(place, i)] !== honest) bad++
      list.all += this.#successors
      list.bad += bad
      if (bad > 0 && bad === this.#successors) eclipsed++
    }
    const share = ({ all, bad }: typeof table) => (all === 0 ? undefined : bad / all)
    return { table: share(table), leafSet: share(list), eclipsed }
  }

  get bytesPerNode(): number {
    return this.#chord.bytes / this.#world.size + 4 * this.#successors + 16 + this.#extraBytes
  }
}

/** Bytes of fingers, successor list and id of so many nodes. */
export const chordBytes = (nodes: number, { successors }: ChordOptions): number =>
  nodes * (4 * fingersKept(nodes) + 4 * successors + 16)

export const chordBounds = { successors: wholeFrom(1) }

export const chord: Router<ChordOptions> = {
  name: 'chord',
  about: 'Chord (Stoica et al. 2001): fingers and successor lists, no trust',
  defaults: { successors: 16 },
  bounds: chordBounds,
  build(context: RouterContext, options) {
    const world = inRingOrder(context)
    return new ChordNetwork(world, new ChordRing(world), options)
  },
  estimateBytes: chordBytes,
}
