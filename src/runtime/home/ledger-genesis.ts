// What the ledger is founded on, read from a network's genesis file.
import type { LedgerGenesis } from '../../../trustchain/ledger/view.ts'
import { publicKeyOfPeerId } from '../../core/id.ts'
import type { Network } from './genesis.ts'

/** The genesis of the ledger: keys instead of PeerIds, the members as roots when none are named. */
export function ledgerGenesisOf({ genesis, chainId }: Network): LedgerGenesis {
  const { members, roots = members, createdAt, parameters } = genesis
  return {
    ...{ chainId, createdAt, parameters },
    members: members.map(publicKeyOfPeerId),
    roots: roots.map(publicKeyOfPeerId),
  }
}
