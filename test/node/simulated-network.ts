// A network of whole nodes in the simulated world: real keys, real signatures, the NodeMachine that
// the runtime drives, and the truth known from outside.
import { policyFor, policyKindOf } from '../../overlay/policy/policy-for.ts'
import type { LookupAnswer } from '../../routing/message.ts'
import { hex } from '../../src/core/bytes.ts'
import {
  type ChainId,
  type Millis,
  type NodeId,
  nodeIdOf,
  type PublicKey,
} from '../../src/core/id.ts'
import { leavesPerSide } from '../../src/core/limits.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import type { Signer } from '../../src/core/signature.ts'
import type { Trust } from '../../src/core/trust.ts'
import type { NodeMessage } from '../../src/node/message.ts'
import { NodeMachine } from '../../src/node/node-machine.ts'
import type { NodeCommand, NodeOptions } from '../../src/node/node-ports.ts'
import { signerFrom, verify } from '../../src/runtime/ed25519/fastest.ts'
import { ringFaults, trueRoot } from '../../src/sim/checkers.ts'
import type { NetworkOptions } from '../../src/sim/network.ts'
import { joinStaggered } from '../../src/sim/scenario.ts'
import type { Wrapper } from '../../src/sim/simulated-node.ts'
import { World } from '../../src/sim/world.ts'
import type { LedgerGenesis } from '../../trustchain/ledger/view.ts'

export const chainId = '5eed5eed5eed5eed' as ChainId

/** What every clock shows at the start. */
const worldEpoch = 1_000_000

export interface NetworkSettings {
  readonly seed: number
  readonly nodes: number
  readonly routing?: NodeOptions['routing']
  readonly overlays?: readonly string[]
  readonly network?: Partial<NetworkOptions>
  readonly persistLatencyMs?: Millis
  readonly timing?: NodeOptions['timing']
  /** Keeps a chain: the first so many nodes found the committee. @default no chain */
  readonly founders?: number
  /** Genesis parameters of the chain. */
  readonly parameters?: Readonly<Record<string, number>>
  /** Around every node. */
  readonly wrapper?: Wrapper<NodeMessage, NodeCommand>
  /** Through whom a node joins. @default one live node at random */
  readonly bootstraps?: (index: number, ids: readonly NodeId[]) => readonly NodeId[]
}

type Sim = World<NodeMessage, NodeCommand, NodeMachine>

/** A lookup that was asked, and where the truth said its root was at that moment. */
export interface AskedLookup {
  readonly from: NodeId
  readonly key: string
  readonly handle: ReturnType<Sim['command']>
}

export class SimulatedNetwork {
  readonly world: Sim
  readonly ids: readonly NodeId[]
  readonly random: Random
  readonly #signers = new Map<NodeId, Signer>()
  readonly #started = new Set<NodeId>()

