// Cuts a file that arrives in chunks of any size into lines, with bounded memory: at most one line
// is held back. LF and CRLF end lines; a byte order mark at the start is skipped.
import { concatBytes, utf8Text } from '../../src/core/bytes.ts'
import { badLine } from './bad-line.ts'

const lineFeed = 0x0a
/** Text is decoded in pieces of about this size, so that a large chunk does not double in memory. */
const pieceBytes = 262_144

export class LineSplitter {
  readonly #file: string
  readonly #lineBytesMax: number
  readonly #take: (text: string, number: number) => void
  #held: Uint8Array[] = []
  #heldBytes = 0
  #number = 0

  /** @param take is told every line, without its end, and its number from 1 */
  constructor(file: string, lineBytesMax: number, take: (text: string, number: number) => void) {
    this.#file = file
    this.#lineBytesMax = lineBytesMax
    this.#take = take
  }

  /** @throws Failure `ratings/bad-line` for a line that is too long or is not UTF-8, and what `take` throws */
  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const piece = chunk.subarray(from, from + pieceBytes)
      from += piece.length
      const last = piece.lastIndexOf(lineFeed)
      if (last >= 0) this.#takeAll(this.#release(piece.subarray(0, last)))
      this.#hold(piece.subarray(last + 1))
    }
  }

  /** The file is over: a last line without an end counts too. */
  end(): void {
    if (this.#heldBytes > 0) this.#takeAll(this.#release(new Uint8Array(0)))
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    // A copy: the caller may use its buffer again.
    this.#held.push(bytes.slice())
    this.#heldBytes += bytes.length
    if (this.#heldBytes > this.#lineBytesMax)
      throw this.#tooLong(this.#number + 1, utf8Text(this.#held[0]!.subarray(0, 100)))
  }

  #release(bytes: Uint8Array): Uint8Array {
    const whole = this.#held.length === 0 ? bytes : concatBytes([...this.#held, bytes])
    this.#held = []
    this.#heldBytes = 0
    return whole
  }

  #takeAll(bytes: Uint8Array): void {
    const text = utf8Text(bytes)
    for (let from = 0; from <= text.length; ) {
      const found = text.indexOf('\n', from)
      const to = found < 0 ? text.length : found
      const end = to > from && text.charCodeAt(to - 1) === 0x0d ? to - 1 : to
      this.#one(text.slice(from, end))
      from = to + 1
    }
  }

  #one(line: string): void {
    this.#number++
    const text = this.#number === 1 && line.startsWith('\ufeff') ? line.slice(1) : line
    if (text.length > this.#lineBytesMax) throw this.#tooLong(this.#number, text.slice(0, 100))
    if (text.includes('\ufffd'))
      throw badLine(
        { file: this.#file, number: this.#number, text },
        'This is not UTF-8 text: convert the file to UTF-8.',
      )
    this.#take(text, this.#number)
  }

  #tooLong(number: number, text: string) {
    return badLine(
      { file: this.#file, number, text },
      `The line is longer than ${this.#lineBytesMax} bytes: check --format, or split it.`,
    )
  }
}
