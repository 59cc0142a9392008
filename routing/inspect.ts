// What `route inspect` prints: every slot of one overlay's table and of the global one with the
// reason it was filled, and the leaf set with the positions of nodes that are never spoken to.
import type { NodeId } from '../src/core/id.ts'
import { trustNumber } from '../src/core/trust.ts'
import type { PeerPorts } from './peer-ports.ts'
import type { Why } from './policy.ts'
import type { SlotTable, TableName } from './slot-table.ts'
import type { OwnSlot } from './trustnet/own-tables.ts'

/** A filled slot; trust in the table's own terms, as a number with at most six decimals. */
export interface InspectedSlot {
  readonly table: TableName
  readonly row: number
  readonly column: number
  readonly nodeId: NodeId
  readonly trust: number
  readonly rttMs: number | null
  readonly why: Why
  readonly displaced: NodeId | null
}

export interface InspectedLeaf {
  readonly side: 'left' | 'right'
  /** 0 is the nearest on its side. */
  readonly place: number
  readonly nodeId: NodeId
  readonly trust: number
  readonly rttMs: number | null
  /** True: its position is known, it is never spoken to. */
  readonly barred: boolean
}

export interface Inspection {
  readonly overlay: string
  readonly policy: string
  readonly rows: readonly InspectedSlot[]
  readonly leafSet: readonly InspectedLeaf[]
  /** How many slots are filled in each table, and how many nodes are known to fill them from. */
  readonly fill: { readonly overlay: number; readonly global: number; readonly known: number }
}

/** Every filled slot of a table by row and column. */
export function inspectTable(
  table: SlotTable,
  idOf: (node: number) => NodeId,
): readonly InspectedSlot[] {
  const rows: InspectedSlot[] = []
  table.slots.eachOf(0, 0, (node, row, column) => {
    const reason = table.reasonOf(row, column)
    const { trust, rttMs } = table.meritOf(node)
    rows.push({
      table: table.name,
      row,
      column,
      nodeId: idOf(node),
      trust: trustNumber(trust),
      rttMs: rttMs ?? null,
      why: reason?.why ?? 'random',
      displaced: reason?.displaced ?? null,
    })
  })
  return rows
}

/** The slots of the policy trustnet, which hold several: votes of trusted nodes seat them, so none displaces another. */
export const inspectTrusted = (
  slots: readonly OwnSlot[],
  overlay: string,
  ports: PeerPorts,
): readonly InspectedSlot[] =>
  slots.flatMap(({ row, column, ids }) =>
    ids.map((nodeId) => ({
      ...{ table: `overlay:${overlay}` as const, row, column, nodeId },
      trust: trustNumber(ports.trust(overlay, nodeId)),
      rttMs: ports.rttMs(nodeId) ?? null,
      ...{ why: 'trust' as const, displaced: null },
    })),
  )

/** One side of the leaf set, nearest first; trust is the overlay's. */
export function inspectSide(
  side: 'left' | 'right',
  ids: readonly NodeId[],
  overlay: string,
  ports: PeerPorts,
): readonly InspectedLeaf[] {
  return ids.map((nodeId, place) => ({
    side,
    place,
    nodeId,
    trust: trustNumber(ports.trust(overlay, nodeId)),
    rttMs: ports.rttMs(nodeId) ?? null,
    barred: ports.barred(nodeId),
  }))
}
