// Which slots name a node, as author or as subject: what a hand-over moves. Nobody needs it until the
// first hand-over of an epoch, which makes it with one walk over all ratings; from then on it is kept
// up, until the record of the epoch changes. So however many made-up names are handed over, the ratings
// of the whole network are walked over a few times an epoch and not in every block.
import type { NodeId } from '../../src/core/id.ts'
import type { Changes, Table } from './table.ts'
import type { FinalRating } from './view.ts'

export class SlotsByNode {
  #keys: Map<NodeId, string[]> | undefined

  /**
   * The slots that name a node, those of the block that is being tried among them; none twice, in no
   * order that means anything. O(slots of the node and of the block), the first time O(all slots).
   */
  of(node: NodeId, slots: Table<FinalRating>): FinalRating[] {
    this.#keys ??= indexOf(slots.finalEntries())
    const found = new Map<string, FinalRating>()
    for (const key of this.#keys.get(node) ?? []) {
      const slot = slots.get(key)
      if (slot !== undefined) found.set(key, slot)
    }
    for (const [key, slot] of slots.triedEntries())
      if (slot?.author === node || slot?.subject === node) found.set(key, slot)
    return [...found.values()]
  }

  /** Takes note of slots that have changed for good. */
  adopt(changes: Changes<FinalRating>): void {
    if (this.#keys !== undefined)
      for (const [key, slot] of changes) if (slot !== undefined) add(this.#keys, key, slot)
  }

  forget(): void {
    this.#keys = undefined
  }
}

function indexOf(
  slots: Iterable<readonly [key: string, slot: FinalRating]>,
): Map<NodeId, string[]> {
  const keys = new Map<NodeId, string[]>()
  for (const [key, slot] of slots) add(keys, key, slot)
  return keys
}

function add(keys: Map<NodeId, string[]>, key: string, { author, subject }: FinalRating): void {
  for (const node of [author, subject]) {
    const known = keys.get(node)
    if (known === undefined) keys.set(node, [key])
    else known.push(key)
  }
}
