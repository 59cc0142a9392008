// Every bound, with its unit at the end of its name and its reason beside it. Relations between
// bounds are asserted at load.
import { assert } from './assert.ts'

/** Digits of a ring key: 128 bits in base 16 (b = 4, as in Pastry). */
export const ringDigits = 32

/** Leaf set, entries a side (Pastry's L/2; 3-routing): survives the loss of many neighbours at once. */
export const leavesPerSide = 16

/** log16 of a million peers is 5; four more hops leave room for detours. Longer is a loop. */
export const hopsMax = 9

/** One wire message. The largest honest one is a page of entries (entriesPerMessageMax × entryBytesMax). */
export const messageBytesMax = 262_144

/** A signed Trustchain entry, reason included. */
export const entryBytesMax = 1_024

/** Entries in one push or range answer. */
export const entriesPerMessageMax = 200

/** UTF-8 bytes of the reason beside a rating. */
export const reasonBytesMax = 256

/** An overlay's name: it stands in every entry. */
export const overlayNameBytesMax = 32

/** Addresses in one contact: loopback, LAN, public, relayed, v4 and v6 of each. */
export const addressesPerContactMax = 8

/** One multiaddr as text. */
export const addressBytesMax = 256

/** An owner's name. */
export const ownerBytesMax = 64

/** Overlays that one node takes part in. */
export const overlaysPerNodeMax = 8

/** Contacts in one message: two leaf sets and a few table rows. */
export const contactsPerMessageMax = 96

/** Text or bytes sent by `route send`. */
export const payloadBytesMax = 32_768

/** Routes of one lookup that run at the same time (strong mode of 3-routing). */
export const parallelRoutesMax = 16

/** Alternatives tried at a hop when no receipt comes (3-routing). */
export const hopAlternativesMax = 3

/** TN-1 rounds: trust at the sixth remove is at most 1.0 by multiplication, and graphs are covered by then. */
export const trustRoundsMax = 6

/** Bytes waiting for one peer before its link counts as congested. */
export const outboundQueueBytesMax = 4_194_304

/** Messages a second that one peer may send us, averaged over ten seconds; more is cut. */
export const inboundMessagesPerSecondMax = 5_000

assert(
  entriesPerMessageMax * (entryBytesMax + 16) <= messageBytesMax,
  'a full page of entries fits a message',
)
assert(payloadBytesMax * 2 <= messageBytesMax, 'a payload with its route fits a message')
assert(hopAlternativesMax < hopsMax, 'alternatives never outnumber hops')
