// What a peer says that it speaks: `node spoken.ts MULTIADDR` dials it and prints its protocols as JSON.
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const node = await createLibp2p({
  ...{ transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()] },
  connectionMonitor: { enabled: false },
  services: { identify: identify({ runOnConnectionOpen: false }) },
})
const connection = await node.dial(multiaddr(process.argv[2]!))
const { protocols } = await node.services.identify.identify(connection)
console.log(JSON.stringify(protocols))
await node.stop()
