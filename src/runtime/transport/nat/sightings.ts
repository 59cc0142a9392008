// Where peers say that they see us. Nothing of it is proven: an address counts as ours when peers on
// two hosts name it, and of each peer only the latest word is kept, so that none can drown the others.
import { hostOf } from './address.ts'

/** Peers whose word is kept; beyond, the oldest goes. */
const peersMax = 64

/** Mappings told to a peer that dials us at the same moment. */
const mappingsMax = 4

export interface Sighting {
  /** The peer's own host, as we see it. */
  readonly from: string
  /** Our multiaddr as the peer sees it, without a PeerId. */
  readonly at: string
  /** The local port that we dialled from; undefined where the peer dialled us, or the system chose one. */
  readonly port: number | undefined
}

export class Sightings {
  /** Newest last. */
  readonly #byPeer = new Map<string, Sighting>()

  /** @param peer its PeerId; what it said of a connection the other way, or of the other IP, stays beside this */
  note(peer: string, sighting: Sighting): void {
    const [, ip] = sighting.at.split('/')
    const key = `${peer} ${ip} ${sighting.port === undefined ? 'in' : 'out'}`
    this.#byPeer.delete(key)
    this.#byPeer.set(key, sighting)
    for (const oldest of this.#byPeer.keys()) {
      if (this.#byPeer.size <= peersMax) return
      this.#byPeer.delete(oldest)
    }
  }

  /** Do peers on two hosts see us at this one? */
  agreeOn(host: string): boolean {
    const agreeing = [...this.#byPeer.values()].filter(({ at }) => hostOf(at) === host)
    return new Set(agreeing.map(({ from }) => from)).size > 1
  }

  /** Where dials from a local port are seen, newest first. */
  of(port: number): string[] {
    const seen = [...this.#byPeer.values()].filter((sighting) => sighting.port === port)
    return [...new Set(seen.reverse().map(({ at }) => at))].slice(0, mappingsMax)
  }
}
