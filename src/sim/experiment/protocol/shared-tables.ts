// The trusted tables of every node of a simulated network from one computation: all hold the same
// ratings. The draws and the estimate of how many nodes there are are the structural router's, so that
// both engines have the same tables. A live node has its own estimate, and its lists may be some entries
// longer or shorter (docs/routing.md).
import { OwnHops } from '../../../../routing/trustnet/own-hops.ts'
import type { OwnTables, TrustedGround } from '../../../../routing/trustnet/own-tables.ts'
import type { NodeId } from '../../../core/id.ts'
import type { Random } from '../../../core/random.ts'
import { everybodyServes } from '../attacks/conduct.ts'
import { trustnetRouterDefaults } from '../routers/trustnet-options.ts'
import { trustnetTables } from '../routers/trustnet-tables.ts'
import type { World } from '../world.ts'

export class SharedTables {
  readonly #ground: TrustedGround
  readonly #tables: (OwnTables | undefined)[] = []

  constructor(ground: TrustedGround) {
    this.#ground = ground
  }

  of(node: number): OwnTables {
    this.#tables[node] ??= this.#ground.tablesOf(node)
    return this.#tables[node]
  }

  /** Whose contacts the node has at hand, and which of them it keeps as neighbours. */
  keptBy(node: number): { readonly id: NodeId; readonly isSeated: boolean }[] {
    const { kept, seated } = new OwnHops(this.of(node))
    return Array.from(kept, (id) => ({ id, isSeated: seated.has(id) }))
  }
}

/** @param random the structural router's for the same tables */
export const sharedTables = (world: World, random: Random): SharedTables =>
  new SharedTables(
    trustnetTables({ world, behaviour: everybodyServes, random }, trustnetRouterDefaults),
  )
