// What a program says when it starts a node of its own, and how that becomes the settings of the runtime.
import type { PolicyFactory } from '../../overlay/policy/policy.ts'
import { utf8 } from '../core/bytes.ts'
import { parseInvite } from '../core/invite.ts'
import type { NodeOptions } from '../node/node-ports.ts'
import type { NodeSettings } from '../runtime/settings.ts'
import type { StoreEngine } from '../runtime/store/store.ts'
import type { TransportFactories } from '../runtime/transport/factories.ts'

/**
 * How a node is started. Everything has a default: `createNode()` founds a network in memory, on a free
 * port of loopback.
 *
 * @stability stable
 */
export interface CreateNodeOptions {
  /**
   * A folder that keeps key, network and store; made when it is not there, held by one process at a time.
   *
   * @default none: a new key, and a store in memory that ends with the node
   */
  readonly home?: string
  /** The invite of a node whose network to join (`trustnet:/ip4/…`). @default the home's network, or a new one */
  readonly join?: string
  /** The genesis file of the network, where it is at hand. @default fetched from the node that `join` names */
  readonly genesis?: string | Uint8Array
  /** Multiaddrs to listen on. @default on 127.0.0.1 the port that the home listened on last, at first a free one */
  readonly listen?: readonly string[]
  /**
   * Transports of libp2p instead of TCP, such as `[webSockets()]`; `listen` then takes their addresses.
   *
   * @stability experimental: the type is libp2p's own and changes with its major version
   */
  readonly transports?: TransportFactories
  /**
   * Overlays to take part in, the first is the default: a name (`social`, `measured`, `open`), `NAME=KIND`,
   * `NAME=./policy.js`, or a name with a policy of one's own (docs/overlays.md).
   *
   * @default ['social']
   */
  readonly overlays?: readonly (
    | string
    | { readonly name: string; readonly makePolicy: PolicyFactory }
  )[]
  /** How the routing tables are filled (docs/routing.md). @default as `trustnet node start` */
  readonly policy?: NodeOptions['routing']
  /** A name for people, at most 64 bytes. */
  readonly owner?: string
  /** Find nodes of the same network on the LAN. @default false */
  readonly mdns?: boolean
  /** Relay for others while the Internet reaches this node (docs/nat.md). @default true */
  readonly relay?: boolean
  /** Ask the router for a port, where it listens beyond loopback. @default false */
  readonly upnp?: boolean
  /** The store engine of a new home; refused without a home. @default RocksDB where it loads, else classic-level */
  readonly engine?: StoreEngine
  /** Told of what is worth a log line. @default nobody: the node writes to no console */
  readonly logger?: (level: 'info' | 'warn' | 'error', what: string, facts: object) => void
  /** Intervals in milliseconds. @stability experimental */
  readonly timing?: NonNullable<NodeOptions['timing']>
}

/** The settings of the runtime; what is not said stays unsaid, so that defaults live in one place. */
export function settingsOf(options: CreateNodeOptions): NodeSettings {
  const { join, genesis, policy, logger, listen, transports, overlays, owner } = options
  const { mdns, relay, upnp, timing } = options
  return defined({
    ...{ listen, transports, overlays, owner, mdns, relay, upnp, timing },
    routing: policy,
    log: logger,
    join: join === undefined ? undefined : parseInvite(join),
    genesis: typeof genesis === 'string' ? utf8(genesis) : genesis,
  })
}

/** An object without the fields that are undefined. */
const defined = <T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
