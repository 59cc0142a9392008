// The ledger: the replicated application behind the committee, and what the rest of the node reads of
// it. Pure and deterministic: the state after a block is a function of the state before and of the
// block's facts. The parts: check.ts (is a transaction signed?), admission.ts (does it apply?),
// apply.ts, epochs.ts (standing, election), state.ts (leaves and their hash), snapshots.ts.
import type {
  Admission,
  Application,
  BlockFacts,
  Finalized,
  Refusal,
  Room,
  SnapshotOffer,
} from '../../src/core/application.ts'
import { assert } from '../../src/core/assert.ts'
import { hex, unhex } from '../../src/core/bytes.ts'
import type { Committee } from '../../src/core/committee.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Millis, NodeId } from '../../src/core/id.ts'
import { evidenceBlocksMax } from '../../src/core/limits.ts'
import type { StoreWrite } from '../../src/core/machine.ts'
import type { Verify } from '../../src/core/signature.ts'
import type { ForkProof } from '../fork-proof.ts'
import { standingTotal } from '../standing/standing.ts'
import { emptyBlock, judge } from './admission.ts'
import { changesOf } from './changes.ts'
import { type FineTransaction, TransactionChecks } from './check.ts'
import { committeeAt, committeeIfKnown } from './committees.ts'
import { ForkWatch } from './fork-watch.ts'
import { founded } from './genesis-state.ts'
import { LedgerReader } from './ledger-reader.ts'
import { type Parameters, parametersOf } from './parameters.ts'
import { refuse } from './refusals.ts'
import { leavesOf, Snapshots } from './snapshots.ts'
import { State, statePrefix } from './state.ts'
import { gather, sameFacts, type Trial, tryBlock } from './trial.ts'
import type { LedgerGenesis } from './view.ts'

export type EvidenceVerdict =
  | { readonly verdict: 'proven'; readonly culprit: NodeId; readonly height: number }
  | { readonly verdict: 'invalid'; readonly rule: string }

export interface LedgerPorts {
  readonly verify: Verify
  /** Judges evidence; `committeeAt` knows the committees of the last evidenceBlocksMax heights. */
  readonly verifyEvidence: (
    bytes: Uint8Array,
    committeeAt: (height: number) => Committee | undefined,
  ) => EvidenceVerdict
}

/** The state's hash as stored beside its leaves: a store that lost a leaf does not go unnoticed. */
const hashKey = `${statePrefix}hash`

/** Blocks of the present height that were judged and may be decided. */
const trialsMax = 4

export class Ledger extends LedgerReader implements Application {
  readonly #rules: Parameters
  readonly #checks: TransactionChecks
  readonly #forks = new ForkWatch()
  readonly #snapshots = new Snapshots()
  #trials: Trial[] = []
  /** Leaves of genesis that no block has persisted yet. */
  #unsaved: readonly StoreWrite[] = []

