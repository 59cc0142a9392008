// When a node cannot go on because of what its store says of the chain: those errors of the consensus
// machine become a Failure that names the home.
import { StateDiverged, StoreTorn } from '../../../consensus/engine-stored.ts'
import { SignedCorrupt } from '../../../consensus/last-signed.ts'
import { WalCorrupt } from '../../../consensus/wal.ts'
import { Failure } from '../../core/failure.ts'

const kinds = [WalCorrupt, SignedCorrupt, StoreTorn, StateDiverged]

/** The error itself where it is of another kind. */
export const asFailure = (error: unknown, folder: string): unknown =>
  error instanceof Error && kinds.some((kind) => error instanceof kind)
    ? new Failure('chain/corrupt', { folder, why: error.message })
    : error
