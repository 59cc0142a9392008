// A network of thousands behind the real API: nodes with records, reputations and a committee, and
// ratings between them in the shape of a grown network (newcomers rate those whom many rate). The
// same each time. Its blocks carry signatures that are none, so a page must refuse them.
import type { EventView, TopologyView } from '../../src/api/service.ts'
import { nodeIdOf } from '../../src/core/id.ts'
import type { LiveChain } from '../../src/runtime/chain/live-chain.ts'
import { MemoryChain, recordOf } from '../api/memory-chain.ts'
import { MemoryNode } from '../api/memory-node.ts'

const ratingsPerNode = 3
const seats = 7

export class LargeNetwork extends MemoryNode {
  readonly memoryChain: MemoryChain
  readonly #live: LiveChain
  readonly #edges: TopologyView['edges']

  constructor(nodes: number) {
    super(Array.from({ length: nodes }, (_, i) => `n${i + 1}`))
    this.memoryChain = new MemoryChain(this.members, seats)
    const owners = new Map(this.members.map((member) => [member.nodeId, member]))
    this.#live = this.memoryChain.service((nodeId) => {
      const { peerId = null, owner = '' } = owners.get(nodeId) ?? {}
      return { nodeId, peerId, owner }
    })
    this.chain = this.#live
    for (const [i, member] of this.members.entries()) {
      const status = i % 23 === 22 ? 'BANNED' : i % 7 === 6 ? 'INACTIVE' : 'ACTIVE'
      this.memoryChain.records.set(member.nodeId, recordOf(member, { status }))
      const reputation = 10_000 - ((i * 37) % 8_000)
      this.memoryChain.reputations.set(member.nodeId, {
        ...{ reputation, weightedStars: 400, stars: 400, ratings: 5 },
      })
    }
    this.#edges = this.#grown()
  }

  override topology(): TopologyView {
    return { ...super.topology(), edges: this.#edges }
  }

  override watch(listener: (event: EventView) => void): () => void {
    const ends = [super.watch(listener), this.#live.watch(listener)]
    return () => {
      for (const end of ends) end()
    }
  }

  /** Each node rates some before it, early ones more often. */
  #grown(): TopologyView['edges'] {
    const ids = this.members.map(({ publicKey }) => nodeIdOf(publicKey))
    return ids.flatMap((from, i) =>
      Array.from({ length: Math.min(i, ratingsPerNode) }, (_, k) => {
        const draw = ((i * 7_919 + k * 104_729) % 10_007) / 10_007
        const to = ids[Math.floor(i * draw ** 2.5)]!
        return { from, to, kind: 'rating' as const, overlay: 'social', value: 0.8 }
      }),
    )
  }
}
