// Counts what happens to a node's chain: blocks, rounds, votes, and whether this node's own votes are
// in the commits. A commit counts as the chain has it: as it stands in the next block.
import type { LedgerView } from '../../../trustchain/ledger/view.ts'
import type { NodeId } from '../../core/id.ts'
import type { NodeEvent } from '../../node/node-ports.ts'
import type { MetricRegistry } from './registry.ts'

/** Committees of late, by their hash: blocks that were applied together are told a little later. */
const committeesRememberedMax = 16

type Finalized = Extract<NodeEvent, { readonly event: 'finalized' }>

export class ChainMetrics {
  readonly #registry: MetricRegistry
  readonly #ledger: LedgerView
  readonly #self: NodeId
  /** Had this node a seat in the committee of that hash? */
  readonly #seated = new Map<string, boolean>()
  /** The block told last: its height, whether this node had a seat, and when it was told. */
  #before:
    | { readonly height: number; readonly seated: boolean | undefined; readonly at: number }
    | undefined

  constructor(registry: MetricRegistry, ledger: LedgerView, self: NodeId) {
    this.#registry = registry
    this.#ledger = ledger
    this.#self = self
    this.#remember()
  }

  /** @param now ms of a clock that never goes back */
  saw(event: NodeEvent, now: number): void {
    const registry = this.#registry
    switch (event.event) {
      case 'finalized':
        return this.#finalized(event, now)
      case 'restored':
        this.#before = undefined
        return this.#remember()
      case 'entered':
        if (event.step === 'propose') registry.add('trustnet_rounds_total')
        return
      case 'voted':
        return registry.add('trustnet_votes_received_total', 1, { kind: event.vote.kind })
      case 'accused':
        return registry.add('trustnet_equivocations_total')
      case 'refused':
        return registry.add('trustnet_transactions_refused_total', 1, { code: event.refusal.code })
    }
  }

  #finalized({ block, commit }: Finalized, now: number): void {
    const { header, transactions, lastCommit } = block
    const registry = this.#registry
    registry.add('trustnet_blocks_total')
    registry.add('trustnet_transactions_total', transactions.length)
    registry.add('trustnet_rounds_failed_total', commit.round)
    const before = this.#before?.height === header.height - 1 ? this.#before : undefined
    if (before !== undefined)
      registry.observe('trustnet_block_interval_seconds', (now - before.at) / 1_000)
    if (before?.seated === true && lastCommit !== null) {
      const signed = lastCommit.votes.some(({ voter }) => voter === this.#self)
      registry.add(signed ? 'trustnet_votes_signed_total' : 'trustnet_votes_missed_total')
    }
    const seated = this.#seated.get(header.committeeHash)
    this.#before = { height: header.height, seated, at: now }
    this.#remember()
  }

  #remember(): void {
    const { committee } = this.#ledger
    if (this.#seated.has(committee.hash)) return
    this.#seated.set(committee.hash, committee.has(this.#self))
    const [oldest] = this.#seated.keys()
    if (this.#seated.size > committeesRememberedMax) this.#seated.delete(oldest!)
  }
}
