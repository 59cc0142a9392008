// The bounds of keyed values: what one value, one peer or all of them may cost a holder, and how much
// an errand of our own may ask. Relations are asserted at load.
import { assert } from '../../src/core/assert.ts'
import type { Millis } from '../../src/core/id.ts'
import { messageBytesMax, payloadBytesMax } from '../../src/core/limits.ts'

/** One value: as much as one routed message carries. */
export const valueBytesMax = payloadBytesMax

/** UTF-8 bytes of the name of a signed value. */
export const valueNameBytesMax = 128

/** Holders of a value (Kademlia's k, the 8): of five nodes that fail one at random, all eight do once in 400,000. */
export const holdersWanted = 8

/** Holders are chosen among so many nearest: room for trust to choose, near enough to be found again. */
export const holderWindow = 2 * holdersWanted

/** A holder takes values that it stands so near to in its own view, which is not quite the writer's. */
export const admissionWindow = 3 * holdersWanted

/** Lives of values: unless said otherwise, at most, at least; and how far clocks may differ. */
export const valueLifeMsDefault: Millis = 86_400_000
export const valueLifeMsMax: Millis = 7 * 86_400_000
export const valueLifeMsMin: Millis = 1_000
export const clockDriftMsMax: Millis = 600_000

/** Values held for the network, by count and bytes: all of it lies in memory. */
export const valuesHeldMax = 16_384
export const valuesHeldBytesMax = 67_108_864

/**
 * Of those, what came from peers without our trust: strangers cannot fill what friends need. By count too:
 * values of one byte would take every place long before they take the bytes.
 */
export const strangersHeldMax = valuesHeldMax / 2
export const strangersHeldBytesMax = valuesHeldBytesMax / 2

/** Sequences of signed values that expired: an older one must not come back. The latest half always is kept. */
export const outlivedMax = 2 * valuesHeldMax

/** New bytes taken of one peer a minute, and as much at once: 128 values of the largest. */
export const bytesPerPeerPerMinuteMax = 4_194_304

/** Requests answered to one peer a second, and at once. */
export const requestsPerPeerPerSecondMax = 200
export const requestsPerPeerAtOnceMax = 800

/** Contacts named in one answer. */
export const contactsNamedMax = holderWindow / 2

/** Own puts and gets at one time. */
export const errandsMax = 256

/** How long a put or get may take, unless said otherwise. */
export const errandMsDefault: Millis = 20_000

/**
 * Of that time, how much goes at most to finding the nodes near the key. The router tries other first hops
 * after half of its ten seconds, exactly where somebody drops what it routes: these are worth waiting for.
 */
export const locatingShare = 0.6

/** Peers asked for a value at a time, and in one errand altogether: a window for each source (candidates.ts). */
export const askedAtOnceMax = 3
export const askedMax = 3 * holderWindow

/** Peers named in answers that one errand keeps in mind, the nearest to its key. */
export const toldPerErrandMax = 128

/** Values offered in one message, as many as one slice of repair; kept of one peer until they were asked for. */
export const offeredMax = 256

/** Missing copies asked for at a time, of one peer and of all; and waiting to be asked for. */
export const pullsPerPeerMax = 8
export const pullsMax = 32
export const pullsWaitingMax = 65_536

/**
 * A peer that so many times in turn did not have what it offered is not asked again for so long; such peers
 * remembered. Fewer times happen to the honest: what was offered has expired meanwhile, or an answer is lost.
 */
export const offerMissesMax = 3
export const brokenOfferMs: Millis = 60_000
export const brokenOffersMax = 1_024

/** A peer that is out of reach or busy is not asked for so long: no longer than until its own next slice of repair. */
export const unansweredRestMs: Millis = 4_000

/** How long a peer's share of bytes takes to be whole again: its copies are asked for after that. */
export const shareFillsMs: Millis = 60_000

/** What was asked for and could not be kept is not asked for again for so long; such copies remembered. */
export const refusedCopyMs: Millis = 600_000
export const refusedCopiesMax = 2 * valuesHeldMax

/** How long a node that leaves waits for those whom it offers its values; and while nobody asks for any. */
export const handOverMsMax: Millis = 2_000
export const handOverQuietMs: Millis = 500

/** Values whose holders are thought over in one slice of repair. */
export const repairedPerSliceMax = 256

assert(2 * valueBytesMax <= messageBytesMax, 'a value and what wraps it fit a message')
assert(offeredMax * 32 <= messageBytesMax, 'a full offer fits a message')
assert(repairedPerSliceMax <= offeredMax, 'a slice of repair is one offer')
assert(holdersWanted < holderWindow, 'trust has somebody to choose from')
assert(admissionWindow > holderWindow, 'who is chosen by a slightly different view takes the value')
