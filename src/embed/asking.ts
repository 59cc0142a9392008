// What may be said besides what must be said, when a program asks its node for something.

/** What a rating may say besides its value. */
export interface RatingOptions {
  /** @default the node's first overlay */
  readonly overlay?: string
  /** For people, at most 256 bytes. */
  readonly reason?: string
  /** Seconds to wait until a block holds it, 1 to 290. @default it is answered once signed and on its way */
  readonly wait?: number
}

export interface RouteOptions {
  /** @default the node's first overlay */
  readonly overlay?: string
  /** Parallel routes over different first hops. @default the routing policy's */
  readonly routes?: number
}

export interface PutOptions {
  /** @default none: the key is the hash of the content */
  readonly name?: string
  /** Seconds that it lives from now. @default a day */
  readonly expires?: number
}

/** What ends a feed before the node does. */
export interface FeedOptions {
  readonly signal?: AbortSignal
}
