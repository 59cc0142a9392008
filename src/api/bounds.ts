// The bounds of the node's HTTP server: what one client, or all of them, may cost a node whose first
// business is its network. Tests move single ones.

export interface ApiBounds {
  /** A body: a send of the largest payload in base64, with room for its names. */
  readonly requestBytesMax: number
  /** All headers of a request. Node's own default, written down. */
  readonly headerBytesMax: number
  /** From the first byte of a connection or request to the end of its headers: cuts who dribbles them. */
  readonly headersMsMax: number
  /** From the first byte of a request to the end of its body. */
  readonly requestMsMax: number
  /** How long a connection may stay between two requests. */
  readonly idleMsMax: number
  /** How long an answer may wait for a client that does not read it. */
  readonly unreadMsMax: number
  /** Connections at one time; a dashboard takes six. Beyond, the oldest makes room. */
  readonly connectionsMax: number
  /** How often slow connections are looked for. */
  readonly sweepMs: number
  /** Requests a second of one client that shows the token, and without; both may save up two seconds' worth. */
  readonly ownerRequestsPerSecondMax: number
  readonly guestRequestsPerSecondMax: number
  /** Listeners to events at one time. */
  readonly listenersMax: number
  /** Bytes waiting for one listener, some thousands of events; beyond, it is cut. */
  readonly listenerBytesMax: number
  /** Silence on an event stream: below the usual half minute after which proxies close what is idle. */
  readonly beatMs: number
}

export const defaultApiBounds: ApiBounds = {
  requestBytesMax: 65_536,
  headerBytesMax: 16_384,
  headersMsMax: 5_000,
  requestMsMax: 10_000,
  idleMsMax: 5_000,
  unreadMsMax: 10_000,
  connectionsMax: 256,
  sweepMs: 1_000,
  ownerRequestsPerSecondMax: 10_000,
  guestRequestsPerSecondMax: 1_000,
  listenersMax: 32,
  listenerBytesMax: 1_048_576,
  beatMs: 15_000,
}

/** Seconds' worth of requests that a client may save up. */
export const burstSeconds = 2

/** Clients whose rate is remembered; beyond, the oldest goes. All of this machine are one. */
export const clientsRememberedMax = 1_024
