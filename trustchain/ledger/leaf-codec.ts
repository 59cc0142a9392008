// Fixed layouts for leaves of the state and bodies of transactions: big-endian integers, lists and
// texts behind their length. The reader is total: after anything that is not there it has failed
// for good and returns zeros, so a decoder reads to its end and asks once.
import { copyBytes, hex, utf8, utf8Text } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'

const max48 = 2 ** 48

const digits = new Uint8Array(128)
for (const [value, digit] of [...'0123456789abcdef'].entries()) digits[digit.charCodeAt(0)] = value

export class Writer {
  /** Most leaves are shorter; grown when it does not suffice. */
  #buffer = new Uint8Array(128)
  #at = 0

  u8(value: number): this {
    this.#room(1)
    this.#buffer[this.#at++] = value
    return this
  }

  u16(value: number): this {
    this.#room(2)
    this.#buffer[this.#at++] = value >> 8
    this.#buffer[this.#at++] = value
    return this
  }

  u32(value: number): this {
    return this.u16(Math.floor(value / 65_536)).u16(value % 65_536)
  }

  /** Up to 2^53 − 1, in 8 bytes. */
  u64(value: number): this {
    const high = Math.floor(value / 2 ** 32)
    return this.u32(high).u32(value - high * 2 ** 32)
  }

  /** Two's complement in 4 bytes. */
  i32(value: number): this {
    return this.u32(value < 0 ? value + 2 ** 32 : value)
  }

  /** As they are; the reader must know how many. */
  bytes(bytes: Uint8Array): this {
    this.#room(bytes.length)
    this.#buffer.set(bytes, this.#at)
    this.#at += bytes.length
    return this
  }

  /** An even number of lower-case hex digits as bytes. */
  hex(text: string): this {
    this.#room(text.length / 2)
    for (let i = 0; i < text.length; i += 2)
      this.#buffer[this.#at++] = 16 * digits[text.charCodeAt(i)]! + digits[text.charCodeAt(i + 1)]!
    return this
  }

  /** UTF-8 behind its length in 2 bytes. */
  text(text: string): this {
    const bytes = utf8(text)
    return this.u16(bytes.length).bytes(bytes)
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.u16(items.length)
    for (const item of items) write(item)
    return this
  }

  done(): Uint8Array {
    return copyBytes(this.#buffer.subarray(0, this.#at))
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const larger = new Uint8Array(2 * (this.#at + bytes))
    larger.set(this.#buffer)
    this.#buffer = larger
  }
}

export class Reader {
  readonly #bytes: Uint8Array
  #at = 0
  #failed = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** True when everything was there and nothing is left over. */
  get complete(): boolean {
    return !this.#failed && this.#at === this.#bytes.length
  }

  get failed(): boolean {
    return this.#failed
  }

  // Read in place: a state has millions of integers, and a view of its own for each takes far longer.
  u8(): number {
    return this.#has(1) ? this.#bytes[this.#at++]! : 0
  }

  u16(): number {
    if (!this.#has(2)) return 0
    this.#at += 2
    return this.#bytes[this.#at - 2]! * 256 + this.#bytes[this.#at - 1]!
  }

  u32(): number {
    return this.u16() * 65_536 + this.u16()
  }

  u64(): number {
    const high = this.u16()
    const value = high * max48 + this.u16() * 2 ** 32 + this.u32()
    if (high < 32) return value
    this.#failed = true
    return 0
  }

  i32(): number {
    const value = this.u32()
    return value >= 2 ** 31 ? value - 2 ** 32 : value
  }

  /** A copy. */
  bytes(count: number): Uint8Array {
    return copyBytes(this.#take(count))
  }

  hex(count: number): string {
    return hex(this.#take(count))
  }

  nodeId(): NodeId {
    return this.hex(16) as NodeId
  }

  /** 0 or 1; anything else fails. */
  flag(): boolean {
    return this.flags(1) === 1
  }

  /** So many bits in a byte, the others 0; anything else fails. */
  flags(count: number): number {
    const value = this.u8()
    if (value >= 2 ** count) this.#failed = true
    return value
  }

  /** Well-formed UTF-8; anything else fails. */
  text(): string {
    const bytes = this.#take(this.u16())
    const text = utf8Text(bytes)
    // A decoder replaces what is malformed, and drops a byte-order mark: then it encodes to other bytes.
    if (utf8(text).length !== bytes.length || text.includes('\ufffd')) this.#failed = true
    return text
  }

  list<T>(read: () => T): T[] {
    const count = this.u16()
    const items: T[] = []
    for (let i = 0; i < count && !this.#failed; i++) items.push(read())
    return items
  }

  #has(count: number): boolean {
    if (this.#at + count > this.#bytes.length) this.#failed = true
    return !this.#failed
  }

  #take(count: number): Uint8Array {
    if (!this.#has(count)) return new Uint8Array(count > 65_536 ? 0 : count)
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }
}
