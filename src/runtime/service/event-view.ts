// What happens in a node, as the API tells it.
import type { VerifiedRating } from '../../../trustchain/entry.ts'
import type { EventView, RatingView } from '../../api/service.ts'
import type { Millis } from '../../core/id.ts'
import { unframed } from '../../core/topic-frame.ts'
import type { NodeEvent } from '../../node/node-ports.ts'
import type { Names } from './names.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text of bytes; null when they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

export function eventView(
  event: NodeEvent,
  at: Millis,
  names: Names,
  ratingView: (entry: VerifiedRating) => RatingView,
): EventView | undefined {
  switch (event.event) {
    case 'joined':
      return { event: 'joined', at }
    case 'connected':
      return { event: 'connected', at, peer: names.name(event.peer) }
    case 'disconnected':
      return { event: 'disconnected', at, peer: names.name(event.peer), why: event.why }
    case 'lost':
      return { event: 'lost', at, peer: names.name(event.peer) }
    case 'rated':
      return { event: 'rated', at, rating: ratingView(event.entry) }
    case 'forked':
      return { event: 'forked', at, author: names.name(event.author), own: event.own }
    case 'misbehaved':
      return { event: 'misbehaved', at, peer: names.name(event.peer), why: event.why }
    case 'damaged-store':
      return { event: 'damaged-store', at, keys: [...event.keys] }
    case 'delivered': {
      const { topic = null, content } = unframed(event.bytes)
      return {
        ...{ event: 'delivered', at, key: event.key, origin: names.name(event.origin), topic },
        text: textOf(content),
        base64: Buffer.from(content).toString('base64'),
      }
    }
    default:
      // What the chain tells is told by src/runtime/chain/chain-watch.ts.
      return undefined
  }
}
