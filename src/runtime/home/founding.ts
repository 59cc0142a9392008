// Founds a network with several members on one machine: the genesis names their keys, so every home
// gets its identity first and then the genesis that all share.
import { committeeSizeMax } from '../../core/limits.ts'
import { adoptNetwork, encodeGenesis, type Network } from './genesis.ts'
import { openHome } from './home.ts'
import { loadOrCreateIdentity } from './identity.ts'

export interface Founding {
  /** For people; '' is fine. */
  readonly name: string
  /** Home folders, made where they are not there; the first committeeSizeMax become members. */
  readonly homes: readonly string[]
  readonly parameters: Readonly<Record<string, number>>
}

/**
 * Makes identities and the network that they found. The homes must belong to no other network.
 *
 * @throws Failure `home/locked`, `home/other-network`, `home/unusable`, `home/malformed`
 */
export async function foundNetwork({ name, homes, parameters }: Founding): Promise<Network> {
  const peerIds: string[] = []
  for (const folder of homes) {
    await using home = await openHome(folder)
    peerIds.push((await loadOrCreateIdentity(home.identity)).peerId)
  }
  const members = peerIds.slice(0, committeeSizeMax)
  const bytes = encodeGenesis({ name, createdAt: Date.now(), members, parameters })
  let network: Network | undefined
  for (const folder of homes) {
    await using home = await openHome(folder)
    network = await adoptNetwork(home.folder, home.genesis, bytes)
  }
  return network!
}
