// The transport's own bounds: how much one peer, or all of them, may cost us. What concerns the
// protocols as well (message size, queue, rate) comes from the network's table of limits.
import {
  inboundMessagesPerSecondMax,
  messageBytesMax,
  outboundQueueBytesMax,
} from '../../core/limits.ts'

/** Every bound of a transport; tests and the bench move single ones. */
export interface TransportBounds {
  /** One message, checked against its length prefix before anything is allocated for it. */
  readonly messageBytesMax: number
  /** Bytes waiting for one peer over all protocols; beyond, its link is dropped as congested. */
  readonly outboundQueueBytesMax: number
  /** Messages a second from one peer, averaged over ten seconds; beyond, it is cut and shut out. */
  readonly inboundMessagesPerSecondMax: number
  /** Inbound streams of one protocol from one peer: one, and one more while a restart overlaps. */
  readonly inboundStreamsMax: number
  /** Connections with one peer: two when both dial at once, and as many again while a restart overlaps. */
  readonly connectionsPerPeerMax: number
  /** All connections. Table, leaf set and Kademlia's own peers fit several times. */
  readonly connectionsMax: number
  /** Dials under way at one time: a handshake costs about 20 ms of CPU, so more would only queue. */
  readonly dialsMax: number
  /** From the first attempt to the last address of a peer, Kademlia's answer included. */
  readonly dialTimeoutMs: number
  /** Wait after a first failed dial; doubles with each further one. A change of address ends it. */
  readonly backOffMs: number
  /** The longest wait between dials of one peer: half of a heartbeat's patience. */
  readonly backOffMsMax: number
  /** A dialled link that closes sooner counts as a failed dial: the other side may be refusing us. */
  readonly steadyMs: number
  /** How long a peer that broke a rule is shut out: the bucket that it emptied is full again by then. */
  readonly shutOutMs: number
  /** Between two heartbeats of a connection (6-operations). */
  readonly heartbeatMs: number
  /** How long a heartbeat may take: a busy machine with many nodes needs seconds. */
  readonly heartbeatPatienceMs: number
  /** How long the last messages may take to be read on `disconnect` and `stop`. */
  readonly flushMs: number
}

export const defaultBounds: TransportBounds = {
  messageBytesMax,
  outboundQueueBytesMax,
  inboundMessagesPerSecondMax,
  inboundStreamsMax: 2,
  connectionsPerPeerMax: 4,
  connectionsMax: 512,
  dialsMax: 16,
  dialTimeoutMs: 5_000,
  backOffMs: 250,
  backOffMsMax: 15_000,
  steadyMs: 3_000,
  shutOutMs: 10_000,
  heartbeatMs: 30_000,
  heartbeatPatienceMs: 15_000,
  flushMs: 1_000,
}

/** Seconds over which the inbound rate is averaged: a burst of that much is fine. */
export const rateWindowSeconds = 10

/** A genesis names its founding members; a thousand of them take some 200 KiB. */
export const genesisBytesMax = 262_144

/** A genesis comes over one round trip; a joiner that waits longer has the wrong address. */
export const genesisTimeoutMs = 5_000

/** Peers whose ids, shut-outs or failed dials are remembered (some 200 bytes each); beyond, the oldest goes. */
export const peersRememberedMax = 4_096
