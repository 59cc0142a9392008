// A few exchange machines on one deterministic queue ordered by (time, sequence): the smallest host
// that keeps the contract. Messages go through the codec, as on the wire, unless told otherwise.
import { hex } from '../../src/core/bytes.ts'
import { verify as portableVerify, signerFrom } from '../../src/core/ed25519.ts'
import type { ChainId, Millis, NodeId, PublicKey } from '../../src/core/id.ts'
import type { Answer } from '../../src/core/machine.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Signer, Verify } from '../../src/core/signature.ts'
import type { Trust } from '../../src/core/trust.ts'
import { decodeTrustchainMessage, encodeTrustchainMessage } from '../../trustchain/codec.ts'
import { TrustchainMachine, type TrustchainOptions } from '../../trustchain/exchange.ts'
import type { StoredValue } from '../../trustchain/intake.ts'
import type {
  TrustchainCommand,
  TrustchainMessage,
  TrustchainNote,
} from '../../trustchain/message.ts'

export const chainId = '0123456789abcdef' as ChainId

/** A key that is the same in every run. */
export const signerOf = (seed: number): Signer => signerFrom(new Uint8Array(32).fill(seed))

// The portable rule takes milliseconds; tests repeat the same few signatures.
const checked = new Map<string, boolean>()
export const verify: Verify = (key, message, signature) => {
  const name = `${hex(key)}${hex(message)}${hex(signature)}`
  let valid = checked.get(name)
  if (valid === undefined) {
    valid = portableVerify(key, message, signature)
    checked.set(name, valid)
  }
  return valid
}

export const trust = (
  subject: PublicKey,
  value: number,
  overlay = 'social',
): TrustchainCommand => ({ command: 'rate', overlay, subject, value: value as Trust })

interface Happening {
  readonly at: Millis
  readonly order: number
  readonly run: () => void
}

type Filter = (
  from: string,
  to: string,
  message: TrustchainMessage,
) => TrustchainMessage | undefined

export class PumpNode {
  readonly name: string
  readonly signer: Signer
  machine: TrustchainMachine
  readonly store = new Map<string, Uint8Array>()
  readonly notes: TrustchainNote[] = []
  readonly answers: Answer[] = []
  readonly neighbours = new Set<NodeId>()
  timers = new Map<string, number>()

  constructor(name: string, signer: Signer, make: (node: PumpNode) => TrustchainMachine) {
    this.name = name
    this.signer = signer
    this.machine = make(this)
  }

  get id(): NodeId {
    return this.machine.own
  }
}

export class Pump {
  now: Millis = 0
  readonly nodes = new Map<NodeId, PumpNode>()
  readonly transcript: string[] = []
  /** Looks at every message; what it returns travels, undefined is lost. */
  filter: Filter = (_from, _to, message) => message
  #queue: Happening[] = []
  #order = 0

  /** Adds a node. Its key is fresh unless said otherwise; two names may share a seed (a copied key). */
  add(
    name: string,
    seed: number,
    options: Partial<TrustchainOptions> = {},
    stored: Iterable<StoredValue> = [],
  ): PumpNode {
    const node = new PumpNode(name, signerOf(seed), (made) =>
      this.#machine(made, seed, { freshKey: true, ...options }, stored),
    )
    for (const { key, value } of stored) node.store.set(key, value)
    this.nodes.set(node.id, node)
    this.#step(node, { on: 'start' })
    return node
  }

  /** Starts a node anew from some store; links are cut. */
  restart(node: PumpNode, store: ReadonlyMap<string, Uint8Array>, seed: number): void {
    for (const peer of [...node.neighbours]) this.cut(node, this.nodes.get(peer)!)
    node.store.clear()
    for (const [key, value] of store) node.store.set(key, value)
    node.timers = new Map()
    const stored = [...store].map(([key, value]) => ({ key, value }))
    node.machine = this.#machine(node, seed + 1_000, { freshKey: false }, stored)
    this.#step(node, { on: 'start' })
  }

  link(a: PumpNode, b: PumpNode): void {
    a.neighbours.add(b.id)
    b.neighbours.add(a.id)
    this.#step(a, { on: 'connected', peer: b.id })
    this.#step(b, { on: 'connected', peer: a.id })
  }

