// Can we be dialled from the Internet? Peers are asked one after the other to dial us back, and a yes
// counts when their connection has come in: nobody can talk us into believing that we are reachable.
// A no cannot be proven and costs only a detour, so one is enough until somebody got through. From then
// on it takes several, since others are relayed by us and dial where we said.
import type { Connection } from '@libp2p/interface'
import type { Millis } from '../../../core/id.ts'
import { hostOf, isPublic } from './address.ts'
import { portsAskedMax } from './dial-back.ts'

/** `unknown` until a peer on the Internet was asked. */
export type Reachability = 'unknown' | 'public' | 'private'

/** Peers whose answers are kept, and asked in a round: a few, since one that gets through decides. */
const answersMax = 5

/** Noes, of several peers or of one in several rounds, until a node that was reached gives that up. */
const doubtsMax = 3

/** Before a peer that did not answer is asked again: longer than it asks others to wait. */
const askAgainMs: Millis = 15_000

/** Its handshake and the answer take different ways. */
const comingInMs: Millis = 2_000

export interface ReachPorts {
  /** The ports of ours that the peer says to have reached. */
  readonly ask: (connection: Connection, ports: readonly number[]) => Promise<readonly number[]>
  /** TCP ports that can be asked about: those listened on, and those that a router maps. */
  readonly ports: () => readonly number[]
  /** Is this host ours by more than the word of the peer that names it? */
  readonly isOwn: (host: string) => boolean
  /** What is known now is not what was known before. */
  readonly changed: () => void
}

interface Answer {
  /** As the peer saw us. */
  readonly host: string
  readonly reached: readonly number[]
  /** It got through to a host that was ours by more than its word, then or later. */
  readonly isProven: boolean
}

export class Reach {
  readonly #ports: ReachPorts
  readonly #patienceMs: Millis
  readonly #answers = new Map<string, Answer>()
  readonly #waiting = new Map<
    string,
    { readonly connection: Connection; readonly seenAt: string }
  >()
  readonly #retries = new Map<string, NodeJS.Timeout>()
  /** Who said no, and in which round, since what is known grew old. */
  readonly #doubts = new Set<string>()
  #expected: { readonly peer: string; readonly from: string; readonly came: () => void } | undefined
  #asking = false
  #isOld = false
  #round = 0
  #isOver = false
  #told: string

  /** @param patienceMs how long a dial-back that the peer speaks of may still be on its way in */
  constructor(ports: ReachPorts, patienceMs = comingInMs) {
    this.#ports = ports
    this.#patienceMs = patienceMs
    this.#told = this.#known()
  }

  get reachability(): Reachability {
    if (this.addresses().length > 0) return 'public'
    return this.#answers.size > 0 ? 'private' : 'unknown'
  }

  /** Where we were dialled from outside, as multiaddrs without a PeerId. */
  addresses(): string[] {
    const reached = [...this.#answers.values()]
      .filter(({ isProven }) => isProven)
      .flatMap(({ host, reached }) =>
        reached.map((port) => `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/${port}`),
      )
    return [...new Set(reached)]
  }

  /** Peers whose answers count, whatever they found. */
  get asked(): number {
    return this.#answers.size
  }

  /** Asks a peer that answers such questions, unless enough is known. `seenAt` is our address as it sees us. */
  offer(connection: Connection, seenAt: string): void {
    const isAbroad = isPublic(connection.remoteAddr.toString()) && isPublic(seenAt)
    if (!isAbroad || connection.limits !== undefined || connection.status !== 'open') return
    if (this.#isOver || !this.#asksOn()) return
    this.#waiting.set(connection.remotePeer.toString(), { connection, seenAt })
    void this.#askOn()
  }

  /**
   * A connection was opened to us. It proves that we can be dialled when it comes straight from where
   * the peer that was asked is; one through a relay, or from our own network, comes in behind any NAT.
   */
  cameIn({ remotePeer, remoteAddr, limits }: Connection): void {
    const expected = this.#expected
    const from = remoteAddr.toString()
    if (expected?.peer !== remotePeer.toString() || limits !== undefined) return
    if (isPublic(from) && hostOf(from) === expected.from) expected.came()
  }

  /** What is known is old: the peers that are offered next are asked, and whoever gets through outdoes it. */
  age(): void {
    this.#isOld = true
    this.#round += 1
  }

  /** More may be known of which hosts are ours. */
  look(): void {
    for (const [peer, answer] of this.#answers)
      if (!answer.isProven) this.#answers.set(peer, { ...answer, isProven: this.#proves(answer) })
    const known = this.#known()
    if (known === this.#told) return
    this.#told = known
    this.#ports.changed()
  }

  /** Asks nobody any more. */
  end(): void {
    this.#isOver = true
    for (const retry of this.#retries.values()) clearTimeout(retry)
    this.#retries.clear()
    this.#waiting.clear()
  }

  /** Is something left to be asked? */
  #asksOn(): boolean {
    if (this.#isOld) return true
    return this.reachability !== 'public' && this.#answers.size < answersMax
  }

  #known(): string {
    return JSON.stringify([this.reachability, this.addresses()])
  }

  async #askOn(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    for (const [peer, { connection, seenAt }] of this.#waiting) {
      this.#waiting.delete(peer)
      if (connection.status === 'open' && this.#asksOn()) await this.#ask(peer, connection, seenAt)
    }
    this.#asking = false
  }

  async #ask(peer: string, connection: Connection, seenAt: string): Promise<void> {
    const ports = this.#ports.ports().slice(0, portsAskedMax)
    const host = hostOf(seenAt)
    if (ports.length === 0 || host === undefined) return
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const from = hostOf(connection.remoteAddr.toString())!
    this.#expected = { peer, from, came: () => resolve(true) }
    try {
      const reached = await this.#ports.ask(connection, ports)
      const timer = setTimeout(() => resolve(false), reached.length > 0 ? this.#patienceMs : 0)
      const came = await promise
      clearTimeout(timer)
      // Who says yes and never came would not be asked again soon, either.
      this.#learn(peer, { host, reached: came ? reached : [] })
    } catch {
      // It asks others to wait, or has too much to do.
      this.#askLater(peer, connection, seenAt)
    } finally {
      this.#expected = undefined
    }
    if (!this.#isOver) this.look()
  }

  #proves({ host, reached }: Omit<Answer, 'isProven'>): boolean {
    return reached.length > 0 && this.#ports.isOwn(host)
  }

  #learn(peer: string, said: Omit<Answer, 'isProven'>): void {
    const answer = { ...said, isProven: this.#proves(said) }
    if (this.#isOld) {
      if (this.reachability === 'public' && !answer.isProven) {
        this.#doubts.add(`${this.#round} ${peer}`)
        if (this.#doubts.size < doubtsMax) return
      }
      this.#answers.clear()
      this.#doubts.clear()
      this.#isOld = false
    }
    this.#answers.set(peer, answer)
  }

  #askLater(peer: string, connection: Connection, seenAt: string): void {
    clearTimeout(this.#retries.get(peer))
    if (this.#isOver) return
    const retry = setTimeout(() => {
      this.#retries.delete(peer)
      this.offer(connection, seenAt)
    }, askAgainMs)
    this.#retries.set(peer, retry.unref())
  }
}
