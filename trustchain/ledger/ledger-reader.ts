// What the rest of the node reads of the ledger, in the form of view.ts: the reading half of ledger.ts.
import type { Committee } from '../../src/core/committee.ts'
import type { Millis, NodeId } from '../../src/core/id.ts'
import type { MapProof } from '../../src/core/map-proof.ts'
import type { EntryLink } from '../entry.ts'
import { identityOf } from '../identity.ts'
import { isBanned, newHead } from './admission.ts'
import { committeeAt } from './committees.ts'
import { silentNodes } from './epochs.ts'
import { publicReputationOf, recordOf, recordsOf } from './records.ts'
import { standingOf } from './reputation.ts'
import { State } from './state.ts'
import { holderOf } from './succession.ts'
import type {
  BlockChanges,
  EpochView,
  FinalRating,
  LedgerView,
  NodeRecord,
  Reputation,
} from './view.ts'

export class LedgerReader implements LedgerView {
  /** Replaced as a whole by a snapshot. */
  protected state = new State()
  protected changes: BlockChanges | undefined

  get height(): number {
    return this.state.chain.height
  }

  get stateHash(): string {
    return this.state.hash
  }

  get committee(): Committee {
    return committeeAt(this.state, this.height + 1)
  }

  get lastChanges(): BlockChanges | undefined {
    return this.changes
  }

  get time(): Millis {
    return this.state.chain.time
  }

  get epoch(): EpochView {
    const { number, startedHeight, startedAt, handover } = this.state.epoch
    // One that adds nobody waits for nobody: the next block brings it about.
    const isUnderWay = handover !== null && handover.newcomers.length > 0
    const under = isUnderWay ? { elected: handover.newcomers, ready: handover.ready } : null
    return { number, startedHeight, startedAt, handover: under }
  }

  get roots(): readonly NodeId[] {
    const silent = silentNodes(this.state)
    return this.state.roots.keys.map((key) => identityOf(key).id).filter((id) => !silent.has(id))
  }

  nodes(): Iterable<NodeRecord> {
    return recordsOf(this.state)
  }

  node(id: NodeId): NodeRecord | undefined {
    return recordOf(this.state, id)
  }

  holderOf(id: NodeId): NodeId {
    return holderOf(this.state, id)
  }

  reputationOf(id: NodeId): Reputation {
    return publicReputationOf(this.state, id)
  }

  standingOf(id: NodeId): number {
    return standingOf(this.state, id)
  }

  finalHead(author: NodeId): EntryLink {
    const { seq, hash } = this.state.heads.get(author) ?? newHead
    return { seq, hash }
  }

  frozen(author: NodeId): boolean {
    return (this.state.heads.get(author)?.frozenAt ?? 0) > 0
  }

  ratings(): Iterable<FinalRating> {
    return this.state.slots.values()
  }

  /** Also of nodes that are on no record. */
  banned(id: NodeId): boolean {
    return isBanned(this.state, id)
  }

  nextNumber(author: NodeId): number {
    return (this.state.numbers.get(author)?.number ?? 0) + 1
  }

  /** The version that the next change of roots must have. */
  get nextRootsVersion(): number {
    return this.state.roots.version + 1
  }

  /** A leaf (leaves.ts says which there are) with its proof against `stateHash`; null: there is none. */
  proveState(key: string): { readonly value: Uint8Array | null; readonly proof: MapProof } {
    return this.state.prove(key)
  }
}
