// Messages on a stream: each behind its length as an unsigned varint (LEB128, at most 4 bytes,
// never 0, shortest form). The length is judged before anything is allocated, and a message that
// comes in pieces takes memory only for what has come, so an announced length costs us nothing.
import type { Stream } from '@libp2p/interface'
import { pipe } from 'it-pipe'
import { copyBytes } from '../../core/bytes.ts'

/** What a stream broke: said in the log, and the reason for cutting its peer. */
export class FramingError extends Error {}

/** Bytes of the longest length prefix: 2^28 - 1, well above any bound in use. */
const prefixBytesMax = 4

/** First allocation for a message that comes in pieces; doubles as more comes. */
const pieceBytes = 4_096

/** The bytes that the prefix of a message of this length takes. */
export const prefixBytes = (length: number): number =>
  length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 4

/** Messages one after the other with their prefixes, as one piece. */
export function encodeFrames(messages: readonly Uint8Array[]): Uint8Array {
  let total = 0
  for (const message of messages) total += prefixBytes(message.length) + message.length
  const frames = new Uint8Array(total)
  let at = 0
  for (const message of messages) {
    let rest = message.length
    while (rest >= 0x80) {
      frames[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    frames[at++] = rest
    frames.set(message, at)
    at += message.length
  }
  return frames
}

/** Takes a stream's chunks and gives the messages that they complete; each message owns its bytes. */
export class FrameDecoder {
  readonly #bytesMax: number
  #length = 0
  #prefixDigits = 0
  #body: Uint8Array | undefined
  #have = 0

  constructor(messageBytesMax: number) {
    this.#bytesMax = messageBytesMax
  }

  /**
   * The messages that end within this chunk.
   *
   * @throws FramingError when a prefix is zero, not in its shortest form, or beyond the bound
   */
  *decode(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    let at = 0
    while (at < chunk.length) {
      if (this.#body === undefined) {
        if (!this.#readPrefixDigit(chunk[at++]!)) continue
        const whole = at + this.#length
        if (whole <= chunk.length) {
          yield copyBytes(chunk.subarray(at, whole))
          at = whole
          this.#length = 0
          continue
        }
        this.#body = new Uint8Array(Math.min(this.#length, pieceBytes))
      }
      at += this.#gather(chunk.subarray(at))
      if (this.#have === this.#length) yield this.#takeBody()
    }
  }

  /** True when the prefix is complete and `#length` holds what it says. */
  #readPrefixDigit(digit: number): boolean {
    this.#length += (digit & 0x7f) * 2 ** (7 * this.#prefixDigits)
    this.#prefixDigits += 1
    if (this.#length > this.#bytesMax)
      throw new FramingError(`a message of over ${this.#bytesMax} bytes was announced`)
    if (digit >= 0x80) {
      if (this.#prefixDigits === prefixBytesMax) throw new FramingError('a length has no end')
      return false
    }
    if (digit === 0) throw new FramingError('a length is zero or not in its shortest form')
    this.#prefixDigits = 0
    return true
  }

  /** Copies what belongs to the message under way; returns how many bytes that was. */
  #gather(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.#length - this.#have)
    const needed = this.#have + taken
    if (needed > this.#body!.length) {
      const roomier = new Uint8Array(Math.min(this.#length, Math.max(needed, 2 * this.#have)))
      roomier.set(this.#body!.subarray(0, this.#have))
      this.#body = roomier
    }
    this.#body!.set(bytes.subarray(0, taken), this.#have)
    this.#have = needed
    return taken
  }

  #takeBody(): Uint8Array {
    const body = this.#body!
    this.#body = undefined
    this.#have = 0
    this.#length = 0
    return body
  }
}

/** What libp2p hands in: bytes in one piece or a list of pieces; `subarray` joins them. */
type Chunk = { subarray(): Uint8Array }

/** The same as a transform in a pipeline: chunks in, whole messages out. */
export async function* decodeFrames(
  source: AsyncIterable<Chunk>,
  messageBytesMax: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = new FrameDecoder(messageBytesMax)
  for await (const chunk of source) yield* decoder.decode(chunk.subarray())
}

/** The first message; the end of the stream is not waited for: it may have come before we listen. */
export function readOne(stream: Stream, bytesMax: number): Promise<Uint8Array> {
  return pipe(
    stream,
    (source) => decodeFrames(source, bytesMax),
    async (messages) => {
      for await (const message of messages) return message
      throw new Error('the answer ended early')
    },
  )
}
