// The root of a key, by which every router is judged: the honest node numerically nearest to the key
// among those that a message from the origin can come to at all. Where negative ratings cut a network
// into parts, nobody can carry a message to a node that speaks to none of us
// (docs/decisions/0019-structural-engine-and-vetoes.md); everywhere else it is the nearest of all.
import type { Words } from '../../../routing/ring.ts'
import type { Nearest } from './nearest.ts'
import { Vetoes } from './routers/pastry-vetoes.ts'
import type { World } from './world.ts'

export class Roots {
  readonly #honest: Nearest
  readonly #vetoes: Vetoes | undefined

  /** @param honest the honest nodes of the world */
  constructor({ ratings, ring, kinds, size }: World, honest: Nearest) {
    const everybody = Int32Array.from({ length: size }, (_, node) => node)
    this.#honest = honest
    this.#vetoes = Vetoes.of(ratings, everybody, ring, kinds)
  }

  /** The root of a key for who asks at `origin`, an honest node. */
  of(origin: number, key: Words): number {
    const nearest = this.#honest.to(key)
    return this.#vetoes?.reachableRoot(origin, key, nearest) ?? nearest
  }
}
