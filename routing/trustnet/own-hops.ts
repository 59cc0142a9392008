// The next hop, the fan-out and the first hops of a live node by its own tables: the decisions of
// next.ts and first-hops.ts among those that can be spoken to at this moment. Others keep their
// positions: who is away or vetoed does not widen the part of the ring that a node answers for.
import type { NodeId } from '../../src/core/id.ts'
import { columns } from '../prefix-table.ts'
import { digitAt, Ring, type Words } from '../ring.ts'
import type { ListEntry, OwnLeaf, OwnTables } from './own-tables.ts'

/** May a node be sent to now? */
export type Usable = (node: NodeId) => boolean

/** Where a route begins, and the friend over whom that one came on the own list. */
export type FirstHop = Pick<ListEntry, 'id' | 'first'>

const self = 0

export class OwnHops {
  readonly tables: OwnTables
  /** Nodes that hold a slot or sit among the trusted leaves. */
  readonly seated: ReadonlySet<NodeId>
  /** These, the further leaves and the list: whose contacts should be at hand. */
  readonly kept: ReadonlySet<NodeId>
  readonly #ring = new Ring()
  readonly #slots = new Map<number, readonly number[]>()
  readonly #trusted: readonly number[]
  readonly #any: readonly number[]
  /** The farthest trusted leaf of each side, or the node itself. */
  readonly #lowest: number
  readonly #highest: number

  constructor(tables: OwnTables) {
    this.tables = tables
    const ring = this.#ring
    ring.intern(tables.self)
    for (const { row, column, ids } of tables.slots)
      this.#slots.set(
        row * columns + column,
        ids.map((id) => ring.intern(id)),
      )
    const { trusted, any } = tables
    const open = (leaves: readonly OwnLeaf[]): number[] =>
      leaves.filter(({ barred }) => !barred).map(({ id }) => ring.intern(id))
    this.#trusted = open([...trusted.left, ...trusted.right])
    this.#any = open([...any.left, ...any.right])
    const farthest = (side: readonly OwnLeaf[]): number =>
      side.length === 0 ? self : ring.intern(side[side.length - 1]!.id)
    this.#lowest = farthest(trusted.left)
    this.#highest = farthest(trusted.right)
    const slots = tables.slots.flatMap(({ ids }) => ids)
    this.seated = new Set([...slots, ...this.#trusted.map((node) => ring.id(node))])
    this.kept = new Set([
      ...this.seated,
      ...this.#any.map((node) => ring.id(node)),
      ...tables.entries.toSorted((a, b) => b.score - a.score).map(({ id }) => id),
    ])
  }

  /** Does it trust anybody? */
  get isEmpty(): boolean {
    return this.tables.entries.length === 0
  }

  /** Does the key lie between the farthest trusted leaves, or are they everybody? */
  spans(key: Words): boolean {
    if (this.tables.isWhole) return true
    return this.#ring.keyBetween(this.#lowest, this.#highest, key)
  }

  /** Where a message goes on; undefined: this node delivers. */
  next(key: Words, usable: Usable): NodeId | undefined {
    if (this.spans(key)) return undefined
    const ring = this.#ring
    const row = ring.sharedWithKey(self, key)
    const slot = row < 32 ? this.#slots.get(row * columns + digitAt(key, 0, row)) : undefined
    for (const node of slot ?? []) if (usable(ring.id(node))) return ring.id(node)
    let best = self
    const consider = (node: number): void => {
      if (ring.nearer(node, best, key) && usable(ring.id(node))) best = node
    }
    for (const held of this.#slots.values()) held.forEach(consider)
    this.#trusted.forEach(consider)
    return best === self ? undefined : ring.id(best)
  }

  /** Whom the last hop delivers to, nearest first: q of its trusted leaves and itself, q/2 others. */
  fanOut(
    key: Words,
    usable: Usable,
    deliverTo: number,
  ): { readonly to: readonly NodeId[]; readonly further: readonly NodeId[] } {
    const ring = this.#ring
    const isOpen = (node: number): boolean => node === self || usable(ring.id(node))
    const first = this.#nearest([self, ...this.#trusted], key, deliverTo, isOpen)
    const others = this.#any.filter((node) => !first.includes(node))
    const further = this.#nearest(others, key, deliverTo >> 1, isOpen)
    const ids = (nodes: readonly number[]) => nodes.map((node) => ring.id(node))
    return { to: ids(first), further: ids(further) }
  }

  /** Of whom it would deliver to those nearer to the key than itself, nearest first. */
  nearer(key: Words, usable: Usable, deliverTo: number): NodeId[] {
    const ring = this.#ring
    const { to, further } = this.fanOut(key, usable, deliverTo)
    return [...to, ...further]
      .map((id) => ring.intern(id))
      .filter((node) => ring.nearer(node, self, key))
      .sort((a, b) => (ring.nearer(a, b, key) ? -1 : 1))
      .map((node) => ring.id(node))
  }

  /** Is this node the nearest to the key, as far as its trusted leaves go? `counts`: who is not gone. */
  isRoot(key: Words, counts: Usable): boolean {
    const { trusted } = this.tables
    return ![...trusted.left, ...trusted.right].some(({ id }) => {
      const node = this.#ring.intern(id)
      return this.#ring.nearer(node, self, key) && counts(id)
    })
  }

  /** Entries of the own list nearest to the key: over every first friend one, then a second, and so on. */
  firstHops(key: Words, usable: Usable, routes: number): FirstHop[] {
    const ring = this.#ring
    const firsts = new Map<number, NodeId>()
    for (const { id, first } of this.tables.entries)
      if (usable(id)) firsts.set(ring.intern(id), first)
    let rest = [...firsts.keys()].sort((a, b) => (ring.nearer(a, b, key) ? -1 : 1))
    const hops: FirstHop[] = []
    while (rest.length > 0 && hops.length < routes) {
      const used = new Set<NodeId>()
      const left: number[] = []
      for (const node of rest) {
        const first = firsts.get(node)!
        if (used.has(first) || hops.length >= routes) left.push(node)
        else {
          used.add(first)
          hops.push({ id: ring.id(node), first })
        }
      }
      rest = left
    }
    return hops
  }

  #nearest(
    nodes: readonly number[],
    key: Words,
    count: number,
    isOpen: (node: number) => boolean,
  ): number[] {
    const ring = this.#ring
    return [...new Set(nodes)]
      .filter(isOpen)
      .sort((a, b) => (a === b ? 0 : ring.nearer(a, b, key) ? -1 : 1))
      .slice(0, count)
  }
}
