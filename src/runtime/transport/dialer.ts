// Finds and dials peers: the addresses of the contact first, then whatever Kademlia knows. Few
// dials at one time, each bounded in time, and a peer that could not be reached is left alone for
// a while, longer each time, unless its addresses change.
import type { PeerId } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Millis, NodeId } from '../../core/id.ts'
import { addressBytesMax, addressesPerContactMax } from '../../core/limits.ts'
import { Remembered } from '../../core/remembered.ts'
import { peersRememberedMax, type TransportBounds } from './bounds.ts'
import type { Identity } from './identities.ts'

/** What the dialer needs of libp2p. */
export interface DialerPorts {
  /** Connects to one of the addresses, which all name the same peer; rejects when none answers. */
  readonly dial: (addresses: Multiaddr[], signal: AbortSignal) => Promise<unknown>
  /** Addresses that the Kademlia table resolves for a peer; empty when it knows none. */
  readonly resolve: (peer: PeerId, signal: AbortSignal) => Promise<readonly Multiaddr[]>
  readonly now: () => Millis
}

interface BackOff {
  readonly failures: number
  readonly until: Millis
  /** The addresses that failed, as one text. */
  readonly addresses: string
  /** It lives, showed its key and hung up: it will not have us. */
  readonly turnedAway: boolean
}

/** The readable ones of a contact's addresses, each naming the peer; what is malformed or names another is left out. */
export function dialable(addresses: readonly string[], peer: PeerId): Multiaddr[] {
  const usable: Multiaddr[] = []
  for (const text of addresses.slice(0, addressesPerContactMax)) {
    if (text.length > addressBytesMax) continue
    try {
      const address = naming(multiaddr(text), peer)
      if (address !== undefined) usable.push(address)
    } catch {
      // Somebody signed an address that is none; the others may do.
    }
  }
  return usable
}

function naming(address: Multiaddr, peer: PeerId): Multiaddr | undefined {
  // A relay's PeerId stands before /p2p-circuit, the peer's own behind it.
  const parts = address.getComponents()
  const behind = parts.slice(parts.findLastIndex(({ name }) => name === 'p2p-circuit') + 1)
  const named = behind.findLast(({ name }) => name === 'p2p')?.value
  if (named === undefined) return address.encapsulate(`/p2p/${peer.toString()}`)
  return named === peer.toString() ? address : undefined
}

export class Dialer {
  readonly #ports: DialerPorts
  readonly #bounds: TransportBounds
  readonly #backOffs = new Remembered<NodeId, BackOff>(peersRememberedMax)
  readonly #handshakes = new Remembered<NodeId, Millis>(peersRememberedMax)
  readonly #queue: (() => void)[] = []
  readonly #stopped = new AbortController()
  #underWay = 0

  constructor(ports: DialerPorts, bounds: TransportBounds) {
    this.#ports = ports
    this.#bounds = bounds
  }

  /** Tries to connect; false when the peer is left alone for now or did not answer. Never rejects. */
  async dial(peer: Identity, addresses: readonly string[]): Promise<boolean> {
    if (this.#isBackedOff(peer.nodeId, addresses)) return false
    await this.#turn()
    const begun = this.#ports.now()
    try {
      await this.#attempt(peer.peerId, dialable(addresses, peer.peerId))
      return true
    } catch {
      const turnedAway = (this.#handshakes.get(peer.nodeId) ?? Number.NEGATIVE_INFINITY) >= begun
      if (!this.#stopped.signal.aborted) this.failed(peer.nodeId, addresses, turnedAway)
      return false
    } finally {
      this.#underWay -= 1
      this.#queue.shift()?.()
    }
  }

  /** A dial of ours got as far as the peer's proof of its key. */
  shookHands(node: NodeId): void {
    this.#handshakes.set(node, this.#ports.now())
  }

  /** Did the last dial of this peer find it alive and unwilling? */
  turnedAway(node: NodeId): boolean {
    return this.#backOffs.get(node)?.turnedAway ?? false
  }

  /** Counts a failed dial, or a link that did not last. */
  failed(node: NodeId, addresses: readonly string[], turnedAway: boolean): void {
    const failures = (this.#backOffs.get(node)?.failures ?? 0) + 1
    const wait = Math.min(this.#bounds.backOffMs * 2 ** (failures - 1), this.#bounds.backOffMsMax)
    const until = this.#ports.now() + wait
    this.#backOffs.set(node, { failures, until, addresses: addresses.join(' '), turnedAway })
  }

  /** The peer proved reachable: past failures no longer count. */
  proved(node: NodeId): void {
    this.#backOffs.delete(node)
  }

  /** Gives up the dials under way and lets none begin. */
  stop(): void {
    this.#stopped.abort(new Error('the transport stops'))
  }

  #isBackedOff(node: NodeId, addresses: readonly string[]): boolean {
    const backOff = this.#backOffs.get(node)
    if (backOff === undefined) return false
    return backOff.until > this.#ports.now() && backOff.addresses === addresses.join(' ')
  }

  /** Waits for one of the places. */
  #turn(): Promise<void> | void {
    this.#underWay += 1
    if (this.#underWay <= this.#bounds.dialsMax) return
    return new Promise((resolve) => this.#queue.push(resolve))
  }

  async #attempt(peer: PeerId, addresses: Multiaddr[]): Promise<void> {
    const signal = AbortSignal.any([
      this.#stopped.signal,
      AbortSignal.timeout(this.#bounds.dialTimeoutMs),
    ])
    signal.throwIfAborted()
    if (addresses.length > 0) {
      try {
        await this.#ports.dial(addresses, signal)
        return
      } catch {
        // The contact may be out of date: Kademlia may know better, in the time that is left.
        signal.throwIfAborted()
      }
    }
    const tried = new Set(addresses.map(String))
    const found = (await this.#ports.resolve(peer, signal))
      .map((address) => naming(address, peer))
      .filter((address) => address !== undefined && !tried.has(address.toString()))
      .slice(0, addressesPerContactMax) as Multiaddr[]
    if (found.length === 0) throw new Error('no address is left to dial')
    await this.#ports.dial(found, signal)
  }
}
