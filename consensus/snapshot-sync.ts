// A node at height 0 that is far behind takes a snapshot instead of every block. The state of height H
// is named by the header of H + 1, and that header is believed for the commit of a committee that this
// node trusts: the founding one, or one that its user gave as a checkpoint. If the network's committee
// is another by now, or anything fails, block sync goes on as if nothing had been.
import type { Committee } from '../src/core/committee.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import type { StoreWrite } from '../src/core/machine.ts'
import { offersMax } from './codec.ts'
import type { FinalBlock } from './codec-block.ts'
import { commitHashOf, type VerifiedCommit, verifyCommit } from './commit.ts'
import type { ConsensusMessage, OfferedSnapshot } from './message.ts'
import type { Parts } from './parts.ts'
import type { Peer } from './peers.ts'
import { encodePrevious } from './wal-block.ts'

/** Fewer blocks than this are synced one by one: that takes a second or so. */
export const snapshotWorthBlocks = 2_000

/** Peers asked for their snapshots, and chunks under way at one time. */
const peersAskedMax = 4
const answerMs = 1_500
/** After so long without the whole of it, block by block is the better way. */
const giveUpMs = 60_000
/** All chunks together: the state is held twice in memory for a moment. */
const snapshotBytesMax = 268_435_456

export interface Restored {
  readonly writes: readonly StoreWrite[]
  /** The record of the block that the state belongs to. */
  readonly previous: Uint8Array
  readonly final: FinalBlock
}

type Stage =
  | { readonly is: 'idle' }
  | { readonly is: 'looking'; readonly since: Millis; readonly asked: Set<NodeId> }
  | {
      readonly is: 'proving'
      readonly since: Millis
      readonly offer: OfferedSnapshot
      readonly by: NodeId
    }
  | {
      readonly is: 'fetching'
      readonly since: Millis
      readonly offer: OfferedSnapshot
      readonly final: FinalBlock
      readonly commit: VerifiedCommit
      readonly committee: Committee
      readonly chunks: (Uint8Array | undefined)[]
      readonly askedOf: Map<number, { readonly peer: NodeId; readonly at: Millis }>
      bytes: number
    }
  | { readonly is: 'over' }

export class SnapshotSync {
  readonly #parts: Parts
  readonly #trusted: readonly Committee[]
  readonly #worth: number
  #stage: Stage = { is: 'idle' }
  /** Offer → who has it; a peer's newest offers only. */
  readonly #offers = new Map<string, { offer: OfferedSnapshot; peers: Set<NodeId> }>()

  /** @param worth blocks behind from which on a snapshot is taken; Infinity: never */
  constructor(parts: Parts, trusted: readonly Committee[], worth: number) {
    this.#parts = parts
    this.#trusted = trusted
    this.#worth = worth
  }

  get isUnderWay(): boolean {
    return this.#stage.is !== 'idle' && this.#stage.is !== 'over'
  }

  tick(now: Millis): void {
    const stage = this.#stage
    if (stage.is === 'over') return
    if (this.#parts.application.height > 0) return this.#giveUp()
    if (stage.is === 'idle') return this.#look(now)
    if (now - stage.since >= (stage.is === 'fetching' ? giveUpMs : answerMs)) {
      if (stage.is === 'looking' && this.#offers.size > 0) return this.#prove(now)
      return this.#giveUp()
    }
    if (stage.is === 'fetching') this.#fetch(now)
  }

  #look(now: Millis): void {
    const { peers, random, out, view } = this.#parts
    const able = [...peers.all()].filter(
      ({ finalized }) => finalized >= view().height + this.#worth,
    )
    if (able.length === 0) return
    const asked = new Set<NodeId>()
    for (const { id } of random.shuffle(able).slice(0, peersAskedMax)) {
      asked.add(id)
      out.send(id, { say: 'want-snapshots' })
    }
    this.#stage = { is: 'looking', since: now, asked }
  }

  offered(peer: Peer, offers: readonly OfferedSnapshot[], now: Millis): void {
    const stage = this.#stage
    if (stage.is !== 'looking' || !stage.asked.delete(peer.id)) return
    for (const offer of offers.slice(0, offersMax)) {
      const name = `${offer.height}/${offer.stateHash}/${offer.chunks}`
      const known = this.#offers.get(name)
      if (known === undefined) this.#offers.set(name, { offer, peers: new Set([peer.id]) })
      else known.peers.add(peer.id)
    }
    if (stage.asked.size === 0) this.#prove(now)
  }

  /** Asks for the blocks that prove the highest offer. */
  #prove(now: Millis): void {
    const best = [...this.#offers.values()].sort((a, b) => b.offer.height - a.offer.height)[0]
    const by = best && [...best.peers].find((peer) => this.#parts.peers.get(peer) !== undefined)
    if (best === undefined || by === undefined) return this.#giveUp()
    this.#stage = { is: 'proving', since: now, offer: best.offer, by }
    const { height } = best.offer
    this.#parts.out.send(by, { say: 'want-blocks', from: height, to: height + 1 })
  }

  /** Takes an answer that was asked for here; false: it is block sync's. */
  answered(
    by: NodeId,
    { from, blocks }: Extract<ConsensusMessage, { readonly say: 'blocks' }>,
    now: Millis,
  ): boolean {
    const stage = this.#stage
    if (stage.is !== 'proving' || stage.by !== by || from !== stage.offer.height) return false
    const proof = this.#proofIn(stage.offer, blocks)
    if (proof === undefined) {
      this.#giveUp()
      return true
    }
    const chunks = new Array<Uint8Array | undefined>(stage.offer.chunks).fill(undefined)
    const { offer } = stage
    this.#stage = {
      is: 'fetching',
      since: now,
      offer,
      chunks,
      askedOf: new Map(),
      bytes: 0,
      ...proof,
    }
    this.#fetch(now)
    return true
  }

  #proofIn({ height, stateHash }: OfferedSnapshot, blocks: readonly FinalBlock[]) {
    const [at, above] = blocks
    if (at === undefined || above === undefined) return undefined
    const { header } = above.block
    const { verify, chainId } = this.#parts
    const trusted = (hash: string) => this.#trusted.find((committee) => committee.hash === hash)
    const deciders = trusted(header.committeeHash)
    const committee = trusted(at.block.header.committeeHash)
    if (deciders === undefined || committee === undefined) return undefined
    if (header.stateHash !== stateHash || header.previous !== at.block.id) return undefined
    if (header.lastCommitHash !== commitHashOf(at.commit)) return undefined
    const proves = verifyCommit(verify, chainId, deciders, height + 1, above.block.id, above.commit)
    const { block, commit } = at
    const verdict = verifyCommit(verify, chainId, committee, height, block.id, commit)
    if (proves.verdict === 'invalid' || verdict.verdict === 'invalid') return undefined
    return { final: at, commit: verdict.commit, committee }
  }

