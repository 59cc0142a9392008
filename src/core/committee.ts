// A committee: who votes on a block, and with what power. Thresholds are integers compared by
// multiplication, never by division: a quorum is more than two thirds of the power, and more than
// one third holds at least one honest vote when less than a third is faulty.
import { assert } from './assert.ts'
import { concatBytes, copyBytes, hex, utf8 } from './bytes.ts'
import { type NodeId, nodeIdOf, type PublicKey } from './id.ts'
import { committeeSizeMax, votingPowerMax } from './limits.ts'
import { sha256 } from './sha256.ts'

export interface Member {
  /** Derived from `publicKey`. */
  readonly nodeId: NodeId
  readonly publicKey: PublicKey
  /** Votes weigh this much: a positive integer. Equal (1) by default. */
  readonly power: number
}

/** SHA-256 of a committee's members in order: 64 lower-case hex digits. */
export type CommitteeHash = string & { readonly __brand: 'CommitteeHash' }

/** More than two thirds: any two quorums share an honest member. */
export const isQuorum = (weight: number, total: number): boolean => 3 * weight > 2 * total

/** More than one third: at least one honest member is among them. */
export const isSkip = (weight: number, total: number): boolean => 3 * weight > total

/** The smallest weight that is a quorum of a total: floor(2 · total / 3) + 1. */
export const quorumOf = (total: number): number => Math.floor((2 * total) / 3) + 1

export class Committee {
  /** Ascending by node id; none twice. */
  readonly members: readonly Member[]
  /** The sum of all powers. */
  readonly total: number
  /** What headers commit to. */
  readonly hash: CommitteeHash
  readonly #index: ReadonlyMap<NodeId, number>

  /** @param members in any order; 1 to limits.committeeSizeMax, none twice, powers positive integers */
  constructor(members: Iterable<{ readonly publicKey: PublicKey; readonly power?: number }>) {
    this.members = [...members]
      .map(({ publicKey, power = 1 }) => ({
        ...{ nodeId: nodeIdOf(publicKey), publicKey: copyBytes(publicKey), power },
      }))
      .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
    this.total = this.members.reduce((sum, { power }) => sum + power, 0)
    this.#index = new Map(this.members.map(({ nodeId }, i) => [nodeId, i]))
    assert(
      this.members.length >= 1 && this.members.length <= committeeSizeMax,
      'a committee has members, and not too many',
    )
    assert(this.#index.size === this.members.length, 'nobody sits twice in a committee')
    assert(
      this.members.every(({ power }) => Number.isSafeInteger(power) && power >= 1) &&
        this.total <= votingPowerMax,
      'powers are positive integers with a bounded sum',
    )
    this.hash = hashOf(this.members)
  }

  get size(): number {
    return this.members.length
  }

  has(node: NodeId): boolean {
    return this.#index.has(node)
  }

  member(node: NodeId): Member | undefined {
    const at = this.#index.get(node)
    return at === undefined ? undefined : this.members[at]
  }

  /** The place of a member in `members`, for bitmaps; -1 of anybody else. */
  indexOf(node: NodeId): number {
    return this.#index.get(node) ?? -1
  }

  /** 0 of anybody who is no member. */
  powerOf(node: NodeId): number {
    return this.member(node)?.power ?? 0
  }

  /** The power of distinct members among the nodes. */
  weightOf(nodes: Iterable<NodeId>): number {
    let weight = 0
    for (const node of new Set(nodes)) weight += this.powerOf(node)
    return weight
  }
}

/** SHA-256("trustnet/committee/1" || 0 || for each member in order: public key, power as 8 bytes big-endian). */
function hashOf(members: readonly Member[]): CommitteeHash {
  const parts = members.flatMap(({ publicKey, power }) => {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(power))
    return [publicKey, bytes]
  })
  return hex(sha256(concatBytes([utf8('trustnet/committee/1\0'), ...parts]))) as CommitteeHash
}
