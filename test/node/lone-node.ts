// One whole node in virtual time among scripted peers: what crowds of made-up nodes, dead contacts
// and liars do to it is seen at its own sends, without a network around it.

import type { OverlayMessage, Sighting } from '../../overlay/message.ts'
import { policyFor, policyKindOf } from '../../overlay/policy/policy-for.ts'
import { decodeContact, signContact } from '../../overlay/signed-contact.ts'
import { encodeStoredContact } from '../../overlay/stored-contact.ts'
import type { Contact } from '../../src/core/contact.ts'
import { type ChainId, type Millis, type NodeId, nodeIdOf } from '../../src/core/id.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import type { Signer } from '../../src/core/signature.ts'
import type { Trust } from '../../src/core/trust.ts'
import type { NodeMessage } from '../../src/node/message.ts'
import { type NodeEffect, type NodeInput, NodeMachine } from '../../src/node/node-machine.ts'
import type { NodeOptions } from '../../src/node/node-ports.ts'
import { signerFrom, verify } from '../../src/runtime/ed25519/fastest.ts'

export const chainId = '10a310a310a310a3' as ChainId

/** Somebody with a key; whether anybody is there is the test's business. */
export interface Peer {
  readonly id: NodeId
  readonly signer: Signer
}

export function peerFrom(random: Random): Peer {
  const signer = signerFrom(random.bytes(32))
  return { id: nodeIdOf(signer.publicKey), signer }
}

/** As it comes from the wire: signed, not yet verified. */
export function contactOf(
  { signer }: Peer,
  facts: { readonly seq?: number; readonly addresses?: readonly string[] } = {},
): Contact {
  const { seq = 1, addresses = ['/ip4/127.0.0.1/tcp/9'] } = facts
  const signed = signContact(signer, chainId, { seq, addresses, overlays: ['social'], owner: '' })
  return decodeContact(signed.body, signed.signature)!
}

export const stored = (peers: readonly Peer[]): NodeOptions['stored'] =>
  peers.map((peer) => [`contact/${peer.id}`, encodeStoredContact(contactOf(peer))] as const)

/** What the node sent, without the messages of its other protocols. */
export interface Sent {
  readonly to: NodeId
  readonly message: OverlayMessage
}

type Sending = Extract<NodeEffect, { do: 'send' }>

export class LoneNode {
  readonly machine: NodeMachine
  readonly self: Peer
  /** Every overlay message sent so far. */
  readonly sent: Sent[] = []
  now: Millis = 1_000_000_000
  /** Peers that answer; whoever else is dialled is unreachable after `blackHole` milliseconds. */
  readonly present = new Map<NodeId, Contact>()
  blackHole: Millis = 0
  /** Whom a peer names when it is asked for others. */
  names: (asked: NodeId) => readonly Sighting[] = () => []
  readonly #timers = new Map<string, Millis>()
  #outbox: Sending[] = []
  readonly #dialled: { readonly peer: NodeId; readonly until: Millis }[] = []
  #commands = 0

  constructor(random: Random, options: Partial<NodeOptions> = {}) {
    this.self = peerFrom(random)
    const { signer } = this.self
    this.machine = new NodeMachine(
      { signer, verify, random: seededRandom(random.uint32()) },
      {
        chainId,
        overlays: [{ name: 'social', makePolicy: (p) => policyFor(policyKindOf('social'), p) }],
        ...{ routing: 'distnet', owner: '', addresses: [], bootstraps: [], freshKey: true },
        stored: [],
        ...options,
      },
    )
    this.input({ on: 'start' })
  }

  get leaves(): readonly NodeId[] {
    return this.machine.routing.leaves()
  }

  /** One input, and everything that follows from it at this moment. */
  input(input: NodeInput): void {
    this.#step(input)
    while (this.#outbox.length > 0) {
      const sent = this.#outbox
      this.#outbox = []
      for (const { to, message } of sent) this.#arrive(to, message)
    }
  }

  /** The peer appears, dials the node and says who it is. */
  greet(peer: Peer, contact = contactOf(peer)): void {
    this.present.set(peer.id, contact)
    this.input({ on: 'connected', peer: peer.id })
    this.says(peer, { say: 'hello', contact, asks: false })
  }

  says({ id }: Peer, message: OverlayMessage): void {
    this.input({ on: 'message', from: id, message: { protocol: 'overlay', message } })
  }

  /** A peer tells of others, heard `age` milliseconds ago. */
  tells(peer: Peer, contacts: readonly Contact[], age: Millis = 0): void {
    const sightings = contacts.map((contact) => ({ contact, age }))
    this.says(peer, { say: 'leaf-set', sightings })
  }

  rate({ signer }: Peer, value: number): void {
    const command = {
      command: 'rate',
      overlay: 'social',
      subject: signer.publicKey,
      value: value as Trust,
    } as const
    this.input({ on: 'command', id: ++this.#commands, command })
  }

  run(duration: Millis): void {
    const end = this.now + duration
    for (;;) {
      const timers = [...this.#timers].sort(([, a], [, b]) => a - b)
      const [timer, at] = timers[0] ?? ['', Number.POSITIVE_INFINITY]
      const dead = this.#dialled[0]
      if (Math.min(at, dead?.until ?? Number.POSITIVE_INFINITY) > end) break
      if (dead !== undefined && dead.until <= at) {
        this.#dialled.shift()
        this.now = Math.max(this.now, dead.until)
        this.input({ on: 'dropped', peer: dead.peer, why: 'unreachable' })
      } else {
        this.#timers.delete(timer)
        this.now = Math.max(this.now, at)
        this.input({ on: 'timer', timer })
      }
    }
    this.now = end
  }

  #step(input: NodeInput): void {
    for (const effect of this.machine.step(input, this.now)) {
      if (effect.do === 'schedule') this.#timers.set(effect.timer, this.now + effect.after)
      if (effect.do === 'cancel') this.#timers.delete(effect.timer)
      if (effect.do !== 'send') continue
      this.#outbox.push(effect)
      if (effect.message.protocol === 'overlay')
        this.sent.push({ to: effect.to, message: effect.message.message as OverlayMessage })
    }
  }

  #arrive(to: NodeId, { protocol, message }: NodeMessage): void {
    if (!this.present.has(to)) {
      if (this.blackHole > 0) this.#dialled.push({ peer: to, until: this.now + this.blackHole })
      else this.#step({ on: 'dropped', peer: to, why: 'unreachable' })
      return
    }
    if (protocol !== 'overlay') return
    const answer = this.#answer(to, message as OverlayMessage)
    if (answer === undefined) return
    this.#step({ on: 'message', from: to, message: { protocol, message: answer } })
  }

  #answer(to: NodeId, message: OverlayMessage): OverlayMessage | undefined {
    if (message.say === 'probe') return { say: 'probe-reply', nonce: message.nonce }
    if (message.say === 'near-request')
      return { say: 'near', nonce: message.nonce, sightings: this.names(to) }
    const contact = this.present.get(to)
    if (message.say === 'hello' && message.asks && contact !== undefined)
      return { say: 'hello', contact, asks: false }
    return undefined
  }
}
