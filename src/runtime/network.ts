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
  networkOf,
} from './home/genesis.ts'
import { type HomePaths, readDocument, writeDocument } from './home/home.ts'
import type { Identity } from './home/identity.ts'
import type { NodeSettings } from './settings.ts'
import { fetchGenesis } from './transport/genesis.ts'

/** What of the settings names a network. */
export type Belonging = Pick<NodeSettings, 'join' | 'genesis' | 'transports'>

/**
 * The network for a start.
 *
 * @throws Failure `home/other-network`, `invite/malformed`, `invite/other-genesis`, `transport/no-genesis`
 */
export async function networkFor(
  home: Pick<HomePaths, 'folder' | 'genesis'>,
  identity: Identity,
  belonging: Belonging,
): Promise<Network> {
  const present = await loadNetwork(home.genesis)
  const { join, genesis } = belonging
  if (present !== undefined) {
    const asked = join?.genesisHash ?? (genesis && genesisHashOf(genesis)) ?? present.genesisHash
    if (present.genesisHash === asked) return present
    throw new Failure('home/other-network', {
      folder: home.folder,
      chainId: present.chainId,
      asked: asked.slice(0, 16),
    })
  }
  return adoptNetwork(home.folder, home.genesis, await firstGenesis(identity, belonging))
}

/**
 * The network of a node in memory.
 *
 * @throws Failure `home/malformed`, `invite/malformed`, `invite/other-genesis`, `transport/no-genesis`
 */
export const networkInMemory = async (identity: Identity, belonging: Belonging): Promise<Network> =>
  networkOf(await firstGenesis(identity, belonging), 'the genesis')

/** The genesis at hand, the one that an invite names, or a new one with this node alone. */
async function firstGenesis(
  identity: Identity,
  { join, genesis, transports }: Belonging,
): Promise<Uint8Array> {
  if (genesis !== undefined) {
    const got = genesisHashOf(genesis)
    if (join !== undefined && join.genesisHash !== got)
      throw new Failure('invite/other-genesis', {
        ...{ address: join.addresses.join(', '), asked: join.genesisHash, got },
      })
    return genesis
  }
  if (join !== undefined) return fetchFirst(join, transports)
  return encodeGenesis({
    ...{ name: '', createdAt: Date.now(), members: [identity.peerId], parameters: {} },
  })
}

async function fetchFirst(join: Invite, transports: Belonging['transports']): Promise<Uint8Array> {
  let failure: unknown = new Failure('invite/malformed', {
    text: peerIdOf(join.publicKey),
    why: 'it names no address',
  })
  for (const address of join.addresses) {
    try {
      const bytes = await fetchGenesis(`${address}/p2p/${peerIdOf(join.publicKey)}`, {
        ...(transports === undefined ? {} : { transports }),
      })
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
export async function waysIn(
  home: Pick<HomePaths, 'config'>,
  join: Invite | undefined,
): Promise<Invite[]> {
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
