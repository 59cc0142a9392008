// Transactions waiting for a block. Nobody fills it for others: counts and bytes are bounded before
// anything is kept, every author has a quota, and when it is full the author of the least standing
// makes room. What is offered goes round the authors, so that a burst of one delays no other.
import type { Admission, Admitted, Refusal } from '../src/core/application.ts'
import { copyBytes } from '../src/core/bytes.ts'
import type { NodeId } from '../src/core/id.ts'
import {
  poolBytesMax,
  poolPerAuthorMax,
  poolTransactionsMax,
  transactionBytesMax,
} from '../src/core/limits.ts'
import { Remembered } from '../src/core/remembered.ts'
import { type Block, type TransactionHash, transactionOf } from './block.ts'
import { OrderedHeap } from './ordered-heap.ts'
import { PoolAuthor, type Waiting } from './pool-author.ts'
import { comesBefore, type Eldest, goesBefore, type Turn } from './pool-order.ts'

/** Hashes of final transactions that are still recognised without asking the application: a quarter to half a minute of full load. */
export const finalRememberedMax = 32_768

/** Authors looked at again after each block, in rotation: whatever a block changed besides is found in time. */
export const authorsReviewedPerBlock = 16

export interface PoolOptions {
  /** @default limits.poolTransactionsMax */
  readonly transactionsMax?: number
  /** @default limits.poolBytesMax */
  readonly bytesMax?: number
  /** @default limits.poolPerAuthorMax */
  readonly perAuthorMax?: number
}

export type PoolVerdict =
  | { readonly is: 'new'; readonly transaction: Waiting }
  | { readonly is: 'known'; readonly hash: TransactionHash }
  | { readonly is: 'final'; readonly hash: TransactionHash }
  | { readonly is: 'refused'; readonly hash: TransactionHash; readonly refusal: Refusal }

export class Pool {
  readonly #check: (bytes: Uint8Array) => Admission
  readonly #options: Required<PoolOptions>
  readonly #byHash = new Map<TransactionHash, Waiting>()
  readonly #authors = new Map<NodeId | 'proof', PoolAuthor>()
  readonly #final = new Remembered<TransactionHash, true>(finalRememberedMax)
  /** May hold authors that are gone or whose standing changed: skipped when they come up. */
  #least = new OrderedHeap<Eldest>(goesBefore)
  #bytes = 0
  /** Authors of whom everything stands behind a gap, longest so first. */
  readonly #stuck = new Set<PoolAuthor>()
  #ready = 0
  /** Authors still to be looked at again, in rotation. */
  #review: (NodeId | 'proof')[] = []

  /** @param check the application's checkTransaction */
  constructor(check: (bytes: Uint8Array) => Admission, options: PoolOptions = {}) {
    this.#check = check
    const { transactionsMax = poolTransactionsMax, bytesMax = poolBytesMax } = options
    const { perAuthorMax = poolPerAuthorMax } = options
    this.#options = { transactionsMax, bytesMax, perAuthorMax }
  }

  get size(): number {
    return this.#byHash.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get authors(): number {
    return this.#authors.size
  }

  /** Is anything offered for a block? */
  get hasCandidates(): boolean {
    return this.#ready > 0
  }

  get(hash: TransactionHash): Waiting | undefined {
    return this.#byHash.get(hash)
  }

