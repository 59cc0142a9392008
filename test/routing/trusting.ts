// Routers that trust each other: their tables under the policy `trustnet` from ratings at random.
import { trustnet } from '../../routing/policy.ts'
import { Ring } from '../../routing/ring.ts'
import {
  type LookupOptions,
  lookupDefaults,
  trustnetDefaults,
} from '../../routing/trustnet/options.ts'
import { emptyTables, type OwnTables, TrustedGround } from '../../routing/trustnet/own-tables.ts'
import type { NodeId } from '../../src/core/id.ts'
import { seededRandom } from '../../src/core/random.ts'
import { RatingGraph } from '../../trustchain/graph/rating-graph.ts'
import { type Meddle, Pump } from './pump.ts'

/** Routers of which everybody rated so many others; `strangers` of them, the last, rated nobody and are rated by nobody. */
export function trusting(
  size: number,
  each: number,
  strangers = 0,
  meddle?: Meddle,
  passesMax = 20_000,
  lookups: Partial<LookupOptions> = {},
): Pump {
  const policy = { ...trustnet, trustedPart: { ...lookupDefaults, ...lookups } }
  const pump = new Pump({
    ...{ size, seed: size, policy, passesMax },
    ...(meddle === undefined ? {} : { meddle }),
  })
  const ring = new Ring()
  for (const id of pump.ids) ring.intern(id)
  const graph = new RatingGraph()
  graph.addNodes(size)
  const random = seededRandom(size)
  const people = Array.from({ length: size - strangers }, (_, node) => node)
  for (const from of people)
    for (const to of random.shuffle(people).slice(0, each)) graph.rate(from, to, 800_000)
  const slices = TrustedGround.inSlices(
    ...([{ ring, graph }, { overlay: 1, epoch: 1 }, trustnetDefaults, [0]] as const),
  )
  let slice = slices.next()
  while (slice.done !== true) slice = slices.next()
  const ground = slice.value
  for (const [node, id] of pump.ids.entries())
    trust(pump, node < people.length ? ground.tablesOf(node) : emptyTables(id))
  return pump
}

/** The tables of each router, for whoever changes them. */
const tablesOf = new WeakMap<Pump, Map<NodeId, OwnTables>>()

function trust(pump: Pump, tables: OwnTables): void {
  const all = tablesOf.get(pump) ?? new Map()
  tablesOf.set(pump, all.set(tables.self, tables))
  pump.states.get(tables.self)!.trust('social', tables)
}

/** Takes a node out of the trusted tables of everybody but those who know it. */
export function hide(pump: Pump, hidden: NodeId, ...knowing: readonly NodeId[]): void {
  for (const tables of [...tablesOf.get(pump)!.values()])
    if (!knowing.includes(tables.self)) trust(pump, without(tables, hidden))
}

/** No route goes over these: they are leaves alone. */
export function seatOnlyAsLeaves(pump: Pump, ...nodes: readonly NodeId[]): void {
  for (const tables of [...tablesOf.get(pump)!.values()])
    trust(pump, nodes.reduce(withoutWays, tables))
}

function withoutWays(tables: OwnTables, hidden: NodeId): OwnTables {
  const slots = tables.slots.map((slot) => ({
    ...slot,
    ids: slot.ids.filter((id) => id !== hidden),
  }))
  return { ...tables, entries: tables.entries.filter(({ id }) => id !== hidden), slots }
}

function without(tables: OwnTables, hidden: NodeId): OwnTables {
  const rest = ({ left, right }: OwnTables['trusted']): OwnTables['trusted'] => ({
    left: left.filter(({ id }) => id !== hidden),
    right: right.filter(({ id }) => id !== hidden),
  })
  const { trusted, any } = tables
  return { ...withoutWays(tables, hidden), trusted: rest(trusted), any: rest(any) }
}
