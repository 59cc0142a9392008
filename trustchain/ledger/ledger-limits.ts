// Bounds of the ledger, with units and reasons.
import { assert } from '../../src/core/assert.ts'
import { quorumOf } from '../../src/core/committee.ts'
import { transactionBytesMax } from '../../src/core/limits.ts'

/** Decoded and verified transactions remembered, with refused ones: a full pool and a few blocks, some 30 MB. */
export const checkedTransactionsMax = 32_768

/** Nodes in one page of an uptime report; each takes 26 bytes. */
export const heardPerPageMax = 80

/** Pages of one member's report in an epoch: 10,000 nodes. */
export const reportPagesMax = 125

/**
 * New roots in one change: 32 bytes each, beside 96 for each signature of a quorum of the present roots.
 * Of 24 roots and more not as many can be named any more, of 35 none: their quorum fills the transaction.
 */
export const rootsPerChangeMax = 20

/** Authors without standing: made-up keys cost nothing, their heads must not fill the state. */
export const authorsWithoutStandingMax = 200_000

/** Records of nodes without standing, for the same reason. */
export const nodesWithoutStandingMax = 100_000

/**
 * Hand-overs of one name, one key after the other: once a week for five years. Whoever rates the first
 * key is followed through all of them.
 */
export const handoversMax = 256

/** Hand-overs in one block: each moves all ratings of its name. */
export const successionsPerBlockMax = 1

/** Leaves of one chunk of a snapshot; with framing it fits a message. */
export const chunkBytesMax = 196_608

/** Chunks of one snapshot: some 3 GB. */
export const chunksMax = 16_384

/** Snapshots kept: the newest, and the one before for who is just reading it. */
export const snapshotsKeptMax = 2

/** Fork proofs found here that nobody has taken yet. */
export const foundForksMax = 64

assert(heardPerPageMax * 26 + 124 <= transactionBytesMax, 'a page of a report fits a transaction')
assert(
  13 + rootsPerChangeMax * 32 + quorumOf(rootsPerChangeMax) * 96 <= transactionBytesMax,
  'a change of roots fits a transaction',
)
