// What nodes say to each other to keep the ring: greetings, sightings of others, probes, farewells.
import type { Contact } from '../src/core/contact.ts'
import type { Millis, RingKey } from '../src/core/id.ts'

/** A contact, and how long ago somebody heard that node itself: 0 for "just now, by me". */
export interface Sighting {
  readonly contact: Contact
  readonly age: Millis
}

export type OverlayMessage =
  /** `asks`: I do not know your contact, tell me. */
  | { readonly say: 'hello'; readonly contact: Contact; readonly asks: boolean }
  /** Asks for contacts near a position, and for table rows useful to the asker. */
  | { readonly say: 'near-request'; readonly nonce: number; readonly position: RingKey }
  | { readonly say: 'near'; readonly nonce: number; readonly sightings: readonly Sighting[] }
  | { readonly say: 'leaf-set'; readonly sightings: readonly Sighting[] }
  | { readonly say: 'probe'; readonly nonce: number }
  | { readonly say: 'probe-reply'; readonly nonce: number }
  | { readonly say: 'goodbye'; readonly sightings: readonly Sighting[] }
