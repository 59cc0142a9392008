// What this node holds for the network: bounded by count, bytes and expiry, admitted by where the key
// lies and by who brings it. What is held is never pushed out for something else: a crowd that fills
// the shelf keeps newcomers off it, and makes nobody forget.
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import type { StoreWrite } from '../../src/core/machine.ts'
import { Quota } from '../quota.ts'
import {
  bytesPerPeerPerMinuteMax,
  clockDriftMsMax,
  strangersHeldBytesMax,
  valueLifeMsMax,
  valuesHeldBytesMax,
  valuesHeldMax,
} from './limits.ts'
import type { RefusalCode } from './message.ts'
import {
  compareValues,
  decodeStoredValue,
  digestOf,
  encodeValue,
  sizeOf,
  type VerifiedValue,
} from './value.ts'

export interface ShelfPorts {
  /** Does this node take itself for one that may hold the key? */
  readonly isNear: (key: RingKey) => boolean
  readonly isTrusted: (peer: NodeId) => boolean
}

/** Bounds that tests move. */
export interface ShelfBounds {
  /** @default valuesHeldMax */
  readonly valuesMax?: number
  /** @default valuesHeldBytesMax */
  readonly bytesMax?: number
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

interface Held {
  readonly value: VerifiedValue
  readonly digest: string
  /** From a peer without our trust. */
  readonly stranger: boolean
}

const storeKey = (key: RingKey): string => `value/${key}`

export class Shelf {
  readonly #ports: ShelfPorts
  readonly #bounds: Required<ShelfBounds>
  readonly #held = new Map<RingKey, Held>()
  readonly #quota: Quota
  #bytes = 0
  #strangersBytes = 0

  constructor(ports: ShelfPorts, bounds: ShelfBounds = {}) {
    this.#ports = ports
    this.#bounds = {
      valuesMax: bounds.valuesMax ?? valuesHeldMax,
      bytesMax: bounds.bytesMax ?? valuesHeldBytesMax,
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

  /**
   * Takes in what an earlier run stored. Who brought it is forgotten, so it counts as a stranger's.
   *
   * @returns deletes of what is damaged
   */
  restore(stored: Iterable<readonly [string, Uint8Array]>): StoreWrite[] {
    const damaged: StoreWrite[] = []
    for (const [key, bytes] of stored) {
      const value = decodeStoredValue(key.slice('value/'.length), bytes)
      if (value === undefined) damaged.push({ key, value: null })
      else this.#put(value, true)
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

  /** @param from whoever brings it; undefined: this node itself, which keeps what it wants */
  take(value: VerifiedValue, from: NodeId | undefined, now: Millis): Taken {
    const refused = (why: RefusalCode): Taken => ({ verdict: 'refused', why })
    if (value.expiresAt <= now) return refused('expired')
    if (value.expiresAt > now + valueLifeMsMax + clockDriftMsMax) return refused('too-long')
    const held = this.#held.get(value.key)
    const order = held === undefined ? 1 : compareValues(value, held.value)
    if (held !== undefined && order === 0) return { verdict: 'held' }
    if (held !== undefined && order < 0)
      return { verdict: 'refused', why: 'outdated', newer: held.value }
    const stranger = from !== undefined && !this.#ports.isTrusted(from)
    const why = this.#refusal(value, held, from, stranger, now)
    if (why !== undefined) return refused(why)
    this.#put(value, stranger)
    return { verdict: 'stored', writes: [{ key: storeKey(value.key), value: encodeValue(value) }] }
  }

  #refusal(
    value: VerifiedValue,
    held: Held | undefined,
    from: NodeId | undefined,
    stranger: boolean,
    now: Millis,
  ): RefusalCode | undefined {
    if (from !== undefined && !this.#ports.isNear(value.key)) return 'not-near'
    const { valuesMax, bytesMax, strangersBytesMax } = this.#bounds
    const size = sizeOf(value)
    const freed = held === undefined ? 0 : sizeOf(held.value)
    if (held === undefined && this.#held.size >= valuesMax) return 'full'
    if (this.#bytes - freed + size > bytesMax) return 'full'
    const freedOfStrangers = held?.stranger === true ? freed : 0
    if (stranger && this.#strangersBytes - freedOfStrangers + size > strangersBytesMax)
      return 'strangers'
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
      writes.push({ key: storeKey(key), value: null })
    }
    return writes
  }

  #put(value: VerifiedValue, stranger: boolean): void {
    this.#drop(value.key)
    this.#held.set(value.key, { value, digest: digestOf(value), stranger })
    this.#bytes += sizeOf(value)
    if (stranger) this.#strangersBytes += sizeOf(value)
  }

  #drop(key: RingKey): void {
    const held = this.#held.get(key)
    if (held === undefined) return
    this.#held.delete(key)
    this.#bytes -= sizeOf(held.value)
    if (held.stranger) this.#strangersBytes -= sizeOf(held.value)
  }
}