  cut(a: PumpNode, b: PumpNode): void {
    a.neighbours.delete(b.id)
    b.neighbours.delete(a.id)
    this.#step(a, { on: 'dropped', peer: b.id, why: 'closed' })
    this.#step(b, { on: 'dropped', peer: a.id, why: 'closed' })
  }

  rate(node: PumpNode, command: TrustchainCommand): void {
    this.#step(node, { on: 'command', id: 1, command })
  }

  /** Hands a message to a node as if `from` had sent it. */
  deliver(from: NodeId, to: PumpNode, message: TrustchainMessage): void {
    this.#step(to, { on: 'message', from, message })
  }

  /** Runs everything that happens in the next `millis`. */
  run(millis: Millis): void {
    const end = this.now + millis
    for (;;) {
      this.#queue.sort((a, b) => a.at - b.at || a.order - b.order)
      const next = this.#queue[0]
      if (next === undefined || next.at > end) break
      this.#queue.shift()
      this.now = next.at
      next.run()
    }
    this.now = end
  }

  #machine(
    node: PumpNode,
    seed: number,
    options: Partial<TrustchainOptions>,
    stored: Iterable<StoredValue>,
  ): TrustchainMachine {
    const neighbours = () => [...node.neighbours]
    const ports = { verify, signer: node.signer, random: seededRandom(seed), neighbours }
    return new TrustchainMachine(ports, { chainId, ...options }, stored)
  }

  #step(node: PumpNode, input: Parameters<TrustchainMachine['step']>[0]): void {
    for (const effect of node.machine.step(input, this.now)) {
      switch (effect.do) {
        case 'persist':
          for (const { key, value } of effect.writes) node.store.set(key, value!)
          break
        case 'notify':
          node.notes.push(effect.note)
          break
        case 'answer':
          node.answers.push(effect.answer)
          break
        case 'schedule':
          this.#schedule(node, effect.timer, effect.after)
          break
        case 'send':
          this.#send(node, effect.to, effect.message)
          break
        default:
          throw new Error(`the exchange never does ${effect.do}`)
      }
    }
  }

  #schedule(node: PumpNode, timer: string, after: Millis): void {
    const order = this.#push(this.now + after, () => {
      if (node.timers.get(timer) !== order) return
      node.timers.delete(timer)
      this.#step(node, { on: 'timer', timer })
    })
    node.timers.set(timer, order)
  }

  #send(from: PumpNode, to: NodeId, sent: TrustchainMessage): void {
    const target = this.nodes.get(to)
    const passed = target && this.filter(from.name, target.name, sent)
    if (passed === undefined) return
    const decoded = decodeTrustchainMessage(encodeTrustchainMessage(passed), chainId)
    if (!decoded.ok) throw new Error(`${from.name} sent what cannot be read: ${decoded.why}`)
    const { message } = decoded
    this.#push(this.now + 10, () => {
      if (!target!.neighbours.has(from.id)) return
      this.transcript.push(`${this.now} ${from.name}>${target!.name} ${summary(message)}`)
      this.#step(target!, { on: 'message', from: from.id, message })
    })
  }

  #push(at: Millis, run: () => void): number {
    this.#order += 1
    this.#queue.push({ at, order: this.#order, run })
    return this.#order
  }
}

/** A message in a few words, for transcripts. */
function summary(message: TrustchainMessage): string {
  switch (message.say) {
    case 'entries':
      return `entries ${message.answers === 0 ? 'news' : `answer ${message.answers} ${message.rest}`} [${message.entries.map((entry) => entry.seq)}]`
    case 'heads':
      return `heads [${message.heads.map((head) => head.seq)}]${message.more ? ' more' : ''}`
    case 'ahead':
      return `ahead [${message.heads.map((head) => head.seq)}]`
    case 'range':
      return `range ${message.request} [${message.wanted.map(({ from, to }) => `${from}-${to}`)}]`
    case 'own-head-answer':
      return `own-head-answer ${message.head?.seq ?? 'none'}`
    default:
      return message.say
  }
}