  #fetch(now: Millis): void {
    const stage = this.#stage
    if (stage.is !== 'fetching') return
    const { offer, chunks, askedOf } = stage
    for (const [chunk, { peer, at }] of askedOf)
      if (now - at >= answerMs) {
        askedOf.delete(chunk)
        this.#parts.peers.strike(peer, now)
      }
    const busy = new Set([...askedOf.values()].map(({ peer }) => peer))
    const idle = this.#providers(offer).filter(
      ({ id, restUntil }) => !busy.has(id) && restUntil <= now,
    )
    for (let chunk = 0; chunk < chunks.length && idle.length > 0; chunk++) {
      if (chunks[chunk] !== undefined || askedOf.has(chunk)) continue
      const { id } = idle.pop()!
      askedOf.set(chunk, { peer: id, at: now })
      this.#parts.out.send(id, { say: 'want-chunk', height: offer.height, chunk })
    }
  }

  #providers({ height, stateHash, chunks }: OfferedSnapshot): Peer[] {
    const ids = this.#offers.get(`${height}/${stateHash}/${chunks}`)?.peers ?? []
    return [...ids].flatMap((id) => this.#parts.peers.get(id) ?? [])
  }

  /** A chunk came; the restored state once it was the last one and all fit. */
  chunk(
    peer: Peer,
    { height, chunk, bytes }: Extract<ConsensusMessage, { readonly say: 'chunk' }>,
    now: Millis,
  ): Restored | undefined {
    const stage = this.#stage
    if (stage.is !== 'fetching' || stage.offer.height !== height) return undefined
    if (stage.askedOf.get(chunk)?.peer !== peer.id) return undefined
    stage.askedOf.delete(chunk)
    if (bytes === null) this.#parts.peers.strike(peer.id, now)
    else {
      stage.chunks[chunk] = bytes
      stage.bytes += bytes.length
    }
    if (stage.bytes > snapshotBytesMax) this.#giveUp()
    else if (stage.chunks.every((each) => each !== undefined)) return this.#apply(stage, now)
    else this.#fetch(now)
    return undefined
  }

  #apply(stage: Stage & { is: 'fetching' }, now: Millis): Restored | undefined {
    const { application, out, peers } = this.#parts
    const writes = application.applySnapshot(stage.offer, stage.chunks as readonly Uint8Array[])
    const providers = this.#providers(stage.offer)
    this.#giveUp()
    if ('code' in writes) {
      // Which of them lied is not known: each is left alone for a while.
      for (const { id } of providers) {
        peers.strike(id, now)
        out.blame(id, 'invalid-snapshot')
      }
      return undefined
    }
    const { final, commit, committee } = stage
    const { header, transactions } = final.block
    const previous = encodePrevious({ header, commit, committee, full: transactions.length > 0 })
    return { writes, previous, final }
  }

  #giveUp(): void {
    this.#stage = { is: 'over' }
    this.#offers.clear()
  }
}
