// What a node is started on: its key, its network, its ways into it, its store and where it listens. In
// a home all that outlasts the process; in memory it goes with the node.
import type { Invite } from '../core/invite.ts'
import { asFailure } from './chain/corruption.ts'
import type { Network } from './home/genesis.ts'
import { openHome } from './home/home.ts'
import { type Identity, loadOrCreateIdentity, newIdentity } from './home/identity.ts'
import { anyPort, listenAt, type OpenAt } from './listening.ts'
import { networkFor, networkInMemory, waysIn } from './network.ts'
import type { HomeSettings, NodeSettings } from './settings.ts'
import { openNodeStore } from './store/format.ts'
import { openMemoryStore } from './store/memory.ts'
import type { Store } from './store/store.ts'
import { inTurn } from './transport/in-turn.ts'
import type { Transport } from './transport/transport.ts'

export interface Ground {
  /** The home's folder; undefined in memory. */
  readonly folder: string | undefined
  readonly identity: Identity
  readonly network: Network
  readonly invites: readonly Invite[]
  readonly store: Store
  /** Opens the transport where the node is to listen. */
  listen(open: OpenAt): Promise<Transport>
  /** Closes the store and lets the home go. */
  close(): Promise<void>
}

/** Opens a home, making what is not there; throws a Failure that says why it cannot. */
export async function groundAtHome(settings: HomeSettings): Promise<Ground> {
  const { join, log } = settings
  const home = await openHome(settings.home)
  const opened: { close(): Promise<void> }[] = [home]
  try {
    const identity = await loadOrCreateIdentity(home.identity)
    const network = await networkFor(home, identity, settings)
    const invites = await waysIn(home, join)
    const store = await openNodeStore(
      home.store,
      settings.engine === undefined ? {} : { engine: settings.engine },
      (migration) => log?.('info', 'the store was brought up to a newer format', migration),
    )
    opened.unshift(store)
    return {
      ...{ folder: home.folder, identity, network, invites, store },
      listen: (open) =>
        listenAt(home, settings.listen, open, (addresses, why) =>
          log?.('warn', 'it listens at another address than last time', { addresses, why }),
        ),
      close: () => inTurn([() => store.close(), () => home.close()]),
    }
  } catch (error) {
    for (const one of opened) await one.close().catch(() => {})
    throw asFailure(error, home.folder)
  }
}

/**
 * A key made for this once, and a store in memory. A key must not sign again after its store is gone: it
 * would contradict itself.
 */
export async function groundInMemory(settings: NodeSettings): Promise<Ground> {
  const identity = newIdentity()
  const network = await networkInMemory(identity, settings)
  const store = openMemoryStore()
  return {
    ...{ folder: undefined, identity, network, store },
    invites: settings.join === undefined ? [] : [settings.join],
    listen: (open) => open(settings.listen ?? anyPort),
    close: () => store.close(),
  }
}
