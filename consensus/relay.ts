// How proposals and votes reach every member without a link between any two: own ones go to all linked
// members at once; what comes from another is passed on to those that say they do not speak to its
// author; and whoever tells where it stands (status) is pushed what it lacks. So loss heals too.
import type { Millis, NodeId } from '../src/core/id.ts'
import { roundsPerStatusMax, votesPerMessageMax } from './codec.ts'
import type { WholeProposal } from './engine-height.ts'
import type { RoundVotes } from './engine-io.ts'
import type { ConsensusMessage } from './message.ts'
import { compactOf, linkedMembers, type Parts } from './parts.ts'
import type { Peer, Status } from './peers.ts'
import { type Proposal, type VerifiedVote, type VoteKind, voteKinds } from './vote.ts'

/** A status out of turn (a round failed) leaves at most so often. */
const statusPauseMs = 50

/** A member to which there is no link is dialled at most so often. */
const dialPauseMs = 5_000

/** Members that could not be dialled are remembered as long as they sit; of others nothing is kept. */
type DialledAt = Map<NodeId, Millis>

export class Relay {
  readonly #parts: Parts
  /** Votes to pass on with this step, by receiver. */
  readonly #passing = new Map<NodeId, VerifiedVote[]>()
  #statusAt: Millis = Number.NEGATIVE_INFINITY
  #dialled: DialledAt = new Map()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  // --- what is new ---

  /** This node's own proposal. */
  propose({ proposal, block }: WholeProposal): void {
    const { peers, out, view } = this.#parts
    const message: ConsensusMessage = { say: 'proposal', proposal, block: compactOf(block) }
    for (const { id } of linkedMembers(peers, view().committee)) {
      this.#sendPolka(id, proposal)
      out.send(id, message)
    }
  }

