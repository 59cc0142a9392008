// What of TN-1 can be chosen, with the defaults of the network.

export interface TrustOptions {
  /** A node's ratings are read when its trust is strictly above this. @default 600,000 millionths */
  readonly threshold?: number
  /** How many rounds of expansion. @default 6, the most */
  readonly rounds?: number
  /**
   * Whether trust is shown capped at ONE; without, `trust` says what `raw` says. What is multiplied
   * is capped either way. @default true
   */
  readonly cap?: boolean
  /** Forked authors: they may be trusted, but their ratings are not read. The set is kept, not copied. */
  readonly frozen?: ReadonlySet<number>
}
