// Greetings: a node says who it is on every new link, and asks a peer that speaks without having
// said so. A greeting can be lost with a link that both sides dialled at once; without asking, two
// linked nodes would stay strangers.
import type { Contact } from '../src/core/contact.ts'
import type { NodeId } from '../src/core/id.ts'
import type { OverlayMessage } from './message.ts'

export class Greetings {
  readonly #own: () => Contact | undefined
  readonly #send: (to: NodeId, message: OverlayMessage) => void
  /** Asked on the present link; once is enough, the answer is as reliable as the link. */
  readonly #asked = new Set<NodeId>()

  constructor(own: () => Contact | undefined, send: (to: NodeId, message: OverlayMessage) => void) {
    this.#own = own
    this.#send = send
  }

  greet(peer: NodeId, asks = false): void {
    const contact = this.#own()
    if (contact !== undefined) this.#send(peer, { say: 'hello', contact, asks })
  }

  /** A peer whose contact is not known has spoken. */
  ask(peer: NodeId): void {
    if (this.#asked.has(peer)) return
    this.#asked.add(peer)
    this.greet(peer, true)
  }

  /** The link is down: on the next one it may be asked again. */
  forget(peer: NodeId): void {
    this.#asked.delete(peer)
  }
}
