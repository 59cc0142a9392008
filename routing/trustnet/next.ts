// The next hop over trusted tables and whom the last hop delivers to: pure over places, nothing is
// allocated. What is not spanned by trusted leaves goes on by prefix, then by distance; what is
// spanned is delivered to several leaves, since any one of them may be an enemy (lesson 5).
import { digitAt, type Words } from '../ring.ts'
import type { Places } from './places.ts'
import { type Leaves, placeOf, type Tables } from './tables.ts'

/** `next` says: this place delivers. */
export const deliver = -1

/** Places that gave no receipt for this message, or none. */
export interface Skipped {
  count: number
  readonly places: Int32Array
}

const isSkipped = ({ count, places }: Skipped, place: number): boolean => {
  for (let i = 0; i < count; i++) if (places[i] === place) return true
  return false
}

/**
 * Does the key lie between the farthest trusted leaves, or are they everybody? The two sides meet half
 * way round: without the latter nobody would deliver what lies opposite, and one enemy there had it.
 */
export function isSpanned(
  { ring }: Places,
  { trusted, isWhole }: Tables,
  place: number,
  key: Words,
): boolean {
  if (isWhole[place] === 1) return true
  const onLeft = trusted.counts[2 * place]!
  const onRight = trusted.counts[2 * place + 1]!
  const lowest =
    onLeft === 0 ? place : placeOf(trusted.entries[2 * place * trusted.room + onLeft - 1]!)
  const highest =
    onRight === 0 ? place : placeOf(trusted.entries[(2 * place + 1) * trusted.room + onRight - 1]!)
  // A key equal to the only position is spanned too.
  return ring.keyBetween(lowest, highest, key)
}

/**
 * Where a message for `key` at `place` goes: a place, or `deliver`.
 *
 * @param skipped who was tried in vain from here
 * @param turn the entry of a slot that is asked first, modulo the entries of a slot
 */
export function nextPlace(
  places: Places,
  tables: Tables,
  place: number,
  key: Words,
  skipped: Skipped,
  turn = 0,
): number {
  if (isSpanned(places, tables, place, key)) return deliver
  const { ring } = places
  const row = ring.sharedWithKey(place, key)
  if (row < tables.rows) {
    const slot = tables.slotAt(place, row, digitAt(key, 0, row))
    for (let i = 0; i < tables.perSlot; i++) {
      const node = tables.slots[slot + ((i + turn) % tables.perSlot)]! - 1
      if (node >= 0 && !isSkipped(skipped, node)) return node
    }
  }
  return nearestKnown(places, tables, place, key, skipped)
}

/** Of table and leaves whoever is nearest to the key and nearer than the place; else `deliver`. */
function nearestKnown(
  { ring }: Places,
  tables: Tables,
  place: number,
  key: Words,
  skipped: Skipped,
): number {
  let best = place
  const { slots } = tables
  const end = tables.slotAt(place + 1, 0, 0)
  for (let i = tables.slotAt(place, 0, 0); i < end; i++) {
    const node = slots[i]! - 1
    if (node >= 0 && ring.nearer(node, best, key) && !isSkipped(skipped, node)) best = node
  }
  for (const side of [0, 1] as const) {
    const { trusted } = tables
    const start = (2 * place + side) * trusted.room
    for (let i = start; i < start + trusted.counts[2 * place + side]!; i++) {
      const node = trusted.entries[i]!
      if (node >= 0 && ring.nearer(node, best, key) && !isSkipped(skipped, node)) best = node
    }
  }
  return best === place ? deliver : best
}

/** Whom the last hop delivers to: filled in place. Barred ones are written as ~place. */
export interface Delivery {
  count: number
  readonly to: Int32Array
}

/** Room for q trusted and q/2 other leaves. */
export const newDelivery = (deliverTo: number): Delivery => ({
  count: 0,
  to: new Int32Array(deliverTo + (deliverTo >> 1)),
})

/**
 * The q nearest to the key of the trusted leaves and the place itself, then the q/2 nearest of the
 * leaves with one vote.
 *
 * @param columnsSeen unused rows are not read: only leaves deliver
 */
export function deliveryAt(
  { ring }: Places,
  { trusted, any }: Tables,
  place: number,
  key: Words,
  deliverTo: number,
  delivery: Delivery,
): Delivery {
  delivery.count = 0
  insert(ring, delivery, 0, deliverTo, place, key)
  takeNearest(ring, trusted, place, key, delivery, 0, deliverTo)
  const chosen = delivery.count
  takeNearest(ring, any, place, key, delivery, chosen, chosen + (deliverTo >> 1))
  return delivery
}

function takeNearest(
  ring: Places['ring'],
  leaves: Leaves,
  place: number,
  key: Words,
  delivery: Delivery,
  from: number,
  to: number,
): void {
  for (const side of [0, 1] as const) {
    const start = (2 * place + side) * leaves.room
    for (let i = start; i < start + leaves.counts[2 * place + side]!; i++) {
      const leaf = leaves.entries[i]!
      let isChosen = false
      for (let j = 0; j < from && !isChosen; j++) isChosen = delivery.to[j] === leaf
      if (!isChosen) insert(ring, delivery, from, to, leaf, key)
    }
  }
}

/** Keeps delivery.to[from..to) the nearest so far, nearest first. */
function insert(
  ring: Places['ring'],
  delivery: Delivery,
  from: number,
  to: number,
  leaf: number,
  key: Words,
): void {
  const { to: chosen } = delivery
  const node = placeOf(leaf)
  let at = delivery.count
  while (at > from && ring.nearer(node, placeOf(chosen[at - 1]!), key)) at--
  if (at >= to) return
  const kept = Math.min(delivery.count, to - 1)
  chosen.copyWithin(at + 1, at, kept)
  chosen[at] = leaf
  delivery.count = kept + 1
}
