// One simulated node: the real consensus machine over the counter application, with fast signatures,
// seen through the lens of its roster. Made anew from its disk after every crash.

import { blockKey } from '../../../consensus/engine-stored.ts'
import { ConsensusMachine } from '../../../consensus/machine.ts'
import type {
  ConsensusCommand,
  ConsensusEffect,
  ConsensusMessage,
} from '../../../consensus/message.ts'
import type { ChainId, Millis, NodeId } from '../../core/id.ts'
import type { Input, StoreWrite } from '../../core/machine.ts'
import { seededRandom } from '../../core/random.ts'
import type { SimulatedNode } from '../simulated-node.ts'
import { copyOfMessage, throughWire } from './copies.ts'
import { CounterApplication, type Seats } from './counter-application.ts'
import { fakeKey, fakeSigner, fakeVerify } from './fake-crypto.ts'
import { Lens, type Post, type Roster } from './roster.ts'

export interface MemberOptions {
  readonly chainId: ChainId
  readonly genesisTime: Millis
  readonly genesis: Seats
  readonly timeoutPropose: Millis
  readonly timeoutVote: Millis
  readonly timeoutStep: Millis
  readonly emptyEvery: Millis
  readonly batchAfter: Millis
  readonly statusEvery: Millis
  /** Messages are encoded and decoded on their way; else copied, which is faster. */
  readonly wire: boolean
}

const blockPrefix = 'block/'
const dialTimer = 'sim/dial'
const dialEveryMs = 1_500

export class Member implements SimulatedNode<ConsensusMessage, ConsensusCommand> {
  readonly application: CounterApplication
  readonly #machine: ConsensusMachine
  readonly #lens: Lens
  readonly #others: readonly NodeId[]
  readonly #linked = new Set<NodeId>()
  /** Final blocks as they are stored: what the host reads for those who catch up. */
  readonly #blocks = new Map<string, Uint8Array>()
  readonly #copy: (message: ConsensusMessage) => ConsensusMessage

  constructor(
    post: Post,
    roster: Roster,
    store: ReadonlyMap<string, Uint8Array>,
    seed: number,
    options: MemberOptions,
    signed: (message: Uint8Array) => void,
  ) {
    const { genesis, wire, ...rest } = options
    this.#copy = wire ? (message) => throughWire(message, options.chainId) : copyOfMessage
    this.application = new CounterApplication(store, genesis)
    this.#lens = new Lens(roster)
    this.#others = roster.posts
      .filter(({ nodeId }) => nodeId !== post.nodeId)
      .map(({ process }) => process)
    for (const [key, value] of store) if (key.startsWith(blockPrefix)) this.#blocks.set(key, value)
    this.#machine = new ConsensusMachine(
      {
        signer: fakeSigner(fakeKey(post.key), signed),
        verify: fakeVerify,
        application: this.application,
        random: seededRandom(seed),
        storedBlock: (height) => this.#blocks.get(blockKey(height)),
      },
      rest,
      store,
    )
  }

  step(input: Input<ConsensusMessage, ConsensusCommand>, now: Millis): readonly ConsensusEffect[] {
    if (input.on === 'timer' && input.timer === dialTimer) return this.#dial()
    if (input.on === 'connected') this.#linked.add(input.peer)
    if (input.on === 'dropped') this.#linked.delete(input.peer)
    const heard = this.#lens.inward(input)
    if (heard === undefined) return []
    const effects: ConsensusEffect[] = []
    for (const effect of this.#machine.step(heard, now)) {
      if (effect.do === 'persist') this.#keepBlocks(effect.writes)
      effects.push(...this.#lens.outward(effect, this.#copy))
    }
    return input.on === 'start' ? [...effects, ...this.#dial()] : effects
  }

  #keepBlocks(writes: readonly StoreWrite[]): void {
    for (const { key, value } of writes)
      if (key.startsWith(blockPrefix) && value !== null) this.#blocks.set(key, value)
  }

  /** What the overlay does in a whole node: it sees to links, also with those that hold no seat. */
  #dial(): readonly ConsensusEffect[] {
    const dials = this.#others
      .filter((process) => !this.#linked.has(process))
      .map((to): ConsensusEffect => ({ do: 'send', to, message: { say: 'votes', votes: [] } }))
    return [...dials, { do: 'schedule', timer: dialTimer, after: dialEveryMs }]
  }

  refuses(_peer: NodeId): boolean {
    return false
  }
}
