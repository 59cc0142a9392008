// Founds a network with several members. On one machine every home gets its identity first and then the
// genesis that all share, since that names their keys; across machines the other founders' keys are
// named, and their nodes fetch the genesis as anybody who joins does.
import { Failure } from '../../core/failure.ts'
import { publicKeyOfPeerId } from '../../core/id.ts'
import { committeeSizeMax } from '../../core/limits.ts'
import {
  adoptNetwork,
  encodeGenesis,
  loadNetwork,
  type Network,
  nameCharactersMax,
} from './genesis.ts'
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

/** What one of several founders founds. */
export interface FoundingWith {
  readonly home: string
  /** PeerIds of the other founding members, judged. */
  readonly members: readonly string[]
  readonly name: string
  readonly parameters: Readonly<Record<string, number>>
}

/**
 * Refuses founders that no genesis can name, before anything is written.
 *
 * @param others PeerIds beside the founder's own
 * @throws Failure `peer/malformed-id`, `network/too-many-members`, `network/bad-name`
 */
export function judgeFounders(others: readonly string[], name: string): void {
  for (const peerId of others) publicKeyOfPeerId(peerId)
  const members = new Set(others).size + 1
  if (members > committeeSizeMax)
    throw new Failure('network/too-many-members', { members, membersMax: committeeSizeMax })
  if ([...name].length > nameCharactersMax)
    throw new Failure('network/bad-name', { charactersMax: nameCharactersMax })
}

/**
 * Writes the genesis of a network into one founder's home, whose key is made where there is none.
 *
 * @throws Failure `home/locked`, `home/has-network`, `home/unusable`, `home/malformed`
 */
export async function foundWith(
  founding: FoundingWith,
): Promise<{ readonly network: Network; readonly peerId: string }> {
  const { members, name, parameters } = founding
  await using home = await openHome(founding.home)
  const present = await loadNetwork(home.genesis)
  if (present !== undefined)
    throw new Failure('home/has-network', { folder: home.folder, chainId: present.chainId })
  const { peerId } = await loadOrCreateIdentity(home.identity)
  const genesis = { name, createdAt: Date.now(), members: [peerId, ...members], parameters }
  const network = await adoptNetwork(home.folder, home.genesis, encodeGenesis(genesis))
  return { network, peerId }
}
