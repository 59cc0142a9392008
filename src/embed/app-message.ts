// A message of an application, as `listen` hands it out.
import type { EventView } from '../api/service.ts'

/** A message that arrived because this node is the root of its key. */
export interface AppMessage {
  /** Null where it was sent without. */
  readonly topic: string | null
  /** 32 hex digits. */
  readonly key: string
  /** Who says that it sent this. Not proven: sign what matters. */
  readonly origin: {
    readonly nodeId: string
    readonly peerId: string | null
    readonly owner: string
  }
  readonly bytes: Uint8Array
  /** The bytes as UTF-8; null when they are not. */
  readonly text: string | null
  /** When it arrived, milliseconds since the Unix epoch. */
  readonly at: number
}

/** What an event of a delivery carries. */
export function messageOf({
  topic,
  key,
  origin,
  at,
  text,
  base64,
}: Extract<EventView, { event: 'delivered' }>): AppMessage {
  return { topic, key, origin, at, text, bytes: Uint8Array.from(Buffer.from(base64, 'base64')) }
}
