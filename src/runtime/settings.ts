// What a node may be started with, judged before anything is touched: a name or an overlay that its
// contact cannot carry would otherwise end it half-way.
import { multiaddr } from '@multiformats/multiaddr'
import { utf8 } from '../core/bytes.ts'
import { Failure } from '../core/failure.ts'
import type { ChainId, NodeId, PublicKey } from '../core/id.ts'
import type { Invite } from '../core/invite.ts'
import { ownerBytesMax } from '../core/limits.ts'
import type { Signer } from '../core/signature.ts'
import type { NodeMachine } from '../node/node-machine.ts'
import type { NodeOptions, NodeOverlay } from '../node/node-ports.ts'
import { overlaysOf } from './overlays.ts'
import type { StoreEngine } from './store/store.ts'
import type { TransportFactories } from './transport/factories.ts'

// An owner's name is shown in terminals: control characters could move the cursor or hide text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

export interface NodeSettings {
  /** Overlays as `overlaysOf` reads them; the first is the default. @default ['social'] */
  readonly overlays?: readonly (string | NodeOverlay)[]
  /** The network to join; without it the home's own, or a new one with this node alone. */
  readonly join?: Invite
  /** The genesis file of its network, where it is at hand. @default fetched from the node that `join` names */
  readonly genesis?: Uint8Array
  /** Multiaddrs. @default on 127.0.0.1 the port that the home listened on last, at first a free one */
  readonly listen?: readonly string[]
  /** What carries bytes. @default TCP */
  readonly transports?: TransportFactories
  readonly owner?: string
  /** Names of one's own for others, by which they are asked for; before what those call themselves. @default none */
  readonly petnames?: ReadonlyMap<string, PublicKey>
  /** @default 'trustnet' */
  readonly routing?: NodeOptions['routing']
  /** @default false */
  readonly mdns?: boolean
  /** Relay for others while the Internet reaches this node. @default true */
  readonly relay?: boolean
  /** Ask the router for a port, where it listens beyond loopback. @default false */
  readonly upnp?: boolean
  readonly timing?: NodeOptions['timing'] & { readonly keepEvery?: number }
  /** Where a peer is dialled instead of the addresses that it names: for tests with proxies between nodes. */
  readonly dialThrough?: (peer: NodeId, addresses: readonly string[]) => readonly string[]
  /** Puts an adversary around the machine: for devnets under attack. Everything else stays the node's own. */
  readonly around?: (
    machine: NodeMachine,
    own: { readonly nodeId: NodeId; readonly signer: Signer; readonly chainId: ChainId },
  ) => Pick<NodeMachine, 'step'>
  /** Told of what is worth a log line. */
  readonly log?: (level: 'info' | 'warn' | 'error', what: string, facts: object) => void
}

/** The settings of a node with a home. */
export interface HomeSettings extends NodeSettings {
  /** The home folder; made when it is not there. */
  readonly home: string
  /** @default RocksDB, or classic-level where that has no prebuild */
  readonly engine?: StoreEngine
}

/** What of the settings can be wrong by itself. */
export type CheckedSettings = Pick<NodeSettings, 'overlays' | 'owner' | 'listen' | 'transports'>

/**
 * Judges the settings of a start and reads its overlays.
 *
 * @throws Failure `node/malformed-owner`, `node/malformed-listen`, and those of `overlaysOf`
 */
export function judgeSettings(settings: CheckedSettings): Promise<NodeOverlay[]> {
  judgeOwner(settings.owner ?? '')
  for (const address of settings.listen ?? [])
    if (!isListenable(address, settings.transports !== undefined))
      throw new Failure('node/malformed-listen', { text: address })
  return overlaysOf(settings.overlays ?? ['social'])
}

function judgeOwner(owner: string): void {
  const bytes = utf8(owner).length
  const why = !owner.isWellFormed()
    ? 'it is no well-formed text'
    : control.test(owner)
      ? 'it has control characters'
      : bytes > ownerBytesMax
        ? `it takes ${bytes} bytes, ${ownerBytesMax} are allowed`
        : undefined
  if (why !== undefined) throw new Failure('node/malformed-owner', { why })
}

/** An address of a TCP port, or of whatever own transports know; whether it is free shows when it is taken. */
function isListenable(address: string, ofOwn: boolean): boolean {
  try {
    const components = multiaddr(address).getComponents()
    return ofOwn ? components.length > 0 : components.some(({ name }) => name === 'tcp')
  } catch {
    return false
  }
}
