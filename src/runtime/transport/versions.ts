// The version of the wire protocol that peers speak. libp2p negotiates protocols by their whole name, so
// two versions share no stream: nothing would say why nobody answers. What a peer speaks comes by identify.
import { protocolVersion } from './link.ts'

const nameForm =
  /^\/trustnet\/(?:trustchain|overlay|routing|consensus)\/(\d{1,4})\.(\d{1,4})\.(\d{1,4})$/

/** Versions remembered: there are few in a network, and anybody can claim any. */
const versionsMax = 8

/** A version that a peer speaks and this node does not. */
export interface OtherVersion {
  /** Such as `2.0.0`. */
  readonly version: string
  readonly isNewer: boolean
}

/** The newest version of a peer that speaks trustnet, but none of ours; undefined for every other peer. */
export function otherVersionIn(protocols: readonly string[]): OtherVersion | undefined {
  const spoken = protocols.flatMap((name) => {
    const match = nameForm.exec(name)
    return match === null ? [] : [match.slice(1).map(Number)]
  })
  const own = protocolVersion.split('.').map(Number)
  if (spoken.length === 0 || spoken.some((one) => compared(one, own) === 0)) return undefined
  const newest = spoken.reduce((best, one) => (compared(one, best) > 0 ? one : best))
  return { version: newest.join('.'), isNewer: compared(newest, own) > 0 }
}

function compared(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, index) => part !== b[index])
  return at < 0 ? 0 : a[at]! - b[at]!
}

/** The other versions that were met, each told once. */
export class VersionsMet {
  readonly #met = new Map<string, OtherVersion>()

  /** True for a version that was not met before. */
  isNew(other: OtherVersion): boolean {
    if (this.#met.has(other.version) || this.#met.size >= versionsMax) return false
    this.#met.set(other.version, other)
    return true
  }

  /** What to do about them, a sentence each. */
  advice(): string[] {
    return [...this.#met.values()].map(adviceOn)
  }
}

/** For log, /readyz and doctor. */
export const adviceOn = ({ version, isNewer }: OtherVersion): string =>
  isNewer
    ? `Peers speak version ${version} of the protocol, this node ${protocolVersion}: run 'trustnet update'.`
    : `Peers speak version ${version} of the protocol, this node ${protocolVersion}: they have to update before they are reached.`
