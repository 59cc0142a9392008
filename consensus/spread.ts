// How transactions and decided blocks get around: transactions in batches to all linked members and a
// few others, decided blocks to neighbours that are not known to have them.
import type { Millis, NodeId } from '../src/core/id.ts'
import type { Block, TransactionHash } from './block.ts'
import { transactionsPerMessageMax } from './codec.ts'
import type { VerifiedCommit } from './commit.ts'
import type { ConsensusMessage } from './message.ts'
import { compactOf, linkedMembers, type Parts } from './parts.ts'
import type { Waiting } from './pool-author.ts'

/** A batch leaves when it is this full, timer or not. */
export const batchBytesMax = 65_536

/** A batch goes to so many neighbours besides members: enough for all to hear, with e^-6 missing a hop. */
const batchFanout = 6

/** A member passes a decided block to so many others at once, a follower to fewer. */
const decidedFanoutOfMembers = 16
const decidedFanout = 6

/** Own transactions that are said again until they are final: what is beyond was said once. */
const ownMax = 1_024
/** Said again after so long, then after twice that, and so on: under load it is only waiting its turn. */
const sayAgainMs = 1_500

interface News {
  readonly bytes: Uint8Array
  /** Who sent it; null: it is from here. */
  readonly from: NodeId | null
}

export class TransactionSpread {
  readonly #parts: Parts
  readonly #news: News[] = []
  #bytes = 0
  #pushedAt: Millis = Number.NEGATIVE_INFINITY
  /** From here and not final yet: when they are said again. */
  readonly #own = new Map<TransactionHash, { readonly due: Millis; readonly pause: Millis }>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** At the end of a step: after a pause news leaves at once, else it waits so long for company. */
  settle(now: Millis): Millis | undefined {
    const wait = this.#pushedAt + spreadAfterMs - now
    const isFull = this.#bytes >= batchBytesMax || this.#news.length >= transactionsPerMessageMax
    if (wait <= 0 || isFull) this.push(now)
    return this.#news.length === 0 ? undefined : wait
  }

  /** From the local user: said again, since there may be nobody to hear it yet. */
  addOwn(transaction: Waiting, now: Millis): void {
    const own = { due: now + sayAgainMs, pause: sayAgainMs }
    if (this.#own.size < ownMax) this.#own.set(transaction.hash, own)
    this.add(transaction, null)
  }

  tick(now: Millis): void {
    for (const [hash, { due, pause }] of this.#own) {
      const waiting = this.#parts.pool.get(hash)
      if (waiting === undefined) this.#own.delete(hash)
      else if (now >= due) {
        this.#own.set(hash, { due: now + 2 * pause, pause: 2 * pause })
        this.add(waiting, null)
      }
    }
  }

  add({ bytes }: Waiting, from: NodeId | null): void {
    this.#news.push({ bytes, from })
    this.#bytes += bytes.length
  }

  /** Sends what was collected, in batches that fit a message. */
  push(now: Millis): void {
    while (this.#news.length > 0) {
      this.#pushedAt = now
      this.#send(this.#batch())
    }
  }

  #batch(): readonly News[] {
    let bytes = 0
    let count = 0
    for (const news of this.#news) {
      if (count === transactionsPerMessageMax || bytes >= batchBytesMax) break
      bytes += news.bytes.length
      count += 1
    }
    this.#bytes -= bytes
    return this.#news.splice(0, count)
  }

  #send(news: readonly News[]): void {
    const all: ConsensusMessage = { say: 'submit', transactions: news.map(({ bytes }) => bytes) }
    for (const to of this.#targets()) {
      const fresh = news.filter(({ from }) => from !== to && !this.#told(from, to))
      if (fresh.length === news.length) this.#parts.out.send(to, all)
      else if (fresh.length > 0)
        this.#parts.out.send(to, { say: 'submit', transactions: fresh.map(({ bytes }) => bytes) })
    }
  }

  /** Whoever passes transactions on sends them to every member that it is linked to. */
  #told(from: NodeId | null, to: NodeId): boolean {
    const { peers, view } = this.#parts
    const sender = from === null ? undefined : peers.get(from)
    const place = view().committee.indexOf(to)
    // Right after a change of committee a place may mean another; then the author says it again.
    return sender?.status !== undefined && place >= 0 && ((sender.linkedMask >> place) & 1) === 1
  }

  #targets(): readonly NodeId[] {
    const { peers, random, view } = this.#parts
    const { committee } = view()
    const members = [...linkedMembers(peers, committee)].map(({ id }) => id)
    const others = [...peers.all()].map(({ id }) => id).filter((id) => !committee.has(id))
    return [...members, ...random.shuffle(others).slice(0, batchFanout)]
  }
}

/** Passes a block that was just decided on to neighbours that are not known to have it. */
export function spreadDecided(parts: Parts, block: Block, commit: VerifiedCommit): void {
  const { peers, random, out, own, view } = parts
  const { committee } = view()
  const { height } = block.header
  const lacking = [...peers.all()]
    // Members hear the precommits themselves.
    .filter(({ id, finalized }) => finalized < height && !committee.has(id))
    .map(({ id }) => id)
  if (lacking.length === 0) return
  const fanout = committee.has(own) ? decidedFanoutOfMembers : decidedFanout
  const message: ConsensusMessage = { say: 'decided', block: compactOf(block), commit }
  for (const to of random.shuffle(lacking).slice(0, fanout)) out.send(to, message)
}

/** A batch waits for company for so long: as long as a block at least gathers. */
const spreadAfterMs: Millis = 50
