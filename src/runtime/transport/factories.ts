// What a program hands in to carry bytes instead of TCP.
import type { Libp2pOptions } from 'libp2p'

/** libp2p's factories of transports, such as `tcp()` gives. */
export type TransportFactories = NonNullable<Libp2pOptions['transports']>
