// Fixed big-endian layouts for what the engine keeps for itself: the write-ahead log, the last-signed
// record, evidence. A reader never throws: past the end it reads zeros and says so.
import { copyBytes, hex, unhex } from '../src/core/bytes.ts'

export class ByteWriter {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  /** @param expected bytes; more are taken as well */
  constructor(expected = 256) {
    this.#bytes = new Uint8Array(expected)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Where the next bytes go. Asked for before #bytes or #view are read: it may replace both. */
  #room(more: number): number {
    const at = this.#length
    this.#length += more
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }

  u8(value: number): this {
    const at = this.#room(1)
    this.#view.setUint8(at, value)
    return this
  }

  u16(value: number): this {
    const at = this.#room(2)
    this.#view.setUint16(at, value)
    return this
  }

  u32(value: number): this {
    const at = this.#room(4)
    this.#view.setUint32(at, value)
    return this
  }

  u64(value: number): this {
    const at = this.#room(8)
    this.#view.setBigUint64(at, BigInt(value))
    return this
  }

  bytes(value: Uint8Array): this {
    const at = this.#room(value.length)
    this.#bytes.set(value, at)
    return this
  }

  /** Lower-case hex digits as bytes. */
  hex(text: string): this {
    return this.bytes(unhex(text))
  }

  done(): Uint8Array {
    return copyBytes(this.#bytes.subarray(0, this.#length))
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0
  /** False once more was read than there is. */
  ok = true

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** Everything was there, and nothing is left over. */
  get complete(): boolean {
    return this.ok && this.left === 0
  }

  #take(count: number): number | undefined {
    if (count > this.left) this.ok = false
    if (!this.ok) return undefined
    const at = this.#at
    this.#at += count
    return at
  }

  u8(): number {
    const at = this.#take(1)
    return at === undefined ? 0 : this.#view.getUint8(at)
  }

  u16(): number {
    const at = this.#take(2)
    return at === undefined ? 0 : this.#view.getUint16(at)
  }

  u32(): number {
    const at = this.#take(4)
    return at === undefined ? 0 : this.#view.getUint32(at)
  }

  /** Up to 2^53 − 1; anything above is not ok. */
  u64(): number {
    const at = this.#take(8)
    if (at === undefined) return 0
    const value = Number(this.#view.getBigUint64(at))
    if (!Number.isSafeInteger(value)) this.ok = false
    return this.ok ? value : 0
  }

  /** A copy. Empty when there are not so many. */
  bytes(count: number): Uint8Array {
    const at = this.#take(count)
    return at === undefined ? new Uint8Array(0) : copyBytes(this.#bytes.subarray(at, at + count))
  }

  hex(count: number): string {
    return hex(this.bytes(count))
  }
}

/** CRC-32 (IEEE 802.3): tells a torn or rotten record from a whole one; it proves nothing against a forger. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb8_8320 ^ (c >>> 1) : c >>> 1
  return c
})

/** length (4 bytes) || CRC-32 of the payload (4) || payload. */
export function framed(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(8 + payload.length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, payload.length)
  view.setUint32(4, crc32(payload))
  frame.set(payload, 8)
  return frame
}

/** The payload of a frame; undefined of a torn, rotten or overlong one. */
export function unframed(bytes: Uint8Array): Uint8Array | undefined {
  const reader = new ByteReader(bytes)
  const length = reader.u32()
  const checksum = reader.u32()
  if (!reader.ok || reader.left !== length) return undefined
  const payload = reader.bytes(length)
  return crc32(payload) === checksum ? payload : undefined
}
