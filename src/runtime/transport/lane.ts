// A lane: the outbound half of one protocol with one peer. Messages wait in order, several leave
// in one write, and no more is handed to the stream than it takes: when it asks to wait, the lane
// waits for its 'drain' (not for `onDrain`, whose promise stays resolved after its first use).
import type { Connection, Stream } from '@libp2p/interface'
import { encodeFrames, prefixBytes } from './framing.ts'

/** Bytes written at one time: one Noise frame's worth; larger writes are only split again below. */
const writeBytes = 65_536

/** Protocol negotiation takes one round trip. */
const openTimeoutMs = 5_000

type LaneState =
  | { readonly is: 'closed' }
  | { readonly is: 'opening' }
  | { readonly is: 'open'; readonly stream: Stream }

export class Lane {
  readonly #protocol: string
  readonly #failed: (lane: Lane) => void
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #flushing = false
  #state: LaneState = { is: 'closed' }

  /**
   * @param protocol the libp2p protocol name
   * @param failed called when the stream ended or could not be opened, so that what was handed to it may be lost
   */
  constructor(protocol: string, failed: (lane: Lane) => void) {
    this.#protocol = protocol
    this.#failed = failed
  }

  /** Bytes not yet handed to the multiplexer, prefixes included. */
  get queuedBytes(): number {
    return (
      this.#waitingBytes + (this.#state.is === 'open' ? this.#state.stream.writeBufferLength : 0)
    )
  }

  /** True when everything was handed to the multiplexer and it has room. */
  get idle(): boolean {
    return (
      this.#waitingBytes === 0 &&
      (this.#state.is !== 'open' ||
        (this.#state.stream.writeBufferLength === 0 && !this.#state.stream.writableNeedsDrain))
    )
  }

  get isOpen(): boolean {
    return this.#state.is === 'open'
  }

  /** Puts a message behind the others; `flush` or an opening stream sends it. */
  push(message: Uint8Array): void {
    this.#waiting.push(message)
    this.#waitingBytes += prefixBytes(message.length) + message.length
  }

  /** Forgets what waits. The stream, if any, is the connection's to end. */
  clear(): void {
    this.#waiting = []
    this.#waitingBytes = 0
    this.#state = { is: 'closed' }
  }

  /**
   * Ends our half and waits until the peer, having read it all, ended its own: a connection that is
   * closed before that may take the last messages with it. May reject when the stream breaks.
   */
  async finish(): Promise<void> {
    const state = this.#state
    this.clear()
    if (state.is !== 'open' || state.stream.status !== 'open') return
    const ended = new Promise<void>((resolve) =>
      state.stream.addEventListener('close', () => resolve()),
    )
    await state.stream.close()
    await ended
  }

  /** Writes what waits at the end of this turn, on a stream over `connection`, opened at first need. */
  flushOver(connection: Connection): void {
    if (this.#flushing || this.#waitingBytes === 0) return
    if (this.#state.is === 'closed') {
      this.#state = { is: 'opening' }
      void this.#open(connection)
      return
    }
    this.#writeSoon()
  }

  /**
   * Messages of one turn of the machine share a write. It also must not come from within the
   * stream's own 'drain' and 'idle': what is sent there stays in its buffer.
   */
  #writeSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    queueMicrotask(() => {
      this.#flushing = false
      this.#write()
    })
  }

  async #open(connection: Connection): Promise<void> {
    const opening = this.#state
    try {
      const stream = await connection.newStream(this.#protocol, {
        signal: AbortSignal.timeout(openTimeoutMs),
        // A relay bounds the bytes of a circuit; the link that it ends is made anew.
        runOnLimitedConnection: true,
      })
      if (this.#state !== opening) return stream.abort(new Error('the link was dropped'))
      this.#state = { is: 'open', stream }
      stream.addEventListener('drain', () => this.#writeSoon())
      stream.addEventListener('idle', () => this.#writeSoon())
      stream.addEventListener('close', () => this.#ended(stream))
      // Only we speak here. Whoever answers would do so past the limits on what a peer may send.
      stream.addEventListener('message', () => this.#ended(stream))
      if (stream.status !== 'open') return this.#ended(stream)
      this.#write()
    } catch {
      if (this.#state === opening) this.#failed(this)
    }
  }

  #ended(stream: Stream): void {
    if (this.#state.is === 'open' && this.#state.stream === stream) this.#failed(this)
  }

  #write(): void {
    const state = this.#state
    if (state.is !== 'open') return
    const { stream } = state
    while (
      this.#waiting.length > 0 &&
      !stream.writableNeedsDrain &&
      stream.writeBufferLength === 0
    ) {
      if (stream.writeStatus !== 'writable') return
      const batch = this.#takeBatch()
      try {
        stream.send(batch)
      } catch {
        // The stream broke under the write; its 'close' may have come first.
        if (this.#state === state) this.#failed(this)
        return
      }
    }
  }

  #takeBatch(): Uint8Array {
    let bytes = 0
    let count = 0
    while (count < this.#waiting.length && (count === 0 || bytes < writeBytes)) {
      const { length } = this.#waiting[count]!
      bytes += prefixBytes(length) + length
      count += 1
    }
    this.#waitingBytes -= bytes
    return encodeFrames(this.#waiting.splice(0, count))
  }
}
