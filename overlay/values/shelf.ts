// What this node holds for the network: bounded by count, bytes and expiry, admitted by where the key
// lies and by who brings it. What is held is never pushed out for something else: a crowd that fills
// the shelf keeps newcomers off it, and makes nobody forget.
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import type { StoreWrite } from '../../src/core/machine.ts'
import { Remembered } from '../../src/core/remembered.ts'
import { Quota } from '../quota.ts'
import {
  bytesPerPeerPerMinuteMax,
  clockDriftMsMax,
  outlivedMax,
  strangersHeldBytesMax,
  strangersHeldMax,
  valueLifeMsMax,
  valuesHeldBytesMax,
  valuesHeldMax,
} from './limits.ts'
import type { RefusalCode } from './message.ts'
import {
  compareValues,
  decodeStoredValue,
  digestOf,
  encodeStoredValue,
  type StoredValue,
  sizeOf,
  type VerifiedValue,
} from './value.ts'

export interface ShelfPorts {
  /** Does this node take itself for one that may hold the key? */
  readonly isNear: (key: RingKey) => boolean
  /** This node itself, and whom it trusts. */
  readonly isTrusted: (peer: NodeId) => boolean
}

/** Bounds that tests move. */
export interface ShelfBounds {
  /** @default valuesHeldMax */
  readonly valuesMax?: number
  /** @default valuesHeldBytesMax */
  readonly bytesMax?: number
  /** @default strangersHeldMax */
  readonly strangersValuesMax?: number
  /** @default strangersHeldBytesMax */
  readonly strangersBytesMax?: number
  /** @default bytesPerPeerPerMinuteMax */
  readonly bytesPerMinuteMax?: number
}

export type Taken =
  | { readonly verdict: 'stored'; readonly writes: readonly StoreWrite[] }
  /** The very value is held already. */
  | { readonly verdict: 'held' }
  | { readonly verdict: 'refused'; readonly why: RefusalCode; readonly newer?: VerifiedValue }

interface Held extends StoredValue {
  readonly digest: string
}

/** The highest sequence that a key had when its value expired, remembered until then. */
interface Outlived {
  readonly sequence: number
  readonly until: Millis
}

const storeKey = (key: RingKey): string => `value/${key}`

export class Shelf {
  readonly #ports: ShelfPorts
  readonly #bounds: Required<ShelfBounds>
  readonly #held = new Map<RingKey, Held>()
  readonly #quota: Quota
  readonly #outlived = new Remembered<RingKey, Outlived>(outlivedMax)
  #bytes = 0
  #strangers = 0
  #strangersBytes = 0

