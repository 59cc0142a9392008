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

/** Contacts a node keeps on file: some 1 MiB; a node uses a few hundred. */
export const contactsKnownMax = 4_096

/** Probes waiting for an answer at one time: two leaf sets' worth, so that a burst of reports is no dial storm. */
export const probesOutstandingMax = 64

/** Of those, probes for nodes that one peer reported: a peer that invents nodes must not use up all. */
export const probesPerReporterMax = 8

/** Of those, probes for reported nodes in all: our neighbours' lives are checked whatever others invent. */
export const probesOfReportedMax = 40

/** A report of a peer that nobody has heard for so long says nothing. */
export const sightingAgeMsMax = 3_600_000

/** Positions of nodes that we do not speak to, kept on others' word alone. Honest vetoes among 32 leaves are one or two. */
export const toldPositionsMax = 8

/** A position is kept on others' word when so many peers that we hear ourselves name it. */
export const positionReportersMin = 2

/** Requests for contacts that one peer may make a second, and at once: a join makes two dozen, of different peers. */
export const nearRequestsPerSecondMax = 5
export const nearRequestsAtOnceMax = 30

/** Searches (for a place to join, for a trusted node's contact) under way at one time. */
export const searchesMax = 8

/** Peers asked in one search: hops to any position, with room for dead ones. */
export const searchStepsMax = 24

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

// --- Trustchain -----------------------------------------------------------------------------

/** Keys whose node id is remembered (about 200 bytes each); beyond, the memo starts anew. */
export const identitiesMemoMax = 65_536

/** Authors whose logs are held. Any key may rate; until blocks price entries, this cap is what bounds made-up keys. */
export const authorsMax = 200_000

/** Entries of one author: a program rating 250 peers once a day for a year. */
export const entriesPerAuthorMax = 100_000

/** Entries of others held in memory, about 1 KiB each. Own entries are always held. */
export const entriesHeldMax = 1_000_000

/** Verified entries kept while the ones before them are fetched; the rest is asked for again. */
export const earlyEntriesMax = 512

/** Buckets of a digest: the first six bits of an author's id. */
export const digestBuckets = 64

/** Heads in one page, at most 72 bytes each. */
export const headsPerMessageMax = 2_000

/** Authors behind somebody's quoted head, waiting to be asked for; the next digest finds those beyond. */
export const wantsMax = 10_000

/** Peers remembered as a source of one author's missing entries. */
export const sourcesPerWantMax = 4

/** Ranges in one request: with one entry each they fill a page of answers. */
export const rangesPerRequestMax = 200

/** Range requests without an answer yet, to one peer and to all. */
export const requestsPerPeerMax = 2
export const requestsOutstandingMax = 16

/** Peers of whom the exchange keeps counters. */
export const exchangePeersMax = 1_024

/** Entries served to one peer a second, averaged over ten: a new node copies 100,000 entries in half a minute. */
export const entriesServedPerSecondMax = 4_000

/** New entries waiting for the next push; beyond, the digests carry them. */
export const newsMax = 2_000

/** Neighbours asked at once for our own newest entry. */
export const ownHeadAsksMax = 16

/** Local ratings that wait until the node knows its own newest entry. */
export const waitingCommandsMax = 256

assert(
  headsPerMessageMax * 72 + 64 <= messageBytesMax && rangesPerRequestMax * 40 <= messageBytesMax,
  'a page of heads and a full request fit a message',
)

// --- Trust graphs and files of ratings ------------------------------------------------------

/** Overlays whose ratings are read into trust. Names cost nothing to make up; a node is in eight at most. */
export const ratedOverlaysMax = 256

/** A line of a ratings file: two ids, a value, an overlay and a sequence number fit many times over. */
export const ratingLineBytesMax = 4_096

/** A line of a METIS file, which holds all neighbours of one node: a million of them. */
export const adjacencyLineBytesMax = 8_388_608

/** An id in a ratings file: a PeerId has 52 characters, a name of a data set less. */
export const ratedIdCharactersMax = 256

/** Ratings in one file: some 400 MB in memory, twenty times the largest public trust graph. */
export const ratingsPerFileMax = 20_000_000

/** Different ids in one file, counted in each overlay. */
export const idsPerFileMax = 2_000_000

/** Overlays in one file. */
export const overlaysPerFileMax = 1_024

/** Bytes of a ratings file once unpacked: a small archive can hold any amount. */
export const ratingFileBytesMax = 4_294_967_296

// --- Committee and blocks -------------------------------------------------------------------

/** Seats of a committee (4-consensus): every member hears every vote of every other. */
export const committeeSizeMax = 31

/** Sum of voting powers: three times it stays exact. */
export const votingPowerMax = 2 ** 50

/** Rounds of one height: with timeouts that grow, a day of failing rounds. A vote beyond is refused. */
export const roundMax = 100_000

/** Rounds ahead of ours of which votes are kept (r and r + 1); of later ones only each member's highest. */
export const futureRoundsMax = 1

/** A block's transactions, all bytes together: with header and last commit a block fits one message. */
export const blockBytesMax = 196_608

/** Transactions of one block: at 300 bytes each they fill it. */
export const transactionsPerBlockMax = 1_024

/** One transaction: an entry at its largest, or two of them in a fork proof, and what wraps it. */
export const transactionBytesMax = 2_304

/** Transactions waiting for a block, by count and bytes: some ten seconds of full load. */
export const poolTransactionsMax = 20_000
export const poolBytesMax = 8_388_608

/** Waiting transactions of one author: below a flood, above anybody's honest burst. */
export const poolPerAuthorMax = 256

/** Entries of one author in one block. */
export const ratingsPerAuthorPerBlockMax = 64

/** A block's time may be ahead of a member's clock by this much before it refuses to prevote it. */
export const blockTimeDriftMsMax = 10_000

/** Evidence of a height that lies further back is refused: it must outlast an epoch and be forgotten some day. */
export const evidenceBlocksMax = 100_000

/** Finalized blocks in one answer of block sync. */
export const blocksPerMessageMax = 64

assert(blockBytesMax + 32_768 <= messageBytesMax, 'a block with header and commit fits a message')
assert(2 * entryBytesMax + 256 <= transactionBytesMax, 'a fork proof fits a transaction')