  constructor(settings: NetworkSettings) {
    const { seed, nodes, routing = 'distnet', overlays = ['social'] } = settings
    this.random = seededRandom(seed ^ 0x7e57)
    for (let i = 0; i < nodes; i++) {
      const signer = signerFrom(this.random.bytes(32))
      this.#signers.set(nodeIdOf(signer.publicKey), signer)
    }
    this.ids = [...this.#signers.keys()]
    // Drawn when a node first starts, and kept for its restarts.
    const bootstraps = new Map<NodeId, readonly NodeId[]>()
    const bootstrapsOf = (id: NodeId): readonly NodeId[] => {
      const known = bootstraps.get(id)
      if (known !== undefined) return known
      const earlier = this.random.pick(this.world.live().filter((other) => other !== id))
      const picked =
        settings.bootstraps?.(this.ids.indexOf(id), this.ids) ??
        (earlier === undefined ? [] : [earlier])
      bootstraps.set(id, picked)
      return picked
    }
    this.world = new World({
      seed,
      epoch: worldEpoch,
      ...(settings.network === undefined ? {} : { network: settings.network }),
      ...(settings.persistLatencyMs === undefined
        ? {}
        : { persistLatencyMs: settings.persistLatencyMs }),
      boot: (nodeId, store, bootSeed) =>
        new NodeMachine(
          { signer: this.#signers.get(nodeId)!, verify, random: seededRandom(bootSeed) },
          {
            chainId,
            overlays: overlays.map((name) => ({
              name,
              makePolicy: (ports) => policyFor(policyKindOf(name), ports),
            })),
            routing,
            owner: nodeId.slice(0, 6),
            addresses: [],
            bootstraps: bootstrapsOf(nodeId),
            freshKey: this.#isFirstStart(nodeId),
            stored: store,
            ...(settings.founders === undefined ? {} : { founding: this.foundingOf(settings) }),
            ...(settings.timing === undefined ? {} : { timing: settings.timing }),
          },
        ),
    })
    if (settings.wrapper !== undefined)
      for (const id of this.ids) this.world.wrap(id, settings.wrapper)
  }

  /** What the chain of such a network is founded on. */
  foundingOf({ founders = 0, parameters = {} }: NetworkSettings): LedgerGenesis {
    const members = this.ids.slice(0, founders).map((id) => this.keyOf(id))
    return { chainId, createdAt: worldEpoch, members, roots: members, parameters }
  }

  /** An empty store does not tell a new node from one that lost its disk. */
  #isFirstStart(id: NodeId): boolean {
    const first = !this.#started.has(id)
    this.#started.add(id)
    return first
  }

  signerOf(id: NodeId): Signer {
    return this.#signers.get(id)!
  }

  keyOf(id: NodeId): PublicKey {
    return this.#signers.get(id)!.publicKey
  }

  machine(id: NodeId): NodeMachine {
    return this.world.nodeOf(id)
  }

  /** Starts the first `count` nodes, all by default, `every` virtual milliseconds apart. */
  joinAll(every: Millis, count = this.ids.length): void {
    joinStaggered(this.world, this.ids.slice(0, count), every)
    this.world.runFor(count * every)
  }

  /** Starts a node that was not started before, now. */
  start(id: NodeId): void {
    this.world.add(id)
  }

  /** What is wrong with the ring as the live nodes see it. */
  ringFaults(): string[] {
    const live = this.world.live()
    const views = live.map((nodeId) => ({ nodeId, ...this.machine(nodeId).routing.leafSet() }))
    return ringFaults(views, live, leavesPerSide)
  }

  untilRingIsConsistent(limit: Millis): void {
    try {
      this.world.runUntil(() => this.ringFaults().length === 0, limit, {
        what: 'a consistent ring',
        every: 1_000,
      })
    } catch (error) {
      const faults = this.ringFaults()
      throw new Error(`${String(error)}\n${faults.length} faults: ${faults.slice(0, 3).join('\n')}`)
    }
  }

  rate(from: NodeId, to: NodeId, value: number, overlay = 'social'): ReturnType<Sim['command']> {
    return this.world.command(from, {
      command: 'rate',
      overlay,
      subject: this.keyOf(to),
      value: value as Trust,
    })
  }

  /** Every live node rates so many random others 0.7 to 1; how many ratings that makes. */
  rateAtRandom(each: number): number {
    const live = this.world.live()
    for (const from of live) {
      const others = this.random.shuffle(live.filter((id) => id !== from))
      for (const to of others.slice(0, each))
        this.rate(from, to, 700_000 + this.random.below(300_001))
    }
    return live.length * Math.min(each, live.length - 1)
  }

  /** Every live node holds this many entries. */
  untilEntriesSpread(entries: number, limit: Millis): void {
    this.world.runUntil(
      () =>
        this.world
          .live()
          .every((id) => this.machine(id).trustchain.trustchains.entriesHeld === entries),
      limit,
      { what: `${entries} entries on every node`, every: 500 },
    )
  }

  lookup(from: NodeId, key: string, overlay = 'social', routes?: number): AskedLookup {
    const handle = this.world.command(from, {
      command: 'lookup',
      key: key as never,
      overlay,
      ...(routes === undefined ? {} : { routes }),
    })
    return { from, key, handle }
  }

  /** Looks random keys up from random live nodes and says how that went against the truth. */
  lookups(
    count: number,
    overlay = 'social',
  ): { readonly delivered: number; readonly meanHops: number; readonly failures: string[] } {
    const live = this.world.live()
    const asked = Array.from({ length: count }, () =>
      this.lookup(this.random.pick(live)!, hex(this.random.bytes(16)), overlay),
    )
    this.world.runUntil(() => asked.every(({ handle }) => handle.answered), 30_000, {
      what: 'answers to all lookups',
      every: 100,
    })
    let delivered = 0
    let hops = 0
    const failures: string[] = []
    for (const { from, key, handle } of asked) {
      const answer = handle.answer!
      const root = trueRoot(live, key as never)
      if (answer.ok && (answer.value as LookupAnswer).root === root) {
        delivered++
        hops += (answer.value as LookupAnswer).hops.length
      } else {
        failures.push(`${from} → ${key} (root ${root}): ${JSON.stringify(answer)}`)
      }
    }
    return { delivered, meanHops: hops / Math.max(1, delivered), failures }
  }
}
