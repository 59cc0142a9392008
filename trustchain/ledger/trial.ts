// Trying a block, or the making of one, on the state: its transactions one after the other, then what
// every block does (who signed, handover, end of the epoch). Leaves nothing behind: the changes come
// back to be adopted or dropped.
import type { BlockFacts, Refusal, Room } from '../../src/core/application.ts'
import { equalBytes } from '../../src/core/bytes.ts'
import type { Millis, NodeId } from '../../src/core/id.ts'
import { blockBytesMax, transactionsPerBlockMax } from '../../src/core/limits.ts'
import { judge } from './admission.ts'
import { apply, type BlockLog } from './apply.ts'
import type { FineTransaction, TransactionChecks } from './check.ts'
import { settleCommittee } from './committees.ts'
import { endEpoch, epochEnds } from './epochs.ts'
import type { Parameters } from './parameters.ts'
import { refuse } from './refusals.ts'
import type { State, StateChanges } from './state.ts'
import { countSigners } from './uptime.ts'

/** A block that applies, and what it does. */
export interface Trial {
  readonly block: BlockFacts
  readonly changes: StateChanges
  readonly log: BlockLog
}

export interface TrialPorts {
  readonly state: State
  readonly rules: Parameters
  readonly checks: TransactionChecks
}

/** The outcome of a whole block; the state is as before. */
export function tryBlock(ports: TrialPorts, block: BlockFacts): Trial | Refusal {
  const { state, rules } = ports
  const { height, time, transactions, signers } = block
  const wrong = wrongWith(state, block)
  if (wrong !== undefined) return wrong
  const run = new Run(ports, height, time)
  for (const [index, bytes] of transactions.entries()) {
    const refusal = run.take(bytes)
    if (refusal === undefined) continue
    state.take()
    return { code: refusal.code, facts: { ...refusal.facts, index } }
  }
  countSigners(state, signers)
  settleCommittee(state, height)
  // After the handover: what this election changes takes effect a height later at the earliest, so
  // that never two changes fall on one height and successive committees overlap as they should.
  if (epochEnds(state, rules, height, time)) endEpoch(state, rules, height, time)
  state.chains.set('', { height, time, transactions: transactions.length })
  return { block, changes: state.take(), log: run.log }
}

/** Of the candidates, in order, those that apply one after the other; the state is as before. */
export function gather(
  ports: TrialPorts,
  candidates: Iterable<Uint8Array>,
  room: Room,
  time: Millis,
): readonly Uint8Array[] {
  const run = new Run(ports, ports.state.chain.height + 1, time)
  const taken: Uint8Array[] = []
  let bytes = 0
  for (const candidate of candidates) {
    if (taken.length >= Math.min(room.count, transactionsPerBlockMax)) break
    if (bytes + candidate.length > Math.min(room.bytes, blockBytesMax)) continue
    if (run.take(candidate) !== undefined) continue
    taken.push(candidate)
    bytes += candidate.length
  }
  ports.state.take()
  return taken
}

/** Are two blocks the same to the ledger? */
export const sameFacts = (a: BlockFacts, b: BlockFacts): boolean =>
  a === b ||
  (a.height === b.height &&
    a.time === b.time &&
    a.transactions.length === b.transactions.length &&
    a.signers.length === b.signers.length &&
    a.signers.every((signer, i) => signer === b.signers[i]) &&
    a.transactions.every(
      (bytes, i) => bytes === b.transactions[i] || equalBytes(bytes, b.transactions[i]!),
    ))

function wrongWith(
  { chain }: State,
  { height, time, transactions }: BlockFacts,
): Refusal | undefined {
  if (height !== chain.height + 1)
    return refuse('block/out-of-order', { height, expected: chain.height + 1 })
  if (!Number.isSafeInteger(time) || time <= chain.time)
    return refuse('block/time-not-rising', { time, above: chain.time })
  const count = transactions.length
  const bytes = transactions.reduce((sum, { length }) => sum + length, 0)
  if (count > transactionsPerBlockMax || bytes > blockBytesMax)
    return refuse('block/too-large', { bytes, count })
  return undefined
}

/** Transactions of one block, one after the other. */
class Run {
  readonly log: BlockLog = { entries: [], frozen: [], successions: [] }
  readonly #ports: TrialPorts
  readonly #height: number
  readonly #time: Millis
  readonly #counts = new Map<NodeId, number>()

  constructor(ports: TrialPorts, height: number, time: Millis) {
    this.#ports = ports
    this.#height = height
    this.#time = time
  }

  /** Applies a transaction; or says why not, and has changed nothing. */
  take(bytes: Uint8Array): Refusal | undefined {
    const { state, rules, checks } = this.#ports
    const checked = checks.check(bytes)
    if (checked.is === 'bad') return checked.refusal
    const counts = { by: this.#counts, successions: this.log.successions.length }
    const judgement = judge(state, rules, checked, counts)
    if (judgement === 'final') return refuse('transaction/final', {})
    if (judgement !== 'applies') return judgement
    apply(state, rules, checked, { height: this.#height, time: this.#time }, this.log)
    this.#count(checked)
    return undefined
  }

  #count({ transaction }: FineTransaction): void {
    if (transaction.is !== 'entry' && transaction.is !== 'signed') return
    const { authorId } = transaction.is === 'entry' ? transaction.entry : transaction
    this.#counts.set(authorId, (this.#counts.get(authorId) ?? 0) + 1)
  }
}
