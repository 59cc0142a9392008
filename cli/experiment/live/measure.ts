// Lookups over a live network by its nodes' own APIs, judged and counted as the simulator does.
import { ForeignFailure } from '../../../src/api/problem.ts'
import { Failure } from '../../../src/core/failure.ts'
import type { LiveNode } from './devnet-nodes.ts'

type Measurement = import('../../../src/sim/experiment/measurement.ts').Measurement
type Ending = keyof Measurement['endings']

export interface LiveLookup {
  readonly origin: LiveNode
  /** 32 hex digits. */
  readonly key: string
  /** Id of the honest node nearest to the key. */
  readonly root: string
}

interface Ended {
  readonly ending: Ending
  readonly hops: number
  readonly messages: number
  readonly ms: number
}

/** @param atATime lookups under way at a time */
export async function measureLive(
  nodes: readonly LiveNode[],
  lookups: readonly LiveLookup[],
  routes: number,
  atATime: number,
): Promise<Measurement> {
  const ended: Ended[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < lookups.length) ended.push(await lookUp(lookups[next++]!, routes))
  }
  await Promise.all(Array.from({ length: atATime }, lane))
  const delivered = ended.filter(({ ending }) => ending === 'delivered')
  const endings: Partial<Record<Ending, number>> = {}
  for (const { ending } of ended) endings[ending] = (endings[ending] ?? 0) + 1
  const { histogramOf } = await import('../../../src/sim/experiment/statistics-histogram.ts')
  const { middleAndTail } = await import('../../../src/sim/experiment/statistics.ts')
  const answered = ended.filter(({ messages }) => messages > 0)
  return {
    ...{ lookups: lookups.length, endings, hops: histogramOf(delivered.map(({ hops }) => hops)) },
    // Failed lookups do not say what they cost.
    messages: answered.reduce((sum, one) => sum + one.messages, 0) / Math.max(1, answered.length),
    ...(await tablesOf(nodes)),
    latencyMs: middleAndTail(delivered.map(({ ms }) => ms)),
  }
}

/** Whoever looks for a value asks every proven root for it, and where none has it once more. */
async function lookUp(lookup: LiveLookup, routes: number): Promise<Ended> {
  const first = await ask(lookup, routes, false)
  if (first.ending !== 'wrong-root' || lookup.origin.routing !== 'trustnet') return first
  const second = await ask(lookup, routes, true)
  return { ...second, messages: first.messages + second.messages, ms: first.ms + second.ms }
}

async function ask(
  { origin, key, root }: LiveLookup,
  routes: number,
  fallback: boolean,
): Promise<Ended> {
  try {
    const route = await origin.api.lookup({ key, routes, overlay: origin.overlay, fallback })
    const reached = route.roots.find(({ nodeId }) => nodeId === root)
    const { messages, ms } = route
    return reached === undefined
      ? { ending: 'wrong-root', hops: 0, messages, ms }
      : { ending: 'delivered', hops: reached.hops, messages, ms }
  } catch (error) {
    return { ending: endingOf(error), hops: 0, messages: 0, ms: 0 }
  }
}

/** Anything but a failed route is a fault of the measurement, not a measurement. */
function endingOf(error: unknown): Ending {
  const code = error instanceof Failure || error instanceof ForeignFailure ? error.code : ''
  if (code === 'route/timeout') return 'timed-out'
  if (code === 'route/undeliverable') return 'lost'
  throw error
}

/** Attackers in honest tables and leaf sets, and what routing keeps. */
async function tablesOf(
  nodes: readonly LiveNode[],
): Promise<Pick<Measurement, 'contamination' | 'bytesPerNode'>> {
  const enemies = new Set<string>(
    nodes.filter(({ adversary }) => adversary !== undefined).map(({ nodeId }) => nodeId),
  )
  const honest = nodes.filter(({ adversary }) => adversary === undefined)
  const tables = await Promise.all(honest.map(({ api, overlay }) => api.routeTable({ overlay })))
  const slots = tables.flatMap(({ rows, globalRows }) => [...rows, ...globalRows])
  const leaves = tables.flatMap(({ leafSet }) => leafSet)
  const known = tables.reduce((sum, { fill }) => sum + fill.known, 0)
  const shareOf = (places: readonly { readonly nodeId: string }[]): number | undefined =>
    places.length === 0
      ? undefined
      : places.filter(({ nodeId }) => enemies.has(nodeId)).length / places.length
  return {
    contamination: {
      ...{ table: shareOf(slots), leafSet: shareOf(leaves) },
      eclipsed: tables.filter(({ leafSet }) => shareOf(leafSet) === 1).length,
    },
    // An id takes 16 bytes, a filled slot or leaf a number of four.
    bytesPerNode: (16 * known + 4 * (slots.length + leaves.length)) / Math.max(1, honest.length),
  }
}
