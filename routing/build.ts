// Tables of a whole network at once, from the global knowledge that only a simulator has: every
// node's leaf set and prefix tables over interned numbers. The routes then walked over them use
// the live node's own next hop. Converged tables, that is: what a network tends to, not how.
import { assert } from '../src/core/assert.ts'
import { leavesPerSide, ringDigits } from '../src/core/limits.ts'
import type { Random } from '../src/core/random.ts'
import { LeafSets, left, right } from './leaf-set.ts'
import type { RoutingView } from './next-hop.ts'
import type { Merit, RoutingPolicy, TableKind } from './policy.ts'
import { columns, PrefixTable, vacant } from './prefix-table.ts'
import { digitAt, type Ring } from './ring.ts'

/** Trust of one node number in another, millionths; 0 where there is none, negative bars. */
type TrustAmong = (from: number, to: number) => number

export interface BuildOptions {
  readonly policy: RoutingPolicy
  readonly random: Random
  /** Members of the overlay, by node number; everybody by default. */
  readonly isMember?: (node: number) => boolean
  /** Trust in the overlay. */
  readonly trust?: TrustAmong
  /** Aggregated trust. @default the overlay's */
  readonly aggregate?: TrustAmong
  /** Neither speaks to the other: in no slot, but leaf positions stay. */
  readonly barred?: (a: number, b: number) => boolean
  /** Nodes looked at for one slot; of a wider range so many are drawn. @default 16 */
  readonly drawn?: number
}

/** The node numbers of a ring, by position. */
export function sortedNodes(ring: Ring): Int32Array {
  const nodes = Int32Array.from({ length: ring.size }, (_, node) => node)
  return nodes.sort((a, b) => {
    for (let i = 0; i < 4; i++) {
      const difference = ring.words[4 * a + i]! - ring.words[4 * b + i]!
      if (difference !== 0) return difference
    }
    return 0
  })
}

/** Rows that a network of so many nodes fills, and two more for uneven prefixes. */
const rowsFilledBy = (nodes: number): number =>
  Math.min(ringDigits, Math.ceil(Math.log(Math.max(nodes, 2)) / Math.log(columns)) + 2)

/** Leaf sets and tables of all nodes of a ring whose numbers are 0..size-1. */
export function buildViews(ring: Ring, options: BuildOptions): RoutingView {
  const everybody = sortedNodes(ring)
  const rows = rowsFilledBy(ring.size)
  const { policy, isMember = () => true } = options
  const global = new PrefixTable(ring.size, rows)
  fill(ring, everybody, global, 'global', options)
  const leaves = new LeafSets(ring, ring.size, leavesPerSide)
  seatLeaves(everybody, leaves)
  if (!policy.overlayTables) return { ring, overlay: undefined, global, leaves }
  const overlay = new PrefixTable(ring.size, rows)
  fill(ring, everybody.filter(isMember), overlay, 'overlay', options)
  return { ring, overlay, global, leaves }
}

/** Bytes that routing keeps for a node: ids, tables and leaf set. */
export function bytesPerNode({ ring, overlay, global, leaves }: RoutingView): number {
  const ids = 16 * ring.size
  return (ids + global.bytes + (overlay?.bytes ?? 0) + leaves.bytes) / ring.size
}

function seatLeaves(sorted: Int32Array, leaves: LeafSets): void {
  const perSide = Math.min(leaves.perSide, sorted.length - 1)
  for (let place = 0; place < sorted.length; place++) {
    const owner = sorted[place]!
    for (const side of [left, right] as const) {
      const start = (2 * owner + side) * leaves.perSide
      for (let i = 0; i < perSide; i++) {
        const step = side === right ? i + 1 : sorted.length - i - 1
        leaves.entries[start + i] = sorted[(place + step) % sorted.length]!
      }
      leaves.counts[2 * owner + side] = perSide
    }
  }
}

/**
 * Fills one table for every node of the ring from the candidates (sorted by position): those of a
 * slot are one range, found digit by digit as the owners' own ranges narrow.
 */
function fill(
  ring: Ring,
  candidates: Int32Array,
  table: PrefixTable,
  kind: TableKind,
  options: BuildOptions,
): void {
  const { isMember = () => true } = options
  for (let owner = 0; owner < ring.size; owner++) {
    // Who is not in the overlay keeps no table of it.
    if (kind === 'overlay' && !isMember(owner)) continue
    let from = 0
    let to = candidates.length
    for (let row = 0; row < table.rows && from < to; row++) {
      const own = digitAt(ring.words, 4 * owner, row)
      let ownFrom = from
      let ownTo = from
      let start = from
      for (let column = 0; column < columns; column++) {
        const end = endOfDigit(ring, candidates, start, to, row, column)
        if (column === own) [ownFrom, ownTo] = [start, end]
        else if (end > start)
          table.set(owner, row, column, choose(owner, candidates, start, end, kind, options))
        start = end
      }
      from = ownFrom
      to = ownTo
    }
  }
}

/** The end of the candidates in start..to whose digit of this row is at most `digit`. */
function endOfDigit(
  ring: Ring,
  candidates: Int32Array,
  start: number,
  to: number,
  row: number,
  digit: number,
): number {
  let low = start
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ring.digit(candidates[middle]!, row) <= digit) low = middle + 1
    else high = middle
  }
  return low
}

/** The policy's choice among (a sample of) the candidates of one slot, in seeded random order. */
function choose(
  owner: number,
  candidates: Int32Array,
  start: number,
  end: number,
  kind: TableKind,
  options: BuildOptions,
): number {
  const { policy, random, barred, drawn = 16 } = options
  const { trust = noTrust, aggregate = trust } = options
  const trustIn = kind === 'overlay' ? trust : aggregate
  const count = end - start
  const first = random.below(count)
  const looked = Math.min(count, drawn)
  let best = vacant
  let merit: Merit = { trust: 0, rttMs: undefined }
  for (let i = 0; i < looked; i++) {
    // A wide range is sampled at even strides from a random start, so that no node is looked at twice.
    const node = candidates[start + ((first + Math.floor((i * count) / looked)) % count)]!
    if (barred?.(owner, node) === true) continue
    const rival: Merit = { trust: trustIn(owner, node), rttMs: undefined }
    if (best !== vacant && policy.challenge(kind, rival, merit) === undefined) continue
    best = node
    merit = rival
    // Without trust and round trips the first one stays: nothing can outdo it.
    if (!policy.overlayTables) break
  }
  assert(best !== owner, 'no node fills its own slot')
  return best
}

const noTrust: TrustAmong = () => 0