  /**
   * @param stored what earlier `writes` left in the store; other keys than those of the state are
   *   passed over
   * @throws Failure `genesis/…` for parameters, `ledger/damaged` when the stored leaves do not give their hash
   */
  constructor(
    { verify, verifyEvidence }: LedgerPorts,
    genesis: LedgerGenesis,
    stored: Iterable<readonly [key: string, value: Uint8Array]>,
  ) {
    super()
    this.#rules = parametersOf(genesis.parameters)
    this.#checks = new TransactionChecks(verify, genesis.chainId, (bytes) =>
      verifyEvidence(bytes, (height) => this.#committeeOfPast(height)),
    )
    if (!this.#restore(stored)) this.#unsaved = founded(this.state, this.#rules, genesis)
  }

  #restore(stored: Iterable<readonly [key: string, value: Uint8Array]>): boolean {
    const leaves: (readonly [string, Uint8Array])[] = []
    let hash: string | undefined
    for (const [key, value] of stored)
      if (key === hashKey) hash = hex(value)
      else if (key.startsWith(statePrefix)) leaves.push([key.slice(statePrefix.length), value])
    if (leaves.length === 0 && hash === undefined) return false
    if (hash === undefined) throw new Failure('ledger/damaged', { why: 'its hash is missing' })
    if (!this.state.load(leaves, hash))
      throw new Failure('ledger/damaged', { why: 'its leaves do not give its hash' })
    if (this.#rules.snapshotBlocks > 0) this.#snapshots.take(this.state)
    return true
  }

  // --- Application ---------------------------------------------------------------------------

  get nextCommittee(): Committee {
    return committeeAt(this.state, this.height + 2)
  }

  /** A transaction of a block that is about to come, for whoever verifies signatures ahead. */
  decodeAhead({ hash, bytes }: { readonly hash: string; readonly bytes: Uint8Array }) {
    return this.#checks.decode(hash, bytes)
  }

  checkTransaction(bytes: Uint8Array): Admission {
    const checked = this.#checks.check(bytes)
    if (checked.is === 'bad') return { verdict: 'refused', refusal: checked.refusal }
    const { transaction } = checked
    const judgement = judge(this.state, this.#rules, checked, emptyBlock)
    if (transaction.is === 'entry') {
      const { entry } = transaction
      const other = this.#forks.see(entry)
      // What is final is final, whatever passed here before it.
      if (other !== undefined && judgement !== 'final') {
        const { authorId: author, seq, hash } = entry
        const facts = { author, seq, hash, other: other.hash }
        return { verdict: 'refused', refusal: refuse('entry/contradicts', facts) }
      }
    }
    if (judgement === 'final') return { verdict: 'final' }
    if (judgement === 'applies' || isEarly(judgement)) return this.#admitted(checked)
    return { verdict: 'refused', refusal: judgement }
  }

  #admitted({ transaction }: FineTransaction): Admission {
    const verdict = 'admitted'
    const untimed = { sequence: null, nextSequence: null }
    switch (transaction.is) {
      case 'entry': {
        const { authorId: author, seq: sequence } = transaction.entry
        const nextSequence = this.finalHead(author).seq + 1
        return { verdict, author, sequence, nextSequence, standing: this.standingOf(author) }
      }
      case 'signed': {
        const author = transaction.authorId
        return { verdict, author, ...untimed, standing: this.standingOf(author) }
      }
      case 'fork-proof': {
        // Keys cost nothing: proofs against nobodies must not take the room of proofs that matter.
        const author = transaction.proof.authorId
        const standing = this.standingOf(author)
        if (standing > 0) return { verdict, author: 'proof', ...untimed, standing: standingTotal }
        return { verdict, author, ...untimed, standing }
      }
      default:
        return { verdict, author: 'proof', ...untimed, standing: standingTotal }
    }
  }

  prepareProposal(
    candidates: Iterable<Uint8Array>,
    room: Room,
    time: Millis,
  ): readonly Uint8Array[] {
    return gather(this.#ports, candidates, room, time)
  }

  processProposal(block: BlockFacts): Refusal | null {
    const trial = this.#trialOf(block)
    if ('code' in trial) return trial
    if (!this.#trials.includes(trial)) this.#trials = [trial, ...this.#trials].slice(0, trialsMax)
    return null
  }

  finalizeBlock(block: BlockFacts): Finalized {
    const trial = this.#trialOf(block)
    assert(!('code' in trial), 'a decided block applies')
    this.#trials = []
    const state = this.state
    this.changes = changesOf(state, trial)
    const writes = state.adopt(trial.changes)
    for (const entry of trial.log.entries) this.#forks.see(entry)
    const hash = { key: hashKey, value: unhex(state.hash) }
    const before = this.#unsaved
    this.#unsaved = []
    const { snapshotBlocks } = this.#rules
    if (snapshotBlocks > 0 && block.height % snapshotBlocks === 0) this.#snapshots.take(state)
    const { nextCommittee } = this
    return {
      stateHash: state.hash,
      committeeAfterNext: nextCommittee.hash === this.committee.hash ? null : nextCommittee,
      writes: [...before, ...writes, hash],
    }
  }

  #trialOf(block: BlockFacts): Trial | Refusal {
    return (
      this.#trials.find((trial) => sameFacts(trial.block, block)) ?? tryBlock(this.#ports, block)
    )
  }

  get #ports() {
    return { state: this.state, rules: this.#rules, checks: this.#checks }
  }

  #committeeOfPast(height: number): Committee | undefined {
    if (height < 1 || height > this.height + 1) return undefined
    if (this.height + 1 - height > evidenceBlocksMax) return undefined
    return committeeIfKnown(this.state, height)
  }

  listSnapshots(): readonly SnapshotOffer[] {
    return this.#snapshots.offers
  }

  loadSnapshotChunk(height: number, chunk: number): Uint8Array | undefined {
    return this.#snapshots.chunk(height, chunk)
  }

  applySnapshot(
    offer: SnapshotOffer,
    chunks: readonly Uint8Array[],
  ): readonly StoreWrite[] | Refusal {
    const misfit = (why: string): Refusal => refuse('snapshot/does-not-fit', { why })
    if (chunks.length !== offer.chunks) return misfit('its chunks are not as many as offered')
    const leaves = leavesOf(chunks)
    if (leaves === undefined) return misfit('a chunk is malformed')
    const state = new State()
    if (!state.load(leaves, offer.stateHash)) return misfit('its leaves give another hash')
    if (state.chain.height !== offer.height) return misfit('its height is another one')
    const kept = new Set(leaves.map(([key]) => key))
    const gone = [...this.state.keys()].filter((key) => !kept.has(key))
    this.state = state
    this.#trials = []
    this.#unsaved = []
    this.changes = undefined
    if (this.#rules.snapshotBlocks > 0) this.#snapshots.take(state)
    return [
      ...gone.map((key) => ({ key: statePrefix + key, value: null })),
      ...leaves.map(([key, value]) => ({ key: statePrefix + key, value })),
      { key: hashKey, value: unhex(state.hash) },
    ]
  }

  /** Contradictions between transactions that passed here, found since this was asked last. */
  takeForkProofs(): readonly ForkProof[] {
    return this.#forks.take()
  }
}

/** Refused for now only: it applies behind others of its author that may be on their way. */
function isEarly({ code, facts }: Refusal): boolean {
  if (code === 'report/out-of-order') return (facts.page as number) > (facts.expected as number)
  return code === 'entry/gap'
}
