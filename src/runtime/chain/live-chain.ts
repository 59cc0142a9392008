// The chain of a running node behind its API.
import type {
  BlockHeadView,
  BlockView,
  ChainService,
  ChainStatusView,
  CommitteeView,
  ReputationView,
  SuccessionView,
} from '../../api/chain-service.ts'
import type { EventView } from '../../api/service.ts'
import { Failure } from '../../core/failure.ts'
import type { NodeId } from '../../core/id.ts'
import { Recent } from '../service/recent.ts'
import type { ChainAccess } from './access.ts'
import { blockHeadView, blockView, type ReadTransaction } from './block-views.ts'
import { ChainWatch } from './chain-watch.ts'
import {
  chainStatusView,
  committeeView,
  reputationView,
  type StatusOptions,
} from './ledger-views.ts'

export interface LiveChainOptions extends StatusOptions {
  readonly read: ReadTransaction
  /** How old a status may be that is told again at the same height. @default 0 */
  readonly statusAgeMsMax?: number
}

export class LiveChain implements ChainService {
  readonly #access: ChainAccess
  readonly #options: LiveChainOptions
  readonly #watch: ChainWatch
  readonly #status: Recent<ChainStatusView>

  constructor(access: ChainAccess, options: LiveChainOptions) {
    this.#access = access
    this.#options = options
    this.#watch = new ChainWatch(access, options.nameOf)
    const { ledger, self } = access
    // Every record is read and sorted for it: not a thousand times a second.
    this.#status = new Recent(
      () => chainStatusView(ledger, self, options, Date.now()),
      options.statusAgeMsMax ?? 0,
    )
  }

  /** Blocks, votes, bans, healings and elections as they happen. */
  watch(listener: (event: EventView) => void): () => void {
    return this.#watch.watch(listener)
  }

  status(): ChainStatusView {
    const known = this.#status.get()
    if (known.height === this.#access.ledger.height) return known
    this.#status.forget()
    return this.#status.get()
  }

  reputation(nodeId: string): ReputationView {
    return reputationView(this.#access.ledger, nodeId as NodeId, this.#options.nameOf)
  }

  succession(): SuccessionView {
    const { ledger, self } = this.#access
    const number = ledger.nextNumber(self)
    return { ...this.#options.nameOf(self), number, successor: this.successorOf(self) }
  }

  successorOf(nodeId: string): SuccessionView['successor'] {
    const holder = this.#access.ledger.holderOf(nodeId as NodeId)
    return holder === nodeId ? null : this.#options.nameOf(holder)
  }

  committee(): CommitteeView {
    const { parameters, nameOf } = this.#options
    return committeeView(this.#access.ledger, parameters.committeeMax, nameOf)
  }

  async blocks(before: number | undefined, limit: number): Promise<readonly BlockHeadView[]> {
    const heads: BlockHeadView[] = []
    const { height: latest } = this.#access.ledger
    for (let height = Math.min(latest, (before ?? Infinity) - 1); height >= 1; height--) {
      const found = await this.#access.finalBlock(height)
      if (found === undefined || heads.length >= limit) break
      heads.push(blockHeadView(found.block, this.#options.nameOf))
    }
    return heads
  }

  async block(height: number | undefined): Promise<BlockView> {
    const { height: latest } = this.#access.ledger
    const asked = height ?? latest
    const found = asked > latest ? undefined : await this.#access.finalBlock(asked)
    if (found === undefined) throw new Failure('block/unknown', { height: asked, latest })
    return blockView(found, this.#options.nameOf, this.#options.read)
  }

  async finalAt(seq: number, seconds: number): Promise<number> {
    const height = await this.#watch.finalAt(seq, seconds * 1_000)
    if (height === undefined) throw new Failure('chain/not-final', { seq, seconds })
    return height
  }
}
