// Which ways to other nodes a node takes beyond its own machine. One that listens on loopback and
// knows nobody elsewhere takes none: a devnet asks nobody whether it can be dialled, and relays for
// nobody.
import type { Invite } from '../core/invite.ts'
import { isLoopback } from '../core/loopback.ts'
import type { NodeSettings } from './settings.ts'
import type { NatOptions } from './transport/nat/nat.ts'

/** The transport's option, for a spread; empty where none of it is wanted. */
export function waysOf(
  settings: Pick<NodeSettings, 'relay' | 'upnp'>,
  listen: readonly string[],
  invites: readonly Invite[],
  node: Pick<NatOptions, 'trust' | 'changed'>,
): { readonly nat?: NatOptions } {
  const listens = !listen.every(isLoopback)
  const goesOut = invites.some(({ addresses }) => !addresses.every(isLoopback))
  if (!listens && !goesOut) return {}
  const { relay = true, upnp = false } = settings
  return { nat: { listens, relay, upnp, ...node } }
}
