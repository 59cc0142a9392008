// Catching up: ranges of blocks are asked from several peers at a time, kept until it is their turn,
// and each is checked whole before it is applied. What peers claim decides only whom to ask, never
// whether to go on: who claims and does not deliver is left alone for ever longer, and the first
// missing range is asked of a second peer before the first one's time is up.
import { isSkip } from '../src/core/committee.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import { blocksPerMessageMax } from '../src/core/limits.ts'
import type { FinalBlock } from './codec-block.ts'
import { type VerifiedCommit, verifyCommit } from './commit.ts'
import { isWhole } from './engine-judge.ts'
import type { ConsensusMessage, ConsensusMisbehaviour } from './message.ts'
import type { Parts } from './parts.ts'
import type { Peer } from './peers.ts'
import type { Height } from './vote.ts'

/** Ranges asked for at one time; as many wait to be applied at most. */
export const rangesOutstandingMax = 4

/** Of those, by one peer: the second is on its way while the first is looked at. */
export const rangesPerPeerMax = 2

/** An answer may stand behind another one, on a busy machine. */
const rangeMs = 2_000
/** The next block is what everything waits for: a second peer is asked for it after this. */
const hedgeMs = 500

interface Request {
  readonly peer: NodeId
  readonly from: Height
  readonly to: Height
  readonly at: Millis
}

interface Ready extends FinalBlock {
  readonly by: NodeId
}

const includes = ({ from, to }: Request, height: Height): boolean => from <= height && height <= to

export type SyncStep =
  | {
      readonly is: 'next'
      readonly final: FinalBlock
      readonly commit: VerifiedCommit
      readonly by: NodeId
    }
  | { readonly is: 'nothing' }

export class BlockSync {
  readonly #parts: Parts
  #requests: readonly Request[] = []
  #asksLater = false
  readonly #ready = new Map<Height, Ready>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Blocks that wait for their turn, and requests under way. */
  get size(): number {
    return this.#ready.size + this.#requests.length
  }

  get hasNext(): boolean {
    return this.#ready.has(this.#parts.view().height)
  }

  /**
   * Is this node more than a moment behind? By the word of members that hold more than a third of the
   * power, one of whom is honest, or of a peer that is delivering blocks.
   */
  get isBehind(): boolean {
    const { peers, view } = this.#parts
    const { committee, height } = view()
    const ahead: Peer[] = []
    for (const peer of peers.all()) if (peer.finalized > height) ahead.push(peer)
    if (ahead.length === 0) return false
    if (ahead.some(({ proven }) => proven > 0)) return true
    return isSkip(committee.weightOf(ahead.map(({ id }) => id)), committee.total)
  }

  /** Asks for what is missing, as far as anybody claims to have it. */
  ask(now: Millis): void {
    this.#expire(now)
    const later = this.#asksLater
    this.#asksLater = false
    if (later) return
    const { peers, view, random } = this.#parts
    const first = view().height
    const able = [...peers.all()].filter(
      ({ id, finalized, restUntil }) =>
        finalized >= first && restUntil <= now && this.#load(id) < rangesPerPeerMax,
    )
    if (able.length === 0) return
    const idle = random.shuffle(able)
    const end = first + rangesOutstandingMax * blocksPerMessageMax
    for (let height = first; height < end; ) {
      if (this.#ready.has(height)) height++
      else {
        const covering = this.#covering(height, first, now)
        height = covering === undefined ? this.#askFor(height, end, idle, now) : covering.to + 1
      }
    }
  }

  /** Ranges that a peer is to bring. */
  #load(peer: NodeId): number {
    return this.#requests.reduce((sum, request) => sum + (request.peer === peer ? 1 : 0), 0)
  }

