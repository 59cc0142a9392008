// `--wait`: a rating that is answered only when a block holds it.
import type { GlobalFlags } from './base-command.ts'

/** What the request takes along on top of the wait, so that the node's own sentence arrives in time. */
const graceSeconds = 5

/** The most that the node waits (asks.ts). */
const waitSecondsMax = 290

export interface Finality<F> {
  /** For the body of the request. */
  readonly wait: { readonly wait?: number }
  /** The flags with which the client is made: it waits a little longer than the node. */
  readonly patient: F
}

export function finality<F extends GlobalFlags & { readonly wait: boolean }>(
  flags: F,
): Finality<F> {
  if (!flags.wait) return { wait: {}, patient: flags }
  return {
    wait: { wait: Math.min(flags.timeout, waitSecondsMax) },
    patient: { ...flags, timeout: flags.timeout + graceSeconds },
  }
}
