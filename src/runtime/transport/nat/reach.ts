// Can we be dialled from the Internet? Peers are asked one after the other to dial us back, and a yes
// counts when their connection has come in: nobody can talk us into believing that we are reachable.
// A no cannot be proven and costs only a detour, so one is enough until somebody gets through.
import type { Connection } from '@libp2p/interface'
import type { Millis } from '../../../core/id.ts'
import { hostOf, isPublic } from './address.ts'
import { portsAskedMax } from './dial-back.ts'

/** `unknown` until a peer on the Internet was asked. */
export type Reachability = 'unknown' | 'public' | 'private'

/** Peers whose answers are kept, and asked in a round: a few, since one that gets through decides. */
const answersMax = 5

/** Before a peer that did not answer is asked again: longer than it asks others to wait. */
const askAgainMs: Millis = 15_000

/** Its handshake and the answer take different ways. */
const comingInMs: Millis = 2_000

export interface ReachPorts {
  /** The ports of ours that the peer says to have reached. */
  readonly ask: (connection: Connection, ports: readonly number[]) => Promise<readonly number[]>
  /** TCP ports that can be asked about: those listened on, and those that a router maps. */
  readonly ports: () => readonly number[]
  /** What is known now is not what was known before. */
  readonly changed: () => void
}

interface Answer {
  /** As the peer saw us. */
  readonly host: string
  readonly reached: readonly number[]
}

export class Reach {
  readonly #ports: ReachPorts
  readonly #patienceMs: Millis
  readonly #answers = new Map<string, Answer>()
  readonly #waiting = new Map<
    string,
    { readonly connection: Connection; readonly seenAt: string }
  >()
  #expected: { readonly peer: string; readonly came: () => void } | undefined
  #asking = false
  #isOld = false

  /** @param patienceMs how long a dial-back that the peer speaks of may still be on its way in */
  constructor(ports: ReachPorts, patienceMs = comingInMs) {
    this.#ports = ports
    this.#patienceMs = patienceMs
  }

  get reachability(): Reachability {
    if (this.addresses().length > 0) return 'public'
    return this.#answers.size > 0 ? 'private' : 'unknown'
  }

  /** Where we were dialled from outside, as multiaddrs without a PeerId. */
  addresses(): string[] {
    const reached = [...this.#answers.values()].flatMap(({ host, reached }) =>
      reached.map((port) => `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/${port}`),
    )
    return [...new Set(reached)]
  }

  /** Asks a peer that answers such questions, unless enough is known. `seenAt` is our address as it sees us. */
  offer(connection: Connection, seenAt: string): void {
    const isAbroad = isPublic(connection.remoteAddr.toString()) && isPublic(seenAt)
    if (!isAbroad || connection.limits !== undefined || connection.status !== 'open') return
    const isKnown = this.reachability === 'public' || this.#answers.size >= answersMax
    if (isKnown && !this.#isOld) return
    this.#waiting.set(connection.remotePeer.toString(), { connection, seenAt })
    void this.#askOn()
  }

  /** A connection was opened to us. */
  cameIn(connection: Connection): void {
    if (this.#expected?.peer === connection.remotePeer.toString()) this.#expected.came()
  }

  /** What is known is old: the peers that are offered next are asked, and the first answer outdoes it. */
  age(): void {
    this.#isOld = true
  }

  async #askOn(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    for (const [peer, { connection, seenAt }] of this.#waiting) {
      this.#waiting.delete(peer)
      if (connection.status === 'open') await this.#ask(peer, connection, seenAt)
    }
    this.#asking = false
  }

  async #ask(peer: string, connection: Connection, seenAt: string): Promise<void> {
    const ports = this.#ports.ports().slice(0, portsAskedMax)
    const host = hostOf(seenAt)
    if (ports.length === 0 || host === undefined) return
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#expected = { peer, came: () => resolve(true) }
    const before = JSON.stringify([this.reachability, this.addresses()])
    try {
      const reached = await this.#ports.ask(connection, ports)
      const timer = setTimeout(() => resolve(false), reached.length > 0 ? this.#patienceMs : 0)
      const came = await promise
      clearTimeout(timer)
      // Who says yes and never came would not be asked again soon, either.
      if (this.#isOld) this.#answers.clear()
      this.#isOld = false
      this.#answers.set(peer, { host, reached: came ? reached : [] })
    } catch {
      // It asks others to wait, or has too much to do.
      setTimeout(() => this.offer(connection, seenAt), askAgainMs).unref()
    } finally {
      this.#expected = undefined
    }
    if (before !== JSON.stringify([this.reachability, this.addresses()])) this.#ports.changed()
  }
}
