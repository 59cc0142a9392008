// The kinds of events, by name: what a listener may ask for is known without loading the schemas. The
// compiler keeps the list to the kinds that the schema has.
import type { EventView } from './service.ts'

const kinds = {
  ...{ joined: true, connected: true, disconnected: true, lost: true, rated: true, forked: true },
  ...{ misbehaved: true, 'damaged-store': true, delivered: true, stopping: true, block: true },
  ...{ vote: true, banned: true, healed: true, elected: true },
} as const satisfies Readonly<Record<EventView['event'], true>>

/** Every kind of event there is. */
export const eventKinds: readonly string[] = Object.keys(kinds)
