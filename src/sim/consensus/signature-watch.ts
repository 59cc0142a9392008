// Watches every signature from outside: as it is made, at the Signer port, and as it leaves a node,
// inside messages. An honest key never signs two things for one height, round and kind: not within
// one life of the process, and never against what it let out in an earlier one. (A signature that
// died in a crash before it left binds nobody.) Twins may; what they sign is kept as evidence.

import type { Commit } from '../../../consensus/commit.ts'
import type { ConsensusMessage } from '../../../consensus/message.ts'
import type { Proposal, Vote } from '../../../consensus/vote.ts'
import { hex, utf8Text } from '../../core/bytes.ts'
import type { NodeId } from '../../core/id.ts'

/** Two things that one key signed for one height, round and kind. */
export type Conflict =
  | { readonly is: 'double-vote'; readonly first: Vote; readonly second: Vote }
  | { readonly is: 'double-proposal'; readonly first: Proposal; readonly second: Proposal }

export interface WatchOptions {
  /** Ends the run with a claim that did not hold. */
  readonly fail: (claim: string) => void
  /** Keys that sign in two places at once. */
  readonly twins: ReadonlySet<NodeId>
}

interface SignedThing {
  readonly height: number
  readonly round: number
}

const kinds = ['proposal', 'prevote', 'precommit']
const slotOf = ({ height, round }: SignedThing, kind: string): number =>
  (height * 65_536 + round) * 3 + kinds.indexOf(kind)

const signedForm = /^trustnet\/(proposal|prevote|precommit)\/1\0[0-9a-f]{16}/

export class SignatureWatch {
  /** What was signed and let out twice, by twins alone; each conflicting slot once. */
  readonly conflicts: Conflict[] = []
  readonly #options: WatchOptions
  /** By life of a process: slot → what was signed. */
  #made = new Map<string, Map<number, string>>()
  readonly #votes = new Map<NodeId, Map<number, Vote>>()
  readonly #proposals = new Map<NodeId, Map<number, Proposal>>()

  constructor(options: WatchOptions) {
    this.#options = options
  }

  /** Signatures that left, for the count of a run. */
  get left(): number {
    let count = 0
    for (const slots of [...this.#votes.values(), ...this.#proposals.values()]) count += slots.size
    return count
  }

  /** A process signs, at its Signer port. `life` names the process and its incarnation. */
  signs(life: string, message: Uint8Array): void {
    const head = signedForm.exec(utf8Text(message.subarray(0, 48)))
    if (head === null) return this.#options.fail(`${life} signed what is no vote or proposal`)
    const layout = message.subarray(head[0].length)
    const view = new DataView(layout.buffer, layout.byteOffset, layout.byteLength)
    const slot = slotOf(
      { height: Number(view.getBigUint64(0)), round: view.getUint32(8) },
      head[1]!,
    )
    let made = this.#made.get(life)
    if (made === undefined) {
      made = new Map()
      this.#made.set(life, made)
    }
    const before = made.get(slot)
    const now = hex(layout)
    if (before !== undefined && before !== now)
      this.#options.fail(`${life} signed two ${head[1]}s: ${before} and ${now}`)
    made.set(slot, now)
  }

  /** A message leaves a node: all that is signed within it binds whoever signed. */
  leaves(message: ConsensusMessage): void {
    switch (message.say) {
      case 'votes':
        for (const vote of message.votes) this.#vote(vote)
        return
      case 'proposal':
        this.#proposal(message.proposal)
        return this.#commit(message.block.lastCommit)
      case 'decided':
        return this.#commit(message.commit)
      default:
        return
    }
  }

  #vote(vote: Vote): void {
    const slots = slotsOf(this.#votes, vote.voter)
    const slot = slotOf(vote, vote.kind)
    const before = slots.get(slot)
    if (before === undefined) slots.set(slot, vote)
    else if (before.block !== vote.block)
      this.#conflict(vote.voter, { is: 'double-vote', first: before, second: vote })
  }

  #proposal(proposal: Proposal): void {
    const slots = slotsOf(this.#proposals, proposal.proposer)
    const slot = slotOf(proposal, 'proposal')
    const before = slots.get(slot)
    if (before === undefined) slots.set(slot, proposal)
    else if (before.block !== proposal.block || before.validRound !== proposal.validRound)
      this.#conflict(proposal.proposer, {
        is: 'double-proposal',
        first: before,
        second: proposal,
      })
  }

  #commit(commit: Commit | null): void {
    if (commit === null) return
    const { height, round, block } = commit
    const slot = slotOf(commit, 'precommit')
    for (const { voter, signature } of commit.votes) {
      if (this.#votes.get(voter)?.get(slot)?.block === block) continue
      this.#vote({ kind: 'precommit', height, round, block, voter, signature })
    }
  }

  #conflict(signer: NodeId, conflict: Conflict): void {
    const { first, second } = conflict
    if (this.#options.twins.has(signer)) this.conflicts.push(conflict)
    else
      this.#options.fail(
        `${signer} let out two signatures: ${conflict.is} at height ${first.height}, round ${first.round}: ${first.block} and ${second.block}`,
      )
  }
}

function slotsOf<T>(map: Map<NodeId, Map<number, T>>, signer: NodeId): Map<number, T> {
  let slots = map.get(signer)
  if (slots === undefined) {
    slots = new Map()
    map.set(signer, slots)
  }
  return slots
}
