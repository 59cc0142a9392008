// What can be read off whole nodes from outside: enemies in honest tables and leaf sets, the state
// that routing keeps, and how evenly the load lies.
import type { NodeId } from '../../../core/id.ts'
import type { NodeMachine } from '../../../node/node-machine.ts'
import type { Contamination } from '../router.ts'
import { honest, isHonest } from '../world.ts'
import type { ProtocolNetwork } from './network.ts'

function* honestMachines(network: ProtocolNetwork): Iterable<NodeMachine> {
  const { keyed, world } = network
  for (const [node, { nodeId }] of keyed.nodes.entries())
    if (isHonest(keyed.world, node) && world.isLive(nodeId)) yield network.machine(node)
}

/** Places and how many of them an enemy holds. */
class Share {
  places = 0
  enemies = 0

  add(isEnemy: boolean): void {
    this.places++
    if (isEnemy) this.enemies++
  }

  get value(): number | undefined {
    return this.places === 0 ? undefined : this.enemies / this.places
  }
}

/** Enemies' share of what honest nodes hold now. */
export function contaminationOf(network: ProtocolNetwork): Contamination {
  const { keyed } = network
  if (keyed.world.kinds.every((kind) => kind === honest))
    return { table: 0, leafSet: 0, eclipsed: 0 }
  const isEnemy = (id: NodeId): boolean => !isHonest(keyed.world, keyed.numbers.get(id)!)
  const table = new Share()
  const leafSet = new Share()
  const rows: Share[] = []
  let eclipsed = 0
  for (const { routing } of honestMachines(network)) {
    for (const { row, nodeId } of tablesOf(routing)) {
      table.add(isEnemy(nodeId))
      for (; rows.length <= row; ) rows.push(new Share())
      rows[row]!.add(isEnemy(nodeId))
    }
    const leaves = routing.leaves()
    for (const leaf of leaves) leafSet.add(isEnemy(leaf))
    if (leaves.length > 0 && leaves.every(isEnemy)) eclipsed++
  }
  return {
    ...{ table: table.value, leafSet: leafSet.value, eclipsed },
    byRow: rows.map(({ value }) => value),
  }
}

const tablesOf = (routing: NodeMachine['routing']) =>
  ['global', ...(routing.policy.overlayTables ? routing.overlays : [])].flatMap((table) =>
    routing.tableEntries(table),
  )

/** An id takes 16 bytes, a filled slot or leaf a number of four. */
export function stateBytesOf(network: ProtocolNetwork): number {
  let bytes = 0
  let nodes = 0
  for (const { routing } of honestMachines(network)) {
    bytes += 16 * routing.knownCount + 4 * routing.placeCount
    nodes++
  }
  return nodes === 0 ? 0 : bytes / nodes
}