  constructor(ports: ShelfPorts, bounds: ShelfBounds = {}) {
    this.#ports = ports
    this.#bounds = {
      valuesMax: bounds.valuesMax ?? valuesHeldMax,
      bytesMax: bounds.bytesMax ?? valuesHeldBytesMax,
      strangersValuesMax: bounds.strangersValuesMax ?? strangersHeldMax,
      strangersBytesMax: bounds.strangersBytesMax ?? strangersHeldBytesMax,
      bytesPerMinuteMax: bounds.bytesPerMinuteMax ?? bytesPerPeerPerMinuteMax,
    }
    const { bytesPerMinuteMax } = this.#bounds
    this.#quota = new Quota(bytesPerMinuteMax / 60, bytesPerMinuteMax)
  }

  get size(): number {
    return this.#held.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Is there nothing for `sweep` to do, now or later? */
  get isIdle(): boolean {
    return this.#held.size === 0 && this.#quota.size === 0
  }

  /**
   * Takes in what an earlier run stored.
   *
   * @returns deletes of what is damaged
   */
  restore(stored: Iterable<readonly [string, Uint8Array]>): StoreWrite[] {
    const damaged: StoreWrite[] = []
    for (const [key, bytes] of stored) {
      const stored = decodeStoredValue(key.slice('value/'.length), bytes.slice())
      if (stored === undefined) damaged.push({ key, value: null })
      else this.#hold(stored)
    }
    return damaged
  }

  /** What is held under a key and has not expired. */
  get(key: RingKey, now: Millis): VerifiedValue | undefined {
    const value = this.#held.get(key)?.value
    return value !== undefined && value.expiresAt > now ? value : undefined
  }

  /** 16 hex digits; undefined when nothing is held. */
  digest(key: RingKey): string | undefined {
    return this.#held.get(key)?.digest
  }

  keys(): RingKey[] {
    return [...this.#held.keys()]
  }

  /** May there be room for a value of this key? Its size and author are not known yet. */
  hasRoom(key: RingKey): boolean {
    const { valuesMax, bytesMax } = this.#bounds
    return this.#held.has(key) || (this.#held.size < valuesMax && this.#bytes < bytesMax)
  }

  /** @param from whoever puts it here; undefined: this node itself, which keeps what it wants */
  take(value: VerifiedValue, from: NodeId | undefined, now: Millis): Taken {
    const isOfFriend = from === undefined || this.#ports.isTrusted(from) || this.#isByFriend(value)
    return this.#take(value, from, !isOfFriend, now)
  }

  /**
   * Takes a copy that this node asked for because a peer offered it. Honest friends pass on what strangers
   * put there, so it is its author that counts, and a content-addressed one, which has none, is a stranger's.
   */
  takeCopy(value: VerifiedValue, from: NodeId, now: Millis): Taken {
    return this.#take(value, from, !this.#isByFriend(value), now)
  }

  #isByFriend(value: VerifiedValue): boolean {
    return value.is === 'signed' && this.#ports.isTrusted(value.author)
  }

  #take(value: VerifiedValue, from: NodeId | undefined, stranger: boolean, now: Millis): Taken {
    const refused = (why: RefusalCode): Taken => ({ verdict: 'refused', why })
    if (value.expiresAt <= now) return refused('expired')
    if (value.expiresAt > now + valueLifeMsMax + clockDriftMsMax) return refused('too-long')
    const newest = this.get(value.key, now)
    const order = newest === undefined ? 1 : compareValues(value, newest)
    if (newest !== undefined && order === 0) return { verdict: 'held' }
    if (newest !== undefined && order < 0)
      return { verdict: 'refused', why: 'outdated', newer: newest }
    if (value.is === 'signed' && value.sequence < this.#outlivedSequence(value.key, now))
      return refused('outdated')
    const why = this.#refusal(value, this.#held.get(value.key), from, stranger, now)
    if (why !== undefined) return refused(why)
    const record = encodeStoredValue(value, stranger)
    // Decoded anew: what came in a message are views that would keep all of it in memory.
    this.#hold(decodeStoredValue(value.key, record)!)
    return { verdict: 'stored', writes: [{ key: storeKey(value.key), value: record }] }
  }

  /** The sequence that a signed value of the key had which expired; it may not have been swept yet. */
  #outlivedSequence(key: RingKey, now: Millis): number {
    const held = this.#held.get(key)?.value
    if (held?.is === 'signed') return held.sequence
    const outlived = this.#outlived.get(key)
    return outlived !== undefined && outlived.until > now ? outlived.sequence : 0
  }

  #refusal(
    value: VerifiedValue,
    held: Held | undefined,
    from: NodeId | undefined,
    stranger: boolean,
    now: Millis,
  ): RefusalCode | undefined {
    if (from !== undefined && !this.#ports.isNear(value.key)) return 'not-near'
    const { valuesMax, bytesMax, strangersValuesMax, strangersBytesMax } = this.#bounds
    const size = sizeOf(value)
    const freed = held === undefined ? 0 : sizeOf(held.value)
    if (held === undefined && this.#held.size >= valuesMax) return 'full'
    if (this.#bytes - freed + size > bytesMax) return 'full'
    if (stranger) {
      const [places, bytes] = held?.stranger === true ? [1, freed] : [0, 0]
      if (this.#strangers - places + 1 > strangersValuesMax) return 'strangers'
      if (this.#strangersBytes - bytes + size > strangersBytesMax) return 'strangers'
    }
    // Last, so that only what is kept uses a peer's share. Even an empty value costs a key.
    if (from !== undefined && !this.#quota.take(from, now, Math.max(64, size))) return 'quota'
    return undefined
  }

  /** Forgets what has expired: at most once in a while, over everything held. */
  sweep(now: Millis): StoreWrite[] {
    this.#quota.sweep(now)
    const writes: StoreWrite[] = []
    for (const [key, { value }] of this.#held) {
      if (value.expiresAt > now) continue
      this.#drop(key)
      if (value.is === 'signed') {
        // Nothing older that anybody took can live for longer than that.
        const until = now + valueLifeMsMax + clockDriftMsMax
        this.#outlived.set(key, { sequence: value.sequence, until })
      }
      writes.push({ key: storeKey(key), value: null })
    }
    return writes
  }

  #hold({ value, stranger }: StoredValue): void {
    this.#drop(value.key)
    this.#held.set(value.key, { value, digest: digestOf(value), stranger })
    this.#bytes += sizeOf(value)
    if (!stranger) return
    this.#strangers += 1
    this.#strangersBytes += sizeOf(value)
  }

  #drop(key: RingKey): void {
    const held = this.#held.get(key)
    if (held === undefined) return
    this.#held.delete(key)
    this.#bytes -= sizeOf(held.value)
    if (!held.stranger) return
    this.#strangers -= 1
    this.#strangersBytes -= sizeOf(held.value)
  }
}
