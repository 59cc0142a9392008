// A builder for the transport tests: parties with a transport each on loopback, one contact book
// between them, and a way to wait for what they were told instead of sleeping.
import { signerFrom } from '../../src/core/ed25519.ts'
import { type ChainId, type NodeId, nodeIdOf, type PublicKey, peerIdOf } from '../../src/core/id.ts'
import type { Protocol } from '../../src/runtime/transport/link.ts'
import {
  createTransport,
  type Transport,
  type TransportOptions,
} from '../../src/runtime/transport/transport.ts'

export interface Heard {
  readonly from: NodeId
  readonly protocol: Protocol
  readonly bytes: Uint8Array
}

interface Wait {
  readonly holds: () => boolean
  readonly resolve: () => void
}

export type Contacts = Map<NodeId, { publicKey: PublicKey; addresses: readonly string[] }>

export type PartyOptions = Partial<Omit<TransportOptions, 'ports'>> & {
  readonly refuses?: (node: NodeId) => boolean
  readonly room?: (message: Heard) => Promise<void> | undefined
  /** Called within `onDropped`, as a machine's step would be. */
  readonly dropped?: (peer: NodeId) => void
}

export const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n)
export const keyOf = (n: number): PublicKey => signerFrom(seedOf(n)).publicKey
export const peerIdTextOf = (n: number): string => peerIdOf(keyOf(n))
export const idOf = (n: number): NodeId => nodeIdOf(keyOf(n))

/** Everything that must be stopped after a test. */
export class Company {
  readonly contacts: Contacts = new Map()
  readonly #parties: Party[] = []

  /** Starts a party; its contact is in the book unless `addresses` says otherwise. */
  async party(n: number, options: PartyOptions = {}): Promise<Party> {
    const party = new Party(n)
    await party.start(this.contacts, options)
    this.#parties.push(party)
    return party
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#parties.map((party) => party.transport.stop()))
  }
}

export class Party {
  readonly nodeId: NodeId
  readonly publicKey: PublicKey
  readonly heard: Heard[] = []
  /** 'connected <node id>' and 'dropped <node id> <why>' in the order told. */
  readonly told: string[] = []
  transport!: Transport
  readonly #seed: Uint8Array
  #waits: Wait[] = []

  constructor(n: number) {
    this.#seed = seedOf(n)
    this.publicKey = keyOf(n)
    this.nodeId = idOf(n)
  }

  async start(contacts: Contacts, options: PartyOptions): Promise<void> {
    const { refuses = () => false, room, dropped, ...rest } = options
    this.transport = await createTransport({
      seed: this.#seed,
      chainId: '0123456789abcdef' as ChainId,
      ...rest,
      ports: {
        contactOf: (node) => contacts.get(node),
        refuses,
        onMessage: (from, protocol, bytes) => {
          const message = { from, protocol, bytes }
          this.heard.push(message)
          this.#look()
          return room?.(message)
        },
        onConnected: (peer) => this.#tell(`connected ${peer}`),
        onDropped: (peer, why) => {
          this.#tell(`dropped ${peer} ${why}`)
          dropped?.(peer)
        },
      },
    })
    const { publicKey } = this
    contacts.set(this.nodeId, { publicKey, addresses: this.transport.addresses() })
  }

  /** Multiaddr with /p2p, as in an invite. */
  get address(): string {
    return `${this.transport.addresses()[0]}/p2p/${this.transport.peerId}`
  }

  send(to: Party | NodeId, bytes: Uint8Array, protocol: Protocol = 'overlay'): void {
    this.transport.send(typeof to === 'string' ? to : to.nodeId, protocol, bytes)
  }

  /** Resolves once something told or heard makes the claim hold; rejects after `ms`. */
  until(claim: string, holds: () => boolean, ms = 10_000): Promise<void> {
    if (holds()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`not within ${ms} ms: ${claim}; told: ${this.told.join(', ')}`)),
        ms,
      )
      const wait: Wait = {
        holds,
        resolve: () => {
          clearTimeout(late)
          resolve()
        },
      }
      this.#waits.push(wait)
    })
  }

  untilTold(what: string, ms?: number): Promise<void> {
    return this.until(what, () => this.told.includes(what), ms)
  }

  untilHeard(count: number, ms?: number): Promise<void> {
    return this.until(`${count} messages`, () => this.heard.length >= count, ms)
  }

  #tell(what: string): void {
    this.told.push(what)
    this.#look()
  }

  #look(): void {
    const met = this.#waits.filter((wait) => wait.holds())
    if (met.length === 0) return
    this.#waits = this.#waits.filter((wait) => !met.includes(wait))
    for (const wait of met) wait.resolve()
  }
}

/** A message that carries a number, of a given size (4 bytes or more). */
export function numbered(n: number, bytes = 64): Uint8Array {
  const message = new Uint8Array(bytes)
  new DataView(message.buffer).setUint32(0, n)
  return message
}

export const numberIn = (message: Uint8Array): number =>
  new DataView(message.buffer, message.byteOffset).getUint32(0)

/** What was heard from one peer over one protocol, as numbers. */
export const numbersFrom = (party: Party, from: Party, protocol: Protocol): number[] =>
  party.heard
    .filter((message) => message.from === from.nodeId && message.protocol === protocol)
    .map((message) => numberIn(message.bytes))

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** Asks again, each time around the event loop, until the answer will do; for what libp2p tells nobody. */
export async function eventually<T>(
  claim: string,
  ask: () => Promise<T> | T,
  willDo: (answer: T) => boolean,
  ms = 10_000,
): Promise<T> {
  const until = performance.now() + ms
  for (;;) {
    const answer = await ask()
    if (willDo(answer)) return answer
    if (performance.now() > until)
      throw new Error(`not within ${ms} ms: ${claim}; last: ${JSON.stringify(answer)}`)
    await new Promise(setImmediate)
  }
}
