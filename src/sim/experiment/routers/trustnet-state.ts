// What enemies hold of the honest nodes' tables under trustnet, over the tables that were built.
import { columns } from '../../../../routing/prefix-table.ts'
import type { TrustedGround } from '../../../../routing/trustnet/own-tables.ts'
import { placeOf } from '../../../../routing/trustnet/tables.ts'
import type { Contamination } from '../router.ts'
import { honest, type World } from '../world.ts'

const share = (enemies: number, all: number): number | undefined =>
  all === 0 ? undefined : enemies / all

/** Lazily built tables: of the nodes that lookups visited. */
export function contaminationOf(
  { kinds }: World,
  { places, builder }: TrustedGround,
): Contamination {
  const { tables } = builder
  const { trusted } = tables
  const held = new Int32Array(tables.rows)
  const byEnemies = new Int32Array(tables.rows)
  let leaves = 0
  let enemyLeaves = 0
  let eclipsed = 0
  for (let place = 0; place < places.count; place++) {
    if (tables.isBuilt[place] === 0 || kinds[places.nodes[place]!] !== honest) continue
    const [start, end] = [tables.slotAt(place, 0, 0), tables.slotAt(place + 1, 0, 0)]
    for (let i = start; i < end; i++) {
      if (tables.slots[i] === 0) continue
      const row = Math.floor((i - start) / (columns * tables.perSlot))
      held[row]!++
      if (kinds[places.nodes[tables.slots[i]! - 1]!] !== honest) byEnemies[row]!++
    }
    let own = 0
    let ownEnemies = 0
    for (const side of [0, 1] as const)
      for (let i = 0; i < trusted.counts[2 * place + side]!; i++) {
        own++
        const leaf = placeOf(trusted.entries[(2 * place + side) * trusted.room + i]!)
        if (kinds[places.nodes[leaf]!] !== honest) ownEnemies++
      }
    leaves += own
    enemyLeaves += ownEnemies
    if (own > 0 && own === ownEnemies) eclipsed++
  }
  const sum = (counts: Int32Array): number => counts.reduce((a, b) => a + b, 0)
  return {
    table: share(sum(byEnemies), sum(held)),
    leafSet: share(enemyLeaves, leaves),
    byRow: Array.from(held, (all, row) => share(byEnemies[row]!, all)),
    eclipsed,
  }
}
