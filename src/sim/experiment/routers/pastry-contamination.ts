// Enemies' share of what honest nodes hold: of prefix tables by row, of leaf sets, and how many
// honest nodes know nobody honest beside them (Castro et al. 2002, section 2.2: f of the entries).
import type { LeafSets } from '../../../../routing/leaf-set.ts'
import { left, right } from '../../../../routing/leaf-set.ts'
import { columns, type PrefixTable, vacant } from '../../../../routing/prefix-table.ts'
import type { Contamination } from '../router.ts'
import { honest } from '../world.ts'
import type { RingWorld } from './pastry-ring-world.ts'

const share = (bad: number, all: number): number | undefined => (all === 0 ? undefined : bad / all)

/**
 * @param counts which honest owners are looked at; all of them by default
 */
export function contaminationOf(
  { kinds, size }: RingWorld,
  table: PrefixTable,
  leaves: LeafSets,
  counts: (owner: number) => boolean = () => true,
): Contamination {
  const filled = new Float64Array(table.rows)
  const bad = new Float64Array(table.rows)
  let leafCount = 0
  let badLeaves = 0
  let eclipsed = 0
  for (let owner = 0; owner < size; owner++) {
    if (kinds[owner] !== honest || !counts(owner)) continue
    const start = owner * table.rows * columns
    for (let i = 0; i < table.rows * columns; i++) {
      const node = table.slots[start + i]!
      if (node === vacant) continue
      const row = Math.floor(i / columns)
      filled[row]!++
      if (kinds[node] !== honest) bad[row]!++
    }
    let own = 0
    let ownBad = 0
    for (const side of [left, right] as const)
      for (let i = 0; i < leaves.count(owner, side); i++) {
        own++
        if (kinds[leaves.at(owner, side, i)] !== honest) ownBad++
      }
    leafCount += own
    badLeaves += ownBad
    if (own > 0 && own === ownBad) eclipsed++
  }
  const sum = (counted: Float64Array): number => counted.reduce((total, one) => total + one, 0)
  return {
    table: share(sum(bad), sum(filled)),
    leafSet: share(badLeaves, leafCount),
    byRow: Array.from(filled, (count, row) => share(bad[row]!, count)),
    eclipsed,
  }
}
