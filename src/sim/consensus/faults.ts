// What goes wrong in a run, drawn from its seed. Each run has its own mix of kinds (a run in which
// everything happens at once hides what needs peace to build up), its own network and its own pace;
// `mend` ends it all for the liveness phase.
import type { NodeId } from '../../core/id.ts'
import type { Random } from '../../core/random.ts'
import type { Unsynced } from '../durable-store.ts'
import { uniformLatency } from '../latency.ts'
import type { DatagramFaults, NetworkOptions } from '../network.ts'
import type { SimulatedNode } from '../simulated-node.ts'
import type { World } from '../world.ts'

const faultKinds = [
  'crash',
  'crash-at-persist',
  'crash-at-send',
  'pause',
  'partition',
  'halves',
  'cut',
  'skew',
  'storm',
  'slow',
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface FaultPlan {
  readonly kinds: readonly FaultKind[]
  /** Mean time between faults. */
  readonly everyMs: number
  readonly network: Partial<NetworkOptions>
  readonly persistLatencyMs: number
}

const calm: Partial<NetworkOptions> = { latency: uniformLatency(5, 40), datagram: null, loss: 0 }

/** Loss to 30 %, duplication to 50 %, reordering beyond the timeouts. */
const datagramFaults = (random: Random): DatagramFaults => ({
  drop: random.fraction() * 0.3,
  duplicate: random.fraction() * 0.5,
  reorder: random.fraction() * 0.5,
  reorderMs: random.pick([50, 400, 2_500])!,
})

export function drawFaults(random: Random): FaultPlan {
  const datagram = random.below(4) === 0 ? null : datagramFaults(random)
  const most = random.pick([20, 60, 200])!
  return {
    kinds: faultKinds.filter(() => random.below(5) < 2),
    everyMs: random.pick([400, 1_000, 2_500])!,
    network: { ...calm, latency: uniformLatency(2, most), datagram },
    persistLatencyMs: random.pick([0, 0, 1, 8])!,
  }
}

/** Where a node dies, and what becomes of what it had not synced. */
export interface Doom {
  /** Inside its n-th persist from now (`left`), or as its n-th message leaves. */
  readonly at: 'persist' | 'send'
  readonly left: number
  /** At a persist: once that was written (it goes to the disk or not, as `unsynced` says), else before. */
  readonly written: boolean
  readonly unsynced: Unsynced
  /** When it comes back. */
  readonly backMs: number
}

export class Faults<M, C, N extends SimulatedNode<M, C>> {
  /** How often each kind struck. */
  readonly counts = new Map<FaultKind, number>()
  readonly #world: World<M, C, N>
  readonly #plan: FaultPlan
  readonly #random: Random
  /** Nodes that die at their n-th persist or send from now. */
  readonly #doomed = new Map<NodeId, { readonly doom: Doom; left: number; struck: boolean }>()
  #over = false

  constructor(world: World<M, C, N>, plan: FaultPlan, random: Random) {
    this.#world = world
    this.#plan = plan
    this.#random = random
    world.observe('effect', ({ node, effect }) => this.#seesEffect(node, effect.do))
    world.observe('leaving', ({ node }) => {
      const doom = this.#doomed.get(node)
      if (doom?.doom.at === 'send' && --doom.left <= 0) this.#die(node, doom.doom)
    })
    if (plan.kinds.length > 0) this.#next()
  }

  /** Ends all faults: everybody is up, connected, and its clock is right. */
  mend(): void {
    this.#over = true
    this.#doomed.clear()
    const world = this.#world
    world.heal()
    world.changeNetwork(calm)
    for (const node of world.nodes()) {
      world.skew(node, { offset: consensusEpoch + world.now - world.clockOf(node), rate: 1 })
      if (world.isLive(node)) world.resume(node)
      else world.restart(node)
    }
  }

  /** Crashes a node at a place of its own doing; the last word on a node counts. */
  doom(node: NodeId, doom: Doom): void {
    this.#doomed.set(node, { doom, left: doom.left, struck: false })
  }

  #next(): void {
    const gap = (0.2 + 1.6 * this.#random.fraction()) * this.#plan.everyMs
    this.#world.at(this.#world.now + gap, () => {
      if (this.#over) return
      this.#strike(this.#random.pick(this.#plan.kinds)!)
      this.#next()
    })
  }

  #strike(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
    const random = this.#random
    const world = this.#world
    const node = random.pick(world.live())
    const all = random.shuffle(world.nodes())
    if (node === undefined) return
    const until = world.now + random.pick([100, 700, 3_000])! * (0.5 + random.fraction())
    switch (kind) {
      case 'crash':
        return this.#die(node, this.#drawDoom('send', 0))
      case 'crash-at-persist':
        return this.doom(node, this.#drawDoom('persist', 1 + random.below(12)))
      case 'crash-at-send':
        return this.doom(node, this.#drawDoom('send', 1 + random.below(60)))
      case 'pause':
        world.pause(node)
        return this.#later(until, () => world.isLive(node) && world.resume(node))
      case 'partition':
        world.partition(all.slice(0, 1 + random.below(all.length - 1)))
        return this.#later(until, () => world.heal())
      case 'halves':
        world.partition(all.slice(0, all.length >> 1))
        return this.#later(until, () => world.heal())
      case 'cut':
        world.cut(all.slice(0, 1 + random.below(2)), all.slice(1 + random.below(all.length - 1)))
        return this.#later(until, () => world.heal())
      case 'skew':
        return this.#skew(node)
      case 'storm':
        world.changeNetwork({ datagram: { ...datagramFaults(random), drop: 0.3 } })
        return this.#later(until, () => world.changeNetwork(this.#plan.network))
      case 'slow':
        world.changeNetwork({ latency: uniformLatency(200, 3_000) })
        return this.#later(until, () => world.changeNetwork(this.#plan.network))
    }
  }

  #skew(node: NodeId): void {
    const offset = (this.#random.fraction() - 0.5) * this.#random.pick([200, 4_000, 40_000])!
    this.#world.skew(node, { offset, rate: 0.7 + 0.6 * this.#random.fraction() })
  }

  #seesEffect(node: NodeId, effect: string): void {
    const doomed = this.#doomed.get(node)
    if (doomed?.doom.at !== 'persist') return
    if (doomed.struck) return this.#die(node, doomed.doom)
    if (effect !== 'persist' || --doomed.left > 0) return
    if (doomed.doom.written) doomed.struck = true
    else this.#die(node, doomed.doom)
  }

  #drawDoom(at: Doom['at'], left: number): Doom {
    const random = this.#random
    const written = random.below(2) === 0
    const unsynced = random.pick<Unsynced>(['lost', 'torn', 'kept'])!
    const backMs = random.pick([20, 300, 2_000])! * (0.5 + random.fraction())
    return { at, left, written, unsynced, backMs }
  }

  #die(node: NodeId, { unsynced, backMs }: Doom): void {
    this.#doomed.delete(node)
    const world = this.#world
    if (this.#over || !world.isLive(node)) return
    world.crash(node, { unsynced, resets: this.#random.below(2) === 0 })
    this.#later(world.now + backMs, () => world.isLive(node) || world.restart(node))
  }

  #later(time: number, undo: () => void): void {
    this.#world.at(time, () => {
      if (!this.#over) undo()
    })
  }
}

/** What clocks show at the start: block times are those of a real day. */
export const consensusEpoch = 1_700_000_000_000
