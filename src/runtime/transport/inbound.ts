// The inbound side: one handler a protocol. Chunks become messages, messages are counted against
// the peer's rate, and the host is waited for before more is read. Whatever a peer does wrong ends
// in the same way: its link is dropped as refused and it is shut out for a while.
//
// Reading is synchronous, within the stream's own event, and not a pipeline over its iterator:
// there, the end of a connection overtakes the messages that came before it, and the iterator
// takes whatever arrives without waiting for anybody.
import type { Connection, Stream } from '@libp2p/interface'
import type { NodeId } from '../../core/id.ts'
import type { TransportBounds } from './bounds.ts'
import { FrameDecoder, FramingError } from './framing.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import type { Identities } from './identities.ts'
import type { Link, Protocol } from './link.ts'
import type { Links } from './links.ts'

/** Takes one message; a promise asks to wait before more is read from that stream. It must not reject. */
export type OnMessage = (
  from: NodeId,
  protocol: Protocol,
  bytes: Uint8Array,
) => Promise<void> | undefined | void

export interface InboundParts {
  readonly links: Links
  readonly gatekeeper: Gatekeeper
  readonly identities: Identities
  readonly bounds: TransportBounds
  readonly onMessage: OnMessage
}

/** The libp2p handler of a protocol. */
export function inboundHandler(parts: InboundParts, protocol: Protocol) {
  return (stream: Stream, connection: Connection): void => {
    const node = parts.identities.ofPeer(connection.remotePeer)?.nodeId
    const link = node === undefined ? undefined : parts.links.of(node)
    if (link === undefined || !link.connections.has(connection))
      return stream.abort(new Error('the link was dropped'))
    if (stream.status !== 'open') return
    if (link.inbound[protocol] >= parts.bounds.inboundStreamsMax) return cut(parts, link)
    link.inbound[protocol] += 1
    parts.links.answered(link)
    const reader = new Reader(parts, protocol, stream, link)
    // Our own half is never used: it ends with the peer's.
    const close = (): void => void stream.close().catch((error: Error) => stream.abort(error))
    stream.addEventListener('message', ({ data }) => reader.take(data.subarray()))
    stream.addEventListener('end', close)
    stream.addEventListener('close', () => {
      link.inbound[protocol] -= 1
    })
    if (stream.readableEnded) close()
  }
}

const cut = (parts: InboundParts, link: Link): void => parts.links.expel(link.peer.nodeId)

/** Reads one stream. While it waits for room, the peer may send one more window and must wait, too. */
class Reader {
  readonly #parts: InboundParts
  readonly #protocol: Protocol
  readonly #stream: Stream
  readonly #link: Link
  readonly #decoder: FrameDecoder

  constructor(parts: InboundParts, protocol: Protocol, stream: Stream, link: Link) {
    this.#parts = parts
    this.#protocol = protocol
    this.#stream = stream
    this.#link = link
    this.#decoder = new FrameDecoder(parts.bounds.messageBytesMax)
  }

  /** A chunk came; none comes while the stream is paused. */
  take(chunk: Uint8Array): void {
    const room = this.#deliver(this.#decoder.decode(chunk))
    if (room === undefined) return
    if (this.#stream.readStatus === 'readable') this.#stream.pause()
    void room.then(() => this.#resume())
  }

  /** Reads on. What resuming says to a peer that went meanwhile finds its connection closed, and throws. */
  #resume(): void {
    if (this.#link.dropped || this.#stream.readStatus !== 'paused') return
    try {
      this.#stream.resume()
    } catch (error) {
      this.#stream.abort(error as Error)
    }
  }

  /** Hands messages on until there are no more; a promise when the host wants it to wait in between. */
  #deliver(messages: Iterator<Uint8Array>): Promise<void> | undefined {
    const { gatekeeper, onMessage } = this.#parts
    const { nodeId } = this.#link.peer
    for (;;) {
      const message = this.#next(messages)
      // What a dropped peer had already sent is not wanted any more.
      if (message === undefined || this.#link.dropped) return undefined
      if (!gatekeeper.admits(nodeId)) {
        cut(this.#parts, this.#link)
        return undefined
      }
      const room = onMessage(nodeId, this.#protocol, message)
      if (room !== undefined) return room.then(() => this.#deliver(messages))
    }
  }

  /** The next message of a chunk; undefined at its end, or when the peer broke the framing. */
  #next(messages: Iterator<Uint8Array>): Uint8Array | undefined {
    try {
      const next = messages.next()
      return next.done === true ? undefined : next.value
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      cut(this.#parts, this.#link)
      return undefined
    }
  }
}
