// What a node's people are told so that a friend can join through it.
import { isLoopback } from '../src/core/loopback.ts'

/** Port and interface of the examples; whoever has something else there is told by its own start. */
const listens = '/ip4/0.0.0.0/tcp/4001'

/** Why the command says where to listen. */
export const listenReason =
  'without --listen a node listens on its own machine alone, and nobody else reaches it'

/** How a node that listens on loopback alone is opened to others. */
export const opens = `--listen ${listens} opens it.`

interface Inviting {
  readonly invite: string
  /** Where the inviting node listens. */
  readonly addresses: readonly string[]
}

/** Others than those of this machine can join. */
export const invitesOthers = ({ addresses }: Inviting): boolean => !addresses.every(isLoopback)

/** The command with which a friend joins: one who comes from elsewhere is to be reached there. */
export const joinCommand = (node: Inviting): string =>
  `trustnet node start --join ${node.invite}${invitesOthers(node) ? ` --listen ${listens}` : ''}`
