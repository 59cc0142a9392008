// One values machine in virtual time among scripted peers: every message that it sends is answered by
// the test, or by nobody.

import { signContact } from '../../overlay/signed-contact.ts'
import { byNearness } from '../../overlay/values/candidates.ts'
import type { RoutedRoot } from '../../overlay/values/errand.ts'
import type { ValuesCommand, ValuesMessage, ValuesNote } from '../../overlay/values/message.ts'
import type { Value } from '../../overlay/values/value.ts'
import { ValuesMachine } from '../../overlay/values/values-machine.ts'
import type { ValuesOptions } from '../../overlay/values/values-ports.ts'
import type { VerifiedContact } from '../../src/core/contact.ts'
import {
  type ChainId,
  type Millis,
  type NodeId,
  nodeIdOf,
  type RingKey,
} from '../../src/core/id.ts'
import type { Answer } from '../../src/core/machine.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Signer } from '../../src/core/signature.ts'
import { signerFrom, verify } from '../../src/runtime/ed25519/fastest.ts'

export const chainId = '5c215c215c215c21' as ChainId

export interface ScriptedPeer {
  readonly id: NodeId
  readonly signer: Signer
  readonly contact: VerifiedContact
}

export function peerOf(fill: number): ScriptedPeer {
  const signer = signerFrom(new Uint8Array(32).fill(fill))
  const contact = signContact(signer, chainId, { seq: 1, addresses: [], overlays: [], owner: '' })
  return { id: nodeIdOf(signer.publicKey), signer, contact }
}

/** What a peer says to a message; undefined: nothing. */
export type Script = (to: NodeId, message: ValuesMessage) => ValuesMessage | undefined

type Input = Parameters<ValuesMachine['step']>[0]

export class ScriptedValues {
  readonly self = peerOf(255)
  readonly machine: ValuesMachine
  readonly sent: { readonly to: NodeId; readonly message: ValuesMessage }[] = []
  readonly notes: ValuesNote[] = []
  readonly stored = new Map<string, Uint8Array>()
  readonly answers = new Map<number, Answer>()
  readonly met = new Map<NodeId, VerifiedContact>()
  now: Millis = 1_000_000_000
  script: Script = () => undefined
  /** Who stands at the end of the routes for a key; undefined: they are under way until the test says. */
  roots: (key: RingKey) => readonly RoutedRoot[] | undefined = () => []
  leaves: readonly NodeId[] = []
  readonly #timers = new Map<string, Millis>()
  #commands = 0

  /** @param known the peers that it hears, besides itself */
  constructor(
    known: readonly ScriptedPeer[],
    options: Partial<ValuesOptions> & { readonly trusted?: readonly NodeId[] } = {},
  ) {
    const { trusted = [], ...rest } = options
    for (const { id, contact } of known) this.met.set(id, contact)
    this.machine = new ValuesMachine(
      {
        ...{ self: this.self.id, signer: this.self.signer, verify, random: seededRandom(1) },
        nearest: (key, count) =>
          byNearness(key, [this.self.id, ...known.map(({ id }) => id)]).slice(0, count),
        spans: () => false,
        leaves: () => this.leaves,
        isTrusted: (node) => trusted.includes(node),
        mayAsk: (node) => node !== this.self.id && this.met.has(node),
        contact: (node) => this.met.get(node),
        accept: (contact) => {
          this.met.set(contact.nodeId, contact as VerifiedContact)
          return contact as VerifiedContact
        },
      },
      { chainId, stored: [], ...rest },
    )
    this.input({ on: 'start' })
  }

  input(input: Input): void {
    const replies: Input[] = []
    for (const effect of this.machine.step(input, this.now)) {
      if (effect.do === 'schedule') this.#timers.set(effect.timer, this.now + effect.after)
      if (effect.do === 'cancel') this.#timers.delete(effect.timer)
      if (effect.do === 'answer') this.answers.set(effect.command, effect.answer)
      if (effect.do === 'persist')
        for (const { key, value } of effect.writes)
          if (value === null) this.stored.delete(key)
          else this.stored.set(key, value)
      if (effect.do === 'notify') {
        this.notes.push(effect.note)
        const { note } = effect
        const roots = note.note === 'route' ? this.roots(note.key) : undefined
        if (note.note === 'route' && roots !== undefined)
          replies.push({ on: 'note', note: { note: 'routed', ask: note.ask, roots } })
      }
      if (effect.do !== 'send') continue
      const { to, message } = effect
      this.sent.push({ to, message })
      const reply = this.script(to, message)
      if (reply !== undefined) replies.push({ on: 'message', from: to, message: reply })
    }
    for (const reply of replies) this.input(reply)
  }

  says(from: NodeId, message: ValuesMessage): ValuesMessage | undefined {
    const before = this.sent.length
    this.input({ on: 'message', from, message })
    return this.sent[before]?.message
  }

  command(command: ValuesCommand): number {
    this.#commands += 1
    this.input({ on: 'command', id: this.#commands, command })
    return this.#commands
  }

  run(duration: Millis): void {
    const end = this.now + duration
    for (;;) {
      const [next] = [...this.#timers].sort(([, a], [, b]) => a - b)
      if (next === undefined || next[1] > end) break
      this.#timers.delete(next[0])
      this.now = Math.max(this.now, next[1])
      this.input({ on: 'timer', timer: next[0] })
    }
    this.now = end
  }

  /** The timers that are set, sorted. */
  get waiting(): readonly string[] {
    return [...this.#timers.keys()].sort()
  }

  /** Whom it asked for the value of a key, in order. */
  asked(key: RingKey): NodeId[] {
    return this.sent.flatMap(({ to, message }) =>
      message.say === 'find' && message.key === key ? [to] : [],
    )
  }
}

/** A holder with these values, who names these contacts. */
export const holds =
  (values: readonly Value[], contacts: readonly VerifiedContact[] = []): Script =>
  (_to, message) => {
    if (message.say === 'store') return { say: 'stored', nonce: message.nonce }
    if (message.say !== 'find') return undefined
    const value = message.wantsValue ? values.find(({ key }) => key === message.key) : undefined
    return { say: 'found', nonce: message.nonce, value, contacts }
  }
