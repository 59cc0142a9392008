// What happens to a world over time, seeded by the world: staggered joins, a share of the nodes
// crashing at once, churn. Plain functions over the public calls of World.
import { assert } from '../core/assert.ts'
import type { Millis, NodeId } from '../core/id.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { World } from './world.ts'
import type { CrashOptions } from './world-options.ts'

/** Time to the next event of a Poisson process with so many events a second on average. */
export const poissonGap = (fraction: number, perSecond: number): Millis =>
  (-Math.log(1 - fraction) * 1000) / perSecond

/** Adds nodes one after another, `every` milliseconds apart, the first one now. */
export function joinStaggered<M, C, N extends SimulatedNode<M, C>>(
  world: World<M, C, N>,
  ids: readonly NodeId[],
  every: Millis,
): void {
  ids.forEach((id, i) => {
    if (i === 0) world.add(id)
    else world.at(world.now + i * every, () => world.add(id))
  })
}

/** Crashes a share (0..1, rounded) of the live nodes at once; who was hit. `spare` names the immune. */
export function crashShare<M, C, N extends SimulatedNode<M, C>>(
  world: World<M, C, N>,
  share: number,
  options: CrashOptions & { readonly spare?: readonly NodeId[] } = {},
): NodeId[] {
  assert(share >= 0 && share <= 1, 'a share is between 0 and 1')
  const live = world.live()
  const spared = new Set(options.spare)
  const mortal = live.filter((id) => !spared.has(id))
  const hit = world.random.shuffle(mortal).slice(0, Math.round(live.length * share))
  for (const id of hit) world.crash(id, options)
  return hit
}

export interface ChurnOptions extends CrashOptions {
  /** Departures a second over the whole world, Poisson. */
  readonly leavesPerSecond: number
  /** Arrivals a second, Poisson. A node that left earlier comes back when `returning`, else a new one. */
  readonly joinsPerSecond: number
  /** Share of departures that are crashes rather than graceful stops. @default 0.5 */
  readonly crashing?: number
  /** Chance that an arrival is a node that left. @default 0.5 */
  readonly returning?: number
  /** Virtual time at which churn ends. */
  readonly until: Millis
  /** Nodes that never leave, such as the bootstrap node. */
  readonly spare?: readonly NodeId[]
  /** How a new node is added. @default world.add() */
  readonly join?: () => void
}

/** Starts churn; it goes on by itself until `until`. */
export function churn<M, C, N extends SimulatedNode<M, C>>(
  world: World<M, C, N>,
  options: ChurnOptions,
): void {
  const { crashing = 0.5, returning = 0.5, until, join = () => world.add() } = options
  const spared = new Set(options.spare)
  const random = world.random.fork(0xc4a2)
  const leave = (): void => {
    const id = random.pick(world.live().filter((node) => !spared.has(node)))
    if (id === undefined) return
    if (random.fraction() < crashing) world.crash(id, options)
    else world.stop(id)
  }
  const arrive = (): void => {
    const gone = world.nodes().filter((node) => !world.isLive(node))
    const back = random.fraction() < returning ? random.pick(gone) : undefined
    if (back === undefined) join()
    else world.restart(back)
  }
  const repeat = (perSecond: number, happen: () => void): void => {
    if (perSecond <= 0) return
    const next = world.now + poissonGap(random.fraction(), perSecond)
    if (next > until) return
    world.at(next, () => {
      happen()
      repeat(perSecond, happen)
    })
  }
  repeat(options.leavesPerSecond, leave)
  repeat(options.joinsPerSecond, arrive)
}
