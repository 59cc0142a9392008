// TCP dials to the Internet from one local port. A NAT that keeps one mapping per inner port shows
// everybody the same outer port then, so what a relay saw of us is where a friend can meet us (RFC
// 5128, 3.4). libp2p's own TCP dials from a new port each time; a listener's port cannot be dialled
// from in Node, because the socket would need SO_REUSEPORT, so this port is another one.
import { randomInt } from 'node:crypto'
import type { Connection, Transport } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import type { Multiaddr } from '@multiformats/multiaddr'
import { isPublic } from './address.ts'

/** Below the ports that systems hand out by themselves (Linux: from 32768), above the services. */
const portMin = 20_000
const portMax = 32_767

/** Until a meeting is tried again, at first; then twice as long each time: whoever comes first may be turned away by the other's NAT. */
const meetAgainMs = 100

/** Addresses tried in a meeting: v4 and v6, and two more mappings. Anybody can name any. */
const meetingPlacesMax = 4

type Dial = Transport['dial']
type DialOptions = Parameters<Dial>[1]

export interface MeetOptions {
  readonly signal: AbortSignal
  readonly upgrader: DialOptions['upgrader']
  /** Who speaks first: both dial, so the roles must be agreed on. */
  readonly initiator: boolean
}

export class OnePort {
  readonly #open = new Map<Connection, { readonly port: number; readonly to: string }>()
  /** Connections that came of a meeting. */
  readonly #met = new WeakSet<Connection>()
  /** Where somebody is being met. */
  readonly #meeting = new Set<Multiaddr>()
  #port = anyPort()
  #dial: Dial | undefined

  /** libp2p's TCP with dials to the Internet made from the one port, where that is free. */
  readonly transport = (components: Parameters<ReturnType<typeof tcp>>[0]): Transport => {
    const transport = tcp()(components)
    const dial: Dial = transport.dial.bind(transport)
    this.#dial = dial
    transport.dial = async (address, options) => {
      if (!isPublic(address.toString())) return dial(address, options)
      try {
        return await this.#fromPort(dial, address, options)
      } catch (error) {
        if (!isTaken(error)) throw error
        if (this.#reaches(address)) return dial(address, options)
        // A connection to there was just closed: for a minute no other may be made from that port.
        this.#port = anyPort()
        return this.#fromPort(dial, address, options)
      }
    }
    return transport
  }

  /** The one port at present. */
  get port(): number {
    return this.#port
  }

  /** The port that a connection was dialled from; undefined when the system chose one. */
  portOf(connection: Connection): number | undefined {
    return this.#open.get(connection)?.port
  }

  /** Is it a connection to somebody whom we meet? It may count as inbound, though we dialled it, too. */
  isMeeting({ remoteAddr }: Connection): boolean {
    const there = endOf(remoteAddr)
    return [...this.#meeting].some((address) => endOf(address) === there)
  }

  /** Did both sides dial to make it, through their NATs? */
  wasMet(connection: Connection): boolean {
    return this.#met.has(connection)
  }

  /**
   * Dials a peer that dials us at the same moment (TCP's simultaneous open, RFC 9293, 3.5), again and
   * again until the signal: the first attempts may come before the other side has opened its NAT.
   */
  async meet(addresses: readonly Multiaddr[], options: MeetOptions): Promise<Connection> {
    // A socket dies with the signal that it was dialled with, at any time: these end with the meeting.
    const places = addresses.slice(0, meetingPlacesMax)
    const dials = places.map(() => new AbortController())
    const giveUp = (): void => {
      for (const dial of dials) dial.abort(options.signal.reason)
    }
    options.signal.addEventListener('abort', giveUp)
    for (const place of places) this.#meeting.add(place)
    try {
      const { connection, at } = await Promise.any(
        dials.map(async ({ signal }, at) => {
          const connection = await this.#meetAt(places[at]!, { ...options, signal })
          return { connection, at }
        }),
      )
      dials.splice(at, 1)
      giveUp()
      this.#met.add(connection)
      return connection
    } finally {
      options.signal.removeEventListener('abort', giveUp)
      for (const place of places) this.#meeting.delete(place)
    }
  }

  async #meetAt(address: Multiaddr, options: MeetOptions): Promise<Connection> {
    for (let wait = meetAgainMs; ; wait *= 2)
      try {
        return await this.#fromPort(this.#dial!, address, { ...options })
      } catch (error) {
        if (options.signal.aborted || !isTurnedAway(error)) throw error
        await new Promise((resolve) => setTimeout(resolve, wait))
        options.signal.throwIfAborted()
      }
  }

  async #fromPort(
    dial: Dial,
    address: Multiaddr,
    options: DialOptions & { readonly initiator?: boolean },
  ): Promise<Connection> {
    const localPort = this.#port
    const fromHere = { ...options, localPort }
    const connection = await dial(address, fromHere)
    this.#open.set(connection, { port: localPort, to: endOf(address) })
    connection.addEventListener('close', () => this.#open.delete(connection))
    return connection
  }

  /** Is there a connection from the port to this very place? A further one, to test it, needs another port. */
  #reaches(address: Multiaddr): boolean {
    const to = endOf(address)
    return [...this.#open.values()].some((open) => open.port === this.#port && open.to === to)
  }
}

const anyPort = (): number => randomInt(portMin, portMax + 1)

/** Host and port, whoever is there. */
const endOf = (address: Multiaddr): string => address.toString().replace(/\/p2p\/.*$/, '')

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** Somebody listens on the port, or an earlier connection from it to the same place is not over. */
const isTaken = (error: unknown): boolean =>
  ['EADDRINUSE', 'EADDRNOTAVAIL'].includes(codeOf(error) ?? '')

const isTurnedAway = (error: unknown): boolean =>
  ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH'].includes(codeOf(error) ?? '')
