// What the values machine is given, and what its siblings tell it.
import type { Contact, VerifiedContact } from '../../src/core/contact.ts'
import type { ChainId, Millis, NodeId, RingKey } from '../../src/core/id.ts'
import type { Random } from '../../src/core/random.ts'
import type { Signer, Verify } from '../../src/core/signature.ts'
import type { RoutedRoot } from './errand.ts'
import type { ShelfBounds } from './shelf.ts'

export interface ValuesPorts {
  readonly self: NodeId
  readonly signer: Signer
  readonly verify: Verify
  readonly random: Random
  /** The nodes nearest to a key that this node hears and may speak to, itself among them, nearest first. */
  readonly nearest: (key: RingKey, count: number) => readonly NodeId[]
  /** Does a trusted route for the key end at this node? */
  readonly spans: (key: RingKey) => boolean
  readonly leaves: () => readonly NodeId[]
  readonly isTrusted: (node: NodeId) => boolean
  /** Its contact is at hand, it is not known to be gone, and there may be a link with it. */
  readonly mayAsk: (node: NodeId) => boolean
  readonly contact: (node: NodeId) => VerifiedContact | undefined
  /** Takes a contact that somebody names; undefined when it is not what it says. */
  readonly accept: (contact: Contact) => VerifiedContact | undefined
}

export interface ValuesOptions {
  readonly chainId: ChainId
  /** What an earlier run persisted under `value/`. */
  readonly stored: Iterable<readonly [string, Uint8Array]>
  readonly bounds?: ShelfBounds
  /** How long one answer may take. @default 3_000 */
  readonly patience?: Millis
  /** How long a put or get may take. @default errandMsDefault */
  readonly errandTimeout?: Millis
  /** Between two slices of repair, and two looks at the leaf set. @default 5_000 */
  readonly tickEvery?: Millis
  /** Between two passes over all values where nothing changed. @default 60_000 */
  readonly repairEvery?: Millis
}

/** What its siblings tell it: who stands at the end of the routes that it asked for. */
export interface RoutedNote {
  readonly note: 'routed'
  readonly ask: number
  readonly roots: readonly RoutedRoot[]
}