  /**
   * Takes a transaction, or says why not.
   *
   * @param hash of these very bytes
   */
  add(bytes: Uint8Array, hash = transactionOf(bytes).hash): PoolVerdict {
    if (this.#byHash.has(hash)) return { is: 'known', hash }
    if (this.#final.has(hash)) return { is: 'final', hash }
    if (bytes.length > transactionBytesMax)
      return refused(hash, 'transaction/too-large', { bytes: bytes.length })
    const admission = this.#check(bytes)
    if (admission.verdict === 'final') {
      this.#remember(hash)
      return { is: 'final', hash }
    }
    if (admission.verdict === 'refused') return { is: 'refused', hash, refusal: admission.refusal }
    const refusal = this.#overQuota(admission) ?? this.#makeRoom(admission, bytes.length)
    if (refusal !== null) return { is: 'refused', hash, refusal }
    const { author, sequence } = admission
    const waiting = { hash, bytes: copyBytes(bytes), author, sequence }
    this.#keep(waiting, admission)
    return { is: 'new', transaction: waiting }
  }

  /** Transactions for a block, fairest order first: by turns over the authors, most standing first. */
  *candidates(): Generator<Uint8Array> {
    const turns: Turn[] = []
    for (const author of this.#authors.values())
      if (author.isReady) turns.push({ author, round: 0, offered: author.offered() })
    const heap = new OrderedHeap<Turn>(comesBefore, turns)
    for (let turn = heap.pop(); turn !== undefined; turn = heap.pop()) {
      const next = turn.offered.next()
      if (next.done) continue
      yield next.value.bytes
      turn.round++
      heap.push(turn)
    }
  }

  /**
   * After a block was applied: its transactions leave, their authors' others are looked at again, and
   * a few authors in rotation. O(block), not O(pool).
   *
   * @param reviews false: without the rotation, since many more blocks follow at once
   */
  finalized({ transactions }: Block, reviews = true): void {
    const touched = new Set<NodeId | 'proof'>()
    for (const { hash } of transactions) {
      this.#remember(hash)
      const waiting = this.#byHash.get(hash)
      if (waiting === undefined) continue
      touched.add(waiting.author)
      this.#drop(waiting)
    }
    for (let i = 0; reviews && i < authorsReviewedPerBlock; i++) {
      const author = this.#review.pop()
      if (author === undefined) break
      touched.add(author)
    }
    if (this.#review.length === 0) this.#review = [...this.#authors.keys()]
    for (const id of touched) {
      const author = this.#authors.get(id)
      if (author !== undefined) this.#recheck(author)
    }
  }

  /** Looks at everything again. O(pool): only when the rules of admission changed as a whole. */
  recheckAll(): void {
    for (const author of [...this.#authors.values()])
      for (const waiting of author.all()) this.#again(waiting)
  }

  // --- what must hold ---

  #overQuota({ author, sequence, nextSequence }: Admitted): Refusal | null {
    const { perAuthorMax } = this.#options
    const known = this.#authors.get(author)
    if (known !== undefined && known.count >= perAuthorMax)
      return { code: 'pool/author-quota', facts: { author, waiting: known.count } }
    if (sequence === null) return null
    // Beyond, it could never be offered before the quota is used up.
    if (sequence >= (nextSequence ?? 0) + perAuthorMax)
      return { code: 'pool/sequence-gap', facts: { author, sequence, next: nextSequence } }
    return known?.at(sequence) === undefined
      ? null
      : { code: 'pool/sequence-taken', facts: { author, sequence } }
  }

  /**
   * Evicts what is stuck behind a gap, for a transaction that is not, then authors of less standing, until
   * the transaction fits; refuses it when it is itself the least.
   */
  #makeRoom(admission: Admitted, bytes: number): Refusal | null {
    const { standing } = admission
    const { transactionsMax, bytesMax } = this.#options
    while (this.size >= transactionsMax || this.#bytes + bytes > bytesMax) {
      const stuck = this.#isReady(admission) ? this.#stuckAuthor(standing) : undefined
      const least = stuck ?? this.#leastAuthor()
      if (least === undefined || (stuck === undefined && least.standing >= standing))
        return { code: 'pool/full', facts: { waiting: this.size, bytes: this.#bytes } }
      this.#drop(least.last())
    }
    return null
  }

  /** Would it be offered for the next block? Otherwise a pool full of gaps could never be emptied. */
  #isReady({ author, sequence, nextSequence }: Admitted): boolean {
    if (sequence === null || sequence === nextSequence) return true
    return this.#authors.get(author)?.leadsTo(sequence) ?? false
  }

  #stuckAuthor(standing: number): PoolAuthor | undefined {
    for (const author of this.#stuck) if (author.standing <= standing) return author
    return undefined
  }

  #leastAuthor(): PoolAuthor | undefined {
    for (let least = this.#least.least; least !== undefined; least = this.#least.least) {
      const { author, standing } = least
      if (this.#authors.get(author.id) === author && author.standing === standing) return author
      this.#least.pop()
    }
    return undefined
  }

  // --- in and out ---

  #keep(waiting: Waiting, admission: Admitted): void {
    let author = this.#authors.get(waiting.author)
    if (author === undefined) {
      author = new PoolAuthor(waiting.author, admission.standing)
      this.#authors.set(waiting.author, author)
      this.#rank(author)
    }
    this.#byHash.set(waiting.hash, waiting)
    this.#bytes += waiting.bytes.length
    this.#change(author, () => author.add(waiting))
    this.#learn(author, admission)
  }

  #drop(waiting: Waiting): void {
    const author = this.#authors.get(waiting.author)
    if (author === undefined || !this.#byHash.delete(waiting.hash)) return
    this.#bytes -= waiting.bytes.length
    this.#change(author, () => author.remove(waiting))
    if (author.count === 0) this.#authors.delete(author.id)
  }

  /** Changes an author and keeps the count of those that have something to offer. */
  #change(author: PoolAuthor, change: () => void): void {
    const before = author.isReady
    change()
    if (author.isReady !== before) this.#ready += before ? -1 : 1
    if (author.isReady || author.count === 0) this.#stuck.delete(author)
    else this.#stuck.add(author)
  }

  #learn(author: PoolAuthor, { nextSequence, standing }: Admitted): void {
    if (nextSequence !== null && nextSequence !== author.next)
      this.#change(author, () => {
        author.next = nextSequence
      })
    if (standing === author.standing) return
    author.standing = standing
    this.#rank(author)
  }

  #rank(author: PoolAuthor): void {
    // Authors come and go: what is stale in the heap must not outgrow what is not.
    if (this.#least.size > 2 * this.#authors.size + 64)
      this.#least = new OrderedHeap<Eldest>(
        goesBefore,
        [...this.#authors.values()].map((each) => ({ author: each, standing: each.standing })),
      )
    else this.#least.push({ author, standing: author.standing })
  }

  /** The first of an author says what is next; those below it are final, those above stay as they are. */
  #recheck(author: PoolAuthor): void {
    for (const waiting of author.all()) {
      if (waiting.sequence === null) break
      if (waiting.sequence < author.next) this.#drop(waiting)
      else if (this.#again(waiting)) break
    }
    for (const waiting of author.all()) if (waiting.sequence === null) this.#again(waiting)
  }

  /** Asks the application once more; true when it stays. */
  #again(waiting: Waiting): boolean {
    const admission = this.#check(waiting.bytes)
    if (admission.verdict === 'admitted') {
      const author = this.#authors.get(waiting.author)
      if (author !== undefined) this.#learn(author, admission)
      return true
    }
    if (admission.verdict === 'final') this.#remember(waiting.hash)
    this.#drop(waiting)
    return false
  }

  #remember(hash: TransactionHash): void {
    this.#final.set(hash, true)
  }
}

const refused = (hash: TransactionHash, code: string, facts: Refusal['facts']): PoolVerdict => ({
  is: 'refused',
  hash,
  refusal: { code, facts },
})
