// Which network a node belongs to: its home's own, the one that an invite names, or a new one with
// this node alone.
import { Failure } from '../core/failure.ts'
import { peerIdOf } from '../core/id.ts'
import { formatInvite, type Invite, parseInvite } from '../core/invite.ts'
import {
  adoptNetwork,
  encodeGenesis,
  genesisHashOf,
  loadNetwork,
  type Network,
} from './home/genesis.ts'
import { type Home, readDocument, writeDocument } from './home/home.ts'
import type { Identity } from './home/identity.ts'
import { fetchGenesis } from './transport/genesis.ts'

/**
 * The network for a start.
 *
 * @throws Failure `home/other-network`, `invite/malformed`, `invite/other-genesis`, `transport/no-genesis`
 */
export async function networkFor(
  home: Home,
  identity: Identity,
  join: Invite | undefined,
): Promise<Network> {
  const present = await loadNetwork(home.genesis)
  if (join === undefined) {
    if (present !== undefined) return present
    const genesis = encodeGenesis({
      name: '',
      createdAt: Date.now(),
      members: [identity.peerId],
      parameters: {},
    })
    return adoptNetwork(home.folder, home.genesis, genesis)
  }
  if (present !== undefined) {
    if (present.genesisHash === join.genesisHash) return present
    const chainId = join.genesisHash.slice(0, 16)
    throw new Failure('home/other-network', {
      folder: home.folder,
      chainId: present.chainId,
      asked: chainId,
    })
  }
  return adoptNetwork(home.folder, home.genesis, await fetchFirst(join))
}

async function fetchFirst(join: Invite): Promise<Uint8Array> {
  let failure: unknown = new Failure('invite/malformed', {
    text: peerIdOf(join.publicKey),
    why: 'it names no address',
  })
  for (const address of join.addresses) {
    try {
      const bytes = await fetchGenesis(`${address}/p2p/${peerIdOf(join.publicKey)}`)
      const got = genesisHashOf(bytes)
      if (got === join.genesisHash) return bytes
      failure = new Failure('invite/other-genesis', { address, asked: join.genesisHash, got })
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

/** Invites kept in a home: a network moves on, and eight ways in outlive most of that. */
const invitesMax = 8

/**
 * The ways into the network that this home knows: the invite at hand and those of earlier starts,
 * newest first. Kept in config.json, so that a node finds its network again when it was killed
 * before it had written down any neighbour.
 *
 * @throws Failure `home/malformed` naming the entry that is no invite
 */
export async function waysIn(home: Home, join: Invite | undefined): Promise<Invite[]> {
  const config = (await readDocument(home.config)) ?? {}
  const known = Array.isArray(config.invites) ? config.invites.map(String) : []
  const text = join === undefined ? [] : [formatInvite(join)]
  const invites = [...new Set([...text, ...known])].slice(0, invitesMax)
  if (text.length > 0) await writeDocument(home.config, { ...config, invites })
  return invites.map((invite) => {
    try {
      return parseInvite(invite)
    } catch (error) {
      // Only the ones on file can be wrong, and somebody wrote there.
      const place = known.indexOf(invite) + 1
      const why = `entry ${place} of invites: ${(error as Error).message}`
      throw new Failure('home/malformed', { file: home.config, why })
    }
  })
}
