// Heads in buckets: how two nodes find out in a few hundred bytes whether they hold the same, and
// then only talk about the authors in which they differ. A bucket's hash is the first 16 bytes of
// SHA-256 over the lines "<author id> <seq> <hash> <forkedAt>\n" of its authors, ascending.
import { copyBytes, utf8 } from '../src/core/bytes.ts'
import type { NodeId } from '../src/core/id.ts'
import { digestBuckets } from '../src/core/limits.ts'
import { sha256 } from '../src/core/sha256.ts'
import type { Head } from './message.ts'

/** Bytes of one bucket's hash. */
export const bucketBytes = 16

/** The bucket of an author: the first six bits of its id. */
export const bucketOf = (author: NodeId): number => Number.parseInt(author.slice(0, 2), 16) >> 2

/** The digest of a node that holds nothing: most nodes of a young network, at every new link. */
const nothing = new Uint8Array(digestBuckets * bucketBytes)
for (let b = 0; b < digestBuckets; b++)
  nothing.set(sha256(new Uint8Array()).subarray(0, bucketBytes), b * bucketBytes)

interface Bucket {
  readonly authors: NodeId[]
  sorted: boolean
  /** Is its hash out of date? */
  changed: boolean
}

export interface HeadsPage {
  readonly heads: readonly Head[]
  readonly more: boolean
}

export class HeadsDigest {
  readonly #quote: (author: NodeId) => Head
  readonly #known = new Set<NodeId>()
  readonly #buckets: readonly Bucket[] = Array.from({ length: digestBuckets }, () => ({
    authors: [],
    sorted: true,
    changed: false,
  }))
  #anyChanged = false
  /** The hashes of all buckets that have not changed since; replaced and never written to, for others keep it. */
  #digest: Uint8Array = nothing

  constructor(quote: (author: NodeId) => Head) {
    this.#quote = quote
  }

  /** An author's head or fork changed. */
  touch(author: NodeId): void {
    const bucket = this.#buckets[bucketOf(author)]!
    bucket.changed = true
    this.#anyChanged = true
    if (this.#known.has(author)) return
    this.#known.add(author)
    bucket.authors.push(author)
    bucket.sorted = false
  }

  /** All buckets' hashes, concatenated: to keep, not to write to. */
  digest(): Uint8Array {
    return this.#upToDate()
  }

  /** The buckets in which another digest differs from ours. */
  differing(digest: Uint8Array): readonly number[] {
    const own = this.#upToDate()
    const differing: number[] = []
    for (let b = 0; b < digestBuckets; b++) {
      const end = (b + 1) * bucketBytes
      for (let i = b * bucketBytes; i < end; i++) {
        if (own[i] === digest[i]) continue
        differing.push(b)
        break
      }
    }
    return differing
  }

  /** Up to `max` heads of some buckets, ascending by author, above `after`. Buckets ascending. */
  page(buckets: readonly number[], after: NodeId | null, max: number): HeadsPage {
    const heads: Head[] = []
    for (const author of this.#authors(buckets, after)) {
      if (heads.length === max) return { heads, more: true }
      heads.push(this.#quote(author))
    }
    return { heads, more: false }
  }

  /** Our authors of some buckets, ascending, above `after` and up to `last` (null: no end). */
  *between(
    buckets: readonly number[],
    after: NodeId | null,
    last: NodeId | null,
  ): Iterable<NodeId> {
    for (const author of this.#authors(buckets, after)) {
      if (last !== null && author > last) return
      yield author
    }
  }

  *#authors(buckets: readonly number[], after: NodeId | null): Iterable<NodeId> {
    const firstBucket = after === null ? 0 : bucketOf(after)
    for (const b of buckets) {
      if (b < firstBucket) continue
      for (const author of sorted(this.#buckets[b]!)) {
        if (after !== null && author <= after) continue
        yield author
      }
    }
  }

  #upToDate(): Uint8Array {
    if (!this.#anyChanged) return this.#digest
    this.#anyChanged = false
    this.#digest = copyBytes(this.#digest)
    for (const [b, bucket] of this.#buckets.entries()) {
      if (!bucket.changed) continue
      this.#digest.set(this.#hash(bucket), b * bucketBytes)
      bucket.changed = false
    }
    return this.#digest
  }

  #hash(bucket: Bucket): Uint8Array {
    let lines = ''
    for (const author of sorted(bucket)) {
      const { seq, hash, forkedAt } = this.#quote(author)
      lines += `${author} ${seq} ${hash} ${forkedAt}\n`
    }
    return sha256(utf8(lines)).subarray(0, bucketBytes)
  }
}

function sorted(bucket: Bucket): readonly NodeId[] {
  // Plain code-unit order, which is the order of hex digits and the same everywhere.
  if (!bucket.sorted) bucket.authors.sort()
  bucket.sorted = true
  return bucket.authors
}
