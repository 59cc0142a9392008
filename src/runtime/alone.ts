// What a node does while nobody is linked with it although it knows ways into its network: it asks, in
// passing, how the network takes it. Whoever was banned while it was off is refused by everybody, and
// hears of it in no other way.
import type { ContactBook } from '../../overlay/contact-book.ts'
import { type Millis, type NodeId, nodeIdOf, peerIdOf } from '../core/id.ts'
import type { Invite } from '../core/invite.ts'
import type { NodeMachine } from '../node/node-machine.ts'
import type { ToldStanding } from './chain/ledger-views.ts'
import { askStanding } from './chain/told-standing.ts'
import type { NodeSettings } from './settings.ts'

/** Joining takes a second or two; who has nobody by then is alone. */
const lookEveryMs: Millis = 2_000

/** Between two rounds of asking: a ban ends by ratings, not within seconds. */
const askEveryMs: Millis = 60_000

/** Addresses asked in one round, one after the other, until one answers. */
const askedMax = 8

/** Of each peer: enough for v4 and v6. */
const addressesPerPeerMax = 2

/** Multiaddrs with PeerIds: of those who invited it, then of peers that it heard itself. */
function waysOut(
  invites: readonly Invite[],
  contacts: ContactBook,
  self: NodeId,
): readonly string[] {
  const heard = [...contacts.all()]
    .map(({ contact }) => contact)
    .filter(({ nodeId }) => contacts.wasHeard(nodeId))
  return [...invites, ...heard]
    .filter(({ publicKey }) => nodeIdOf(publicKey) !== self)
    .flatMap(({ addresses, publicKey }) =>
      addresses.slice(0, addressesPerPeerMax).map((at) => `${at}/p2p/${peerIdOf(publicKey)}`),
    )
    .slice(0, askedMax)
}

export class Alone {
  readonly #machine: NodeMachine
  readonly #invites: readonly Invite[]
  readonly #settings: NodeSettings
  #told: ToldStanding | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #over = new AbortController()
  #askAgainAt: Millis = 0

  constructor(machine: NodeMachine, invites: readonly Invite[], settings: NodeSettings) {
    this.#machine = machine
    this.#invites = invites
    this.#settings = settings
    this.#lookSoon()
  }

  /** The latest answer; it says something while the node's own chain ends before its height. */
  get standing(): ToldStanding | undefined {
    return this.#told
  }

  stop(): void {
    this.#over.abort()
    clearTimeout(this.#timer)
  }

  #lookSoon(): void {
    this.#timer = setTimeout(() => void this.#look(), lookEveryMs).unref()
  }

  async #look(): Promise<void> {
    const { links, membership } = this.#machine
    // Among its peers it hears blocks itself; a lie of somebody whom it asked before ends here.
    if (links.size > 0 && membership.joined) this.#told = undefined
    if (links.size === 0 && performance.now() >= this.#askAgainAt) {
      this.#askAgainAt = performance.now() + askEveryMs
      await this.#ask()
    }
    if (!this.#over.signal.aborted) this.#lookSoon()
  }

  async #ask(): Promise<void> {
    const { nodeId, contacts } = this.#machine
    for (const address of waysOut(this.#invites, contacts, nodeId)) {
      const { signal } = this.#over
      if (signal.aborted) return
      const { transports } = this.#settings
      const said = await askStanding(address, nodeId, { signal, transports })
      if (said === undefined) continue
      this.#told = said
      return this.#settings.log?.('warn', 'nobody is linked with it; how the network takes it', {
        ...{ from: said.from, ...said.own },
      })
    }
  }
}
