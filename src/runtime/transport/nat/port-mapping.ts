// The router at home asked for a port, by UPnP. What it maps counts once a peer got through, like any
// other port.
import type { Startable } from '@libp2p/interface'
import type { uPnPNAT } from '@libp2p/upnp-nat'
import { instead } from './instead.ts'

type Components = Parameters<ReturnType<typeof uPnPNAT>>[0]

/** Finds the router by itself, now or later, and calls at every port that it maps. Loaded here alone: it brings an XML parser along. */
export async function portMapping(components: Components, mapped: () => void): Promise<Startable> {
  const { uPnPNAT } = await import('@libp2p/upnp-nat')
  const { peerId, nodeInfo, logger, events, addressManager } = components
  return uPnPNAT({ portMappingDescription: 'trustnet' })({
    ...{ peerId, nodeInfo, logger, events },
    addressManager: instead(addressManager, {
      addPublicAddressMapping: (...mapping) => {
        addressManager.addPublicAddressMapping(...mapping)
        mapped()
      },
    }),
  }) as object as Startable
}