  /** Of whoever failed us least, and among those of whoever has least to do. */
  #askFor(from: Height, end: Height, idle: readonly Peer[], now: Millis): Height {
    const [best] = idle
      .filter(({ id, finalized }) => finalized >= from && this.#mayBring(id, from))
      .map((peer) => ({ peer, load: this.#load(peer.id) }))
      .filter(({ load }) => load < rangesPerPeerMax)
      .sort((a, b) => a.peer.strikes - b.peer.strikes || a.load - b.load)
    if (best === undefined) return end
    const { id, finalized } = best.peer
    let to = Math.min(from + blocksPerMessageMax - 1, finalized, end - 1)
    for (let height = from + 1; height <= to; height++) if (this.#ready.has(height)) to = height - 1
    this.#requests = [...this.#requests, { peer: id, from, to, at: now }]
    this.#parts.out.send(id, { say: 'want-blocks', from, to })
    return to + 1
  }

  /** Who has been asked for a height already is not asked a second time. */
  #mayBring(peer: NodeId, height: Height): boolean {
    return !this.#requests.some((each) => each.peer === peer && includes(each, height))
  }

  /** The request that will bring a height, unless it is the next one and overdue with all who were asked. */
  #covering(height: Height, first: Height, now: Millis): Request | undefined {
    return this.#requests.find(
      (each) => includes(each, height) && (height !== first || now - each.at < hedgeMs),
    )
  }

  #expire(now: Millis): void {
    const late = this.#requests.filter(({ at }) => now - at >= rangeMs)
    if (late.length === 0) return
    const silent = new Set(late.map(({ peer }) => peer))
    this.#requests = this.#requests.filter(({ peer }) => !silent.has(peer))
    for (const peer of silent) this.#fail(peer, 'silent', now)
  }

  /** An answer: kept as far as it was asked for and is not there. */
  answered(
    by: NodeId,
    { from, blocks }: Extract<ConsensusMessage, { readonly say: 'blocks' }>,
    now: Millis,
  ): void {
    const request = this.#requests.find((each) => each.peer === by && each.from === from)
    if (request === undefined) {
      // The time of the request may be over: then it cost its strike already.
      if ((this.#parts.peers.get(by)?.strikes ?? 0) === 0) this.#parts.out.blame(by, 'unasked')
      return
    }
    this.#requests = this.#requests.filter((each) => each !== request)
    // It claimed to have them. Perhaps it keeps no old ones: no fault to report, but not to be asked.
    if (blocks.length === 0) return this.#parts.peers.strike(by, now)
    const { height } = this.#parts.view()
    for (const { block, commit } of blocks) {
      const at = block.header.height
      if (at >= height && at <= request.to && !this.#ready.has(at))
        this.#ready.set(at, { block, commit, by })
    }
  }

  /** The next block, checked whole; blocks that do not hold are thrown away with all of their sender's. */
  next(now: Millis): SyncStep {
    const { verify, chainId, view } = this.#parts
    const { committee, height } = view()
    for (const at of this.#ready.keys()) if (at < height) this.#ready.delete(at)
    const ready = this.#ready.get(height)
    if (ready === undefined) return { is: 'nothing' }
    this.#ready.delete(height)
    const { block, commit, by } = ready
    const verdict = verifyCommit(verify, chainId, committee, height, block.id, commit)
    if (verdict.verdict === 'invalid') return this.#reject(by, 'invalid-commit', now)
    // The header is good by its commit; the rest must be what it names.
    if (!isWhole(block)) return this.#reject(by, 'invalid-block', now)
    this.#parts.peers.served(by)
    return { is: 'next', final: { block, commit }, commit: verdict.commit, by }
  }

  dropped(peer: NodeId): void {
    this.#requests = this.#requests.filter((each) => each.peer !== peer)
  }

  /** A snapshot was taken, which is long work: what is asked in the same step would be overdue at once. */
  clear(): void {
    this.#asksLater = true
    this.#requests = []
    this.#ready.clear()
  }

  #reject(by: NodeId, why: ConsensusMisbehaviour, now: Millis): SyncStep {
    for (const [height, ready] of this.#ready) if (ready.by === by) this.#ready.delete(height)
    this.#fail(by, why, now)
    return { is: 'nothing' }
  }

  #fail(peer: NodeId, why: ConsensusMisbehaviour, now: Millis): void {
    this.#parts.peers.strike(peer, now)
    this.#parts.out.blame(peer, why)
  }
}
