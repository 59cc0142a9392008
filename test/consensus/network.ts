// A simulated network of consensus machines over the counter application with fast signatures, for
// the tests of the machine. Member n has key n; users are numbered apart.
import { decodeConsensusMessage, encodeConsensusMessage } from '../../consensus/codec.ts'
import { ConsensusMachine } from '../../consensus/machine.ts'
import type { ConsensusOptions } from '../../consensus/machine-io.ts'
import type {
  ConsensusCommand,
  ConsensusEffect,
  ConsensusMessage,
  ConsensusNote,
} from '../../consensus/message.ts'
import type { ChainId, NodeId } from '../../src/core/id.ts'
import type { Input } from '../../src/core/machine.ts'
import { seededRandom } from '../../src/core/random.ts'
import {
  CounterApplication,
  encodeOrder,
  type Seats,
} from '../../src/sim/consensus/counter-application.ts'
import { fakeKey, fakeSigner, fakeVerify } from '../../src/sim/consensus/fake-crypto.ts'
import type { SimulatedNode } from '../../src/sim/simulated-node.ts'
import { World } from '../../src/sim/world.ts'
import type { WorldOptions } from '../../src/sim/world-options.ts'

export const chainId = '0123456789abcdef' as ChainId

export type Refuses = (own: NodeId, peer: NodeId) => boolean

/** Every message crosses the wire: what an honest node says is canonical and within bounds. */
function throughWire(effect: ConsensusEffect): ConsensusEffect {
  if (effect.do !== 'send') return effect
  const decoded = decodeConsensusMessage(encodeConsensusMessage(effect.message), chainId)
  if (!decoded.ok) throw new Error(`${effect.message.say}: ${decoded.why}`)
  return { ...effect, message: decoded.message }
}

export class TestNode implements SimulatedNode<ConsensusMessage, ConsensusCommand> {
  readonly machine: ConsensusMachine
  readonly application: CounterApplication
  readonly notes: ConsensusNote[] = []
  readonly own: NodeId
  readonly #refuses: Refuses
  readonly #neighbours: readonly NodeId[]

  constructor(
    key: number,
    store: ReadonlyMap<string, Uint8Array>,
    seed: number,
    seats: Seats,
    { neighbours, refuses, options }: Required<Surroundings>,
  ) {
    this.application = new CounterApplication(store, seats)
    this.#refuses = refuses
    this.#neighbours = neighbours(key).map(idOf)
    this.own = fakeKey(key).nodeId
    this.machine = new ConsensusMachine(
      {
        signer: fakeSigner(fakeKey(key), () => undefined),
        verify: fakeVerify,
        application: this.application,
        random: seededRandom(seed),
        storedBlock: () => undefined,
      },
      { chainId, genesisTime: 0, ...options },
      store,
    )
  }

  step(input: Input<ConsensusMessage, ConsensusCommand>, now: number): readonly ConsensusEffect[] {
    const effects = this.machine.step(input, now).map(throughWire)
    for (const effect of effects) if (effect.do === 'notify') this.notes.push(effect.note)
    if (input.on !== 'start') return effects
    // A send dials: the overlay below would have made these links.
    const links = this.#neighbours.map((to) => {
      return { do: 'send', to, message: { say: 'want-snapshots' } } as const
    })
    return [...effects, ...links]
  }

  refuses(peer: NodeId): boolean {
    return this.#refuses(this.own, peer)
  }
}

export type TestWorld = World<ConsensusMessage, ConsensusCommand, TestNode>

interface Surroundings {
  /** Keys that a node is linked with from its start on, besides what it dials itself. */
  readonly neighbours?: (key: number) => readonly number[]
  readonly refuses?: Refuses
  readonly options?: Partial<ConsensusOptions>
}

export interface NetworkSetting extends Surroundings {
  readonly seed?: number
  /** Keys 0 to members − 1 sit in the committee, each with power 1. */
  readonly members: number
  readonly network?: WorldOptions<ConsensusMessage, ConsensusCommand>['network']
}

export const idOf = (key: number): NodeId => fakeKey(key).nodeId

export const seatsOf = (members: number): Seats =>
  Object.fromEntries(Array.from({ length: members }, (_, key) => [key, 1]))

/** A world in which a node's id says its key. Nodes are added by the test. */
export function worldOf(setting: NetworkSetting): TestWorld {
  const { seed = 1, members, refuses = () => false, options = {}, network = {} } = setting
  const { neighbours = () => [] } = setting
  const keyOf = new Map(Array.from({ length: 64 }, (_, key) => [idOf(key), key]))
  return new World<ConsensusMessage, ConsensusCommand, TestNode>({
    seed,
    network,
    boot: (id, store, bootSeed) =>
      new TestNode(keyOf.get(id)!, store, bootSeed, seatsOf(members), {
        neighbours,
        refuses,
        options,
      }),
  })
}

/** The n-th transaction of a user. */
export const addOf = (author: number, sequence: number, amount = 1): Uint8Array =>
  encodeOrder({ order: 'add', author, sequence, amount })

export const heightsOf = (world: TestWorld): number[] =>
  world.live().map((id) => world.nodeOf(id).application.height)

export const faultsIn = (world: TestWorld): readonly ConsensusNote[] =>
  world
    .live()
    .flatMap((id) => world.nodeOf(id).notes)
    .filter(({ note }) => note === 'misbehaved')
