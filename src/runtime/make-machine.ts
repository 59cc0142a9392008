// The pure node of a running one, made from what lies in its home, and where its peers are dialled.
import { randomBytes } from 'node:crypto'
import { blockKey } from '../../consensus/engine-stored.ts'
import { decodePrevious, previousKey } from '../../consensus/wal-block.ts'
import type { NodeId, PublicKey } from '../core/id.ts'
import { seededRandom } from '../core/random.ts'
import type { Verify } from '../core/signature.ts'
import { NodeMachine } from '../node/node-machine.ts'
import type { NodeOverlay } from '../node/node-ports.ts'
import type { Network } from './home/genesis.ts'
import type { Identity } from './home/identity.ts'
import { ledgerGenesisOf } from './home/ledger-genesis.ts'
import type { NodeSettings } from './settings.ts'
import type { Store } from './store/store.ts'

/** Addresses tried of a peer that others reported: enough for v4 and v6, too few to scan with. */
export const unheardAddressesMax = 2

export interface Whereabouts {
  readonly publicKey: PublicKey
  readonly addresses: readonly string[]
}

/** What a peer says of itself first, then where an invite says it is. */
export const whereabouts = (
  contact: Whereabouts | undefined,
  invite: Whereabouts | undefined,
): Whereabouts | undefined =>
  contact === undefined || invite === undefined
    ? (contact ?? invite)
    : {
        publicKey: contact.publicKey,
        addresses: [...new Set([...contact.addresses, ...invite.addresses])],
      }

/** What a machine is made of. */
export interface MachineParts {
  readonly settings: NodeSettings
  readonly overlays: readonly NodeOverlay[]
  readonly identity: Identity
  readonly network: Network
  readonly store: Store
  readonly verify: Verify
  readonly storedBlock: (height: number) => Uint8Array | undefined
}

/** All that a start reads, by the beginning of its keys; blocks stay on disk. */
const prefixes = [
  ...['contact/', 'entry/', 'fork/', 'state/', 'value/', 'wal/', 'signed', 'previous'],
] as const

/** Blocks that a start reads. */
const newestBlocksMax = 16

/** @throws Failure `genesis/…` when this version cannot follow the network's parameters */
export async function makeMachine(
  { settings, overlays, identity, network, store, verify, storedBlock }: MachineParts,
  addresses: readonly string[],
  bootstraps: readonly NodeId[],
): Promise<NodeMachine> {
  const stored: (readonly [string, Uint8Array])[] = []
  for (const prefix of prefixes) for await (const pair of store.entries(prefix)) stored.push(pair)
  stored.push(...(await newestBlocks(store)))
  return new NodeMachine(
    {
      ...{ signer: identity.signer, verify, storedBlock },
      random: seededRandom(randomBytes(4).readInt32BE()),
    },
    {
      chainId: network.chainId,
      overlays,
      routing: settings.routing ?? 'trustnet',
      owner: settings.owner ?? '',
      addresses,
      bootstraps,
      freshKey: identity.fresh,
      founding: ledgerGenesisOf(network),
      stored,
      ...(settings.timing === undefined ? {} : { timing: settings.timing }),
    },
  )
}

/** The newest blocks, for peers that are a moment behind; older ones are read when they are asked for. */
async function newestBlocks(store: Store): Promise<(readonly [string, Uint8Array])[]> {
  const previous = await store.get(previousKey)
  const top = previous === undefined ? 0 : decodePrevious(previous)?.header.height
  const blocks: (readonly [string, Uint8Array])[] = []
  for (let height = top ?? 0; height > 0 && blocks.length < newestBlocksMax; height--) {
    const bytes = await store.get(blockKey(height))
    if (bytes === undefined) break
    blocks.unshift([blockKey(height), bytes])
  }
  return blocks
}