  /**
   * The polka that a proposal goes by, whole. Who counted another word of a faulty member lacks it and
   * cannot say so: its status names members, not what they said.
   */
  #sendPolka(to: NodeId, { validRound, block }: Proposal): void {
    if (validRound === -1) return
    const votes = this.#parts.view().votesFor('prevote', validRound, block)
    if (votes.length > 0) this.#parts.out.send(to, { say: 'votes', votes })
  }

  /** This node's own vote. */
  vote(vote: VerifiedVote): void {
    const { peers, out, view } = this.#parts
    const message: ConsensusMessage = { say: 'votes', votes: [vote] }
    for (const { id } of linkedMembers(peers, view().committee)) out.send(id, message)
  }

  /** Another's vote that was new to us: for the members that do not speak to the voter. */
  pass(vote: VerifiedVote, from: NodeId): void {
    for (const peer of this.#strangersTo(vote.voter, from)) {
      const passing = this.#passing.get(peer.id)
      if (passing === undefined) this.#passing.set(peer.id, [vote])
      else passing.push(vote)
    }
  }

  passProposal({ proposal, block }: WholeProposal, from: NodeId): void {
    const message: ConsensusMessage = { say: 'proposal', proposal, block: compactOf(block) }
    for (const { id } of this.#strangersTo(proposal.proposer, from))
      this.#parts.out.send(id, message)
  }

  /** At the end of a step: the votes that are passed on, together. */
  flush(): void {
    if (this.#passing.size === 0) return
    for (const [to, votes] of this.#passing)
      for (let i = 0; i < votes.length; i += votesPerMessageMax)
        this.#parts.out.send(to, { say: 'votes', votes: votes.slice(i, i + votesPerMessageMax) })
    this.#passing.clear()
  }

  *#strangersTo(author: NodeId, from: NodeId): Generator<Peer> {
    const { peers, view } = this.#parts
    const { committee, height } = view()
    const place = committee.indexOf(author)
    for (const peer of linkedMembers(peers, committee)) {
      if (peer.id === author || peer.id === from || peer.status === undefined) continue
      // Places may mean others once the committee changed: then the next status repairs.
      if (Math.abs(peer.status.height - height) > 1) continue
      if (((peer.linkedMask >> place) & 1) === 0) yield peer
    }
  }

  // --- status ---

  statusOf(): Status {
    const { peers, own, view } = this.#parts
    const { height, round, step, committee } = view()
    const linked = committee.members
      .map(({ nodeId }, i) => (nodeId === own || peers.get(nodeId) ? i : -1))
      .filter((place) => place >= 0)
    const rounds = view().rounds().slice(-roundsPerStatusMax)
    return { say: 'status', height, round, step, rounds, linked }
  }

  /** To one peer, as it links. */
  greet(peer: NodeId): void {
    this.#parts.out.send(peer, this.statusOf())
  }

  /** A round failed or so: members hear at once, with a pause between. */
  troubled(now: Millis): void {
    if (now - this.#statusAt >= statusPauseMs) this.toMembers(now)
  }

  toMembers(now: Millis): void {
    const { peers, view, out } = this.#parts
    this.#statusAt = now
    const status = this.statusOf()
    for (const { id } of linkedMembers(peers, view().committee)) out.send(id, status)
  }

  toAll(now: Millis): void {
    const { peers, out } = this.#parts
    this.#statusAt = now
    const status = this.statusOf()
    for (const { id } of peers.all()) out.send(id, status)
    this.#dial(status, now)
  }

  /** Members speak to members directly where they can: a send dials. */
  #dial(status: Status, now: Millis): void {
    const { own, peers, out, view } = this.#parts
    const { committee } = view()
    if (!committee.has(own)) return
    const dialled: DialledAt = new Map()
    for (const { nodeId } of committee.members) {
      if (nodeId === own || peers.get(nodeId) !== undefined) continue
      const at = this.#dialled.get(nodeId)
      const due = at === undefined || now - at >= dialPauseMs
      dialled.set(nodeId, due ? now : at)
      if (due) out.send(nodeId, status)
    }
    this.#dialled = dialled
  }

  /**
   * Where a peer stands: it is pushed what it lacks of what we hold. A status is some bytes and what
   * it is answered by may be a hundred thousand, so a peer has a share of those as well.
   */
  heard(peer: Peer, status: Status, now: Millis): void {
    peer.status = status
    peer.linkedMask = status.linked.reduce((mask, place) => mask | (1 << place), 0)
    peer.finalized = Math.max(peer.finalized, status.height - 1)
    const { height } = this.#parts.view()
    if (Math.abs(status.height - height) > 1 || peer.pushed.spend(1, now) === 0) return
    if (status.height === height) this.#push(peer.id, status)
    else if (status.height === height - 1) this.#pushDecided(peer.id, status.height)
  }

  #push(to: NodeId, status: Status): void {
    const { out, view } = this.#parts
    const theirs = new Map(status.rounds.map((each) => [each.round, each]))
    const votes: VerifiedVote[] = []
    // The newest rounds first: they decide.
    for (const ours of [...view().rounds()].reverse()) {
      const held = theirs.get(ours.round)
      const whole = ours.proposal && !held?.proposal ? view().proposal(ours.round) : undefined
      if (whole !== undefined)
        out.send(to, { say: 'proposal', proposal: whole.proposal, block: compactOf(whole.block) })
      for (const kind of voteKinds) this.#lacking(kind, ours, held, votes)
    }
    if (votes.length > 0) out.send(to, { say: 'votes', votes: votes.slice(0, votesPerMessageMax) })
    // It has not prevoted, though it may hold the proposal.
    const waits = status.step === 'propose' && view().proposal(status.round)
    if (waits) this.#sendPolka(to, waits.proposal)
  }

  #lacking(
    kind: VoteKind,
    ours: RoundVotes,
    theirs: RoundVotes | undefined,
    into: VerifiedVote[],
  ): void {
    const view = this.#parts.view()
    const field = kind === 'prevote' ? 'prevotes' : 'precommits'
    const held = theirs?.[field] ?? []
    for (const place of ours[field]) {
      if (held.includes(place)) continue
      const vote = view.vote(kind, ours.round, view.committee.members[place]!.nodeId)
      if (vote !== undefined) into.push(vote)
    }
  }

  #pushDecided(to: NodeId, height: number): void {
    const final = this.#parts.blocks.at(height)
    if (final === undefined) return
    const { block, commit } = final
    this.#parts.out.send(to, { say: 'decided', block: compactOf(block), commit })
  }
}
