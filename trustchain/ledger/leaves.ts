// The leaves of the ledger's state: what each holds, its key and its bytes. Everything that a later
// block can depend on is a leaf, so the state hash covers it, and a snapshot is nothing but leaves.
//
//   chain                                   height, time, transactions of the last block
//   epoch                                   number, where it began, handover under way
//   roots                                   version and keys of the roots of standing
//   committee/<height, 12 digits>           members that decide from this height on
//   node/<node>                             what is on record of a node; from whom it has its name, or who has it
//   service/<node>                          commits signed, of (former) members
//   head/<author>                           how far a Trustchain is final; frozen; quota used
//   overlay/<author>/<overlay>              the author's last final entry in an overlay, as of when it
//                                           turned to another: for the overlay that head names, head holds
//   slot/<author>/<subject>/<overlay>/<kind>  latest final rating
//   reputation/<subject>                    sums of stars, what follows from them, warned, banned
//   standing/<node>                         parts of 10^9 as of the beginning of the epoch; absent: 0
//   number/<author>                         last number (and hash) of a numbered transaction
//   report/<member>/<page, 4 digits>        uptime report of this epoch
//
// Integers are big-endian; node ids take 16 bytes, hashes and keys 32. The kinds from head to standing
// are defined in leaves-of-ratings.ts.
import { Committee } from '../../src/core/committee.ts'
import type { Millis, NodeId, PublicKey } from '../../src/core/id.ts'
import type { Reader, Writer } from './leaf-codec.ts'

/** How a kind of leaf becomes bytes and comes back; `read` gets the part of the key behind the prefix. */
export interface LeafKind<T> {
  /** Begins all of its keys; the whole key where there is only one. */
  readonly prefix: string
  write(value: T, to: Writer): void
  read(from: Reader, rest: string): T
}

export interface ChainLeaf {
  readonly height: number
  readonly time: Millis
  /** Of the block at `height`: they count for the signers of its commit, which the next block carries. */
  readonly transactions: number
}

export const chainLeaf: LeafKind<ChainLeaf> = {
  prefix: 'chain',
  write: ({ height, time, transactions }, to) => to.u64(height).u64(time).u32(transactions),
  read: (from) => ({ height: from.u64(), time: from.u64(), transactions: from.u32() }),
}

export interface Handover {
  /** The whole committee to come, ascending. */
  readonly elected: readonly NodeId[]
  /** Those of `elected` who have no seat yet, ascending. */
  readonly newcomers: readonly NodeId[]
  readonly ready: readonly NodeId[]
}

export interface EpochLeaf {
  readonly number: number
  readonly startedHeight: number
  readonly startedAt: Millis
  /** The last epoch at whose end enough uptime reports were there; -1 before. */
  readonly reported: number
  readonly handover: Handover | null
}

const writeIds = (ids: readonly NodeId[], to: Writer): Writer => to.list(ids, (id) => to.hex(id))
const readIds = (from: Reader): NodeId[] => from.list(() => from.nodeId())

export const epochLeaf: LeafKind<EpochLeaf> = {
  prefix: 'epoch',
  write: ({ number, startedHeight, startedAt, reported, handover }, to) => {
    to.u64(number)
      .u64(startedHeight)
      .u64(startedAt)
      .u64(reported + 1)
    to.u8(handover === null ? 0 : 1)
    if (handover === null) return
    for (const ids of [handover.elected, handover.newcomers, handover.ready]) writeIds(ids, to)
  },
  read: (from) => ({
    number: from.u64(),
    startedHeight: from.u64(),
    startedAt: from.u64(),
    reported: from.u64() - 1,
    handover: from.flag()
      ? { elected: readIds(from), newcomers: readIds(from), ready: readIds(from) }
      : null,
  }),
}

export interface RootsLeaf {
  /** Rises with every change, so that a change is not replayed. */
  readonly version: number
  /** Ascending by node id. */
  readonly keys: readonly PublicKey[]
}

export const rootsLeaf: LeafKind<RootsLeaf> = {
  prefix: 'roots',
  write: ({ version, keys }, to) => to.u64(version).list(keys, (key) => to.bytes(key)),
  read: (from) => ({ version: from.u64(), keys: from.list(() => from.bytes(32)) }),
}

export const committeeKey = (from: number): string => String(from).padStart(12, '0')

export interface CommitteeLeaf {
  /** The first height that it decides. */
  readonly from: number
  readonly committee: Committee
}

export const committeeLeaf: LeafKind<CommitteeLeaf> = {
  prefix: 'committee/',
  write: ({ committee }, to) =>
    to.list(committee.members, ({ publicKey, power }) => to.bytes(publicKey).u64(power)),
  read: (from, rest) => ({
    from: Number(rest),
    committee: new Committee(from.list(() => ({ publicKey: from.bytes(32), power: from.u64() }))),
  }),
}

/** From which key a name came. */
interface Inheritance {
  readonly from: NodeId
  /** Final entries of all keys that had the name before: this one's are counted on from there. */
  readonly entries: number
  /** In which it came. */
  readonly epoch: number
  /** How often the name was handed over until then, this time included. */
  readonly handovers: number
}

export interface NodeLeaf {
  readonly publicKey: PublicKey
  readonly owner: string
  readonly addresses: readonly string[]
  readonly willing: boolean
  /** Block time of the registration; genesis time of founding members. */
  readonly joinDate: Millis
  /** Height of its conviction; 0: never. */
  readonly convicted: number
  readonly inactive: boolean
  /** Hundredths of a percent; null before any report. */
  readonly uptime: number | null
  readonly lastHeartbeat: Millis | null
  /** The last epoch in which it was heard of; -1: never. */
  readonly heard: number
  readonly inherited: Inheritance | null
  /** To whom the name went: all that is left of this record then is its key, and a conviction. */
  readonly successor: NodeId | null
}

/** Bits of the byte that says what else there is of a node. */
const inactiveBit = 1
const inheritedBit = 2
const successorBit = 4

/** null as 0, n as n + 1. */
export const orZero = (value: number | null): number => (value === null ? 0 : value + 1)
export const orNull = (value: number): number | null => (value === 0 ? null : value - 1)

export const nodeLeaf: LeafKind<NodeLeaf> = {
  prefix: 'node/',
  write: (node, to) => {
    to.bytes(node.publicKey).text(node.owner)
    to.list(node.addresses, (address) => to.text(address))
    to.u8(node.willing ? 1 : 0)
      .u64(node.joinDate)
      .u64(node.convicted)
      .u8(
        (node.inactive ? inactiveBit : 0) +
          (node.inherited ? inheritedBit : 0) +
          (node.successor ? successorBit : 0),
      )
    to.u16(orZero(node.uptime))
      .u64(orZero(node.lastHeartbeat))
      .u64(node.heard + 1)
    if (node.inherited !== null) {
      const { from, entries, epoch, handovers } = node.inherited
      to.hex(from).u64(entries).u64(epoch).u16(handovers)
    }
    if (node.successor !== null) to.hex(node.successor)
  },
  read: (from) => {
    const known = {
      ...{ publicKey: from.bytes(32), owner: from.text() },
      ...{ addresses: from.list(() => from.text()), willing: from.flag() },
      ...{ joinDate: from.u64(), convicted: from.u64() },
    }
    const bits = from.flags(3)
    return {
      ...{ ...known, inactive: (bits & inactiveBit) !== 0, uptime: orNull(from.u16()) },
      ...{ lastHeartbeat: orNull(from.u64()), heard: from.u64() - 1 },
      inherited: (bits & inheritedBit) === 0 ? null : readInheritance(from),
      successor: (bits & successorBit) === 0 ? null : from.nodeId(),
    }
  },
}

const readInheritance = (from: Reader): Inheritance => ({
  ...{ from: from.nodeId(), entries: from.u64(), epoch: from.u64(), handovers: from.u16() },
})

export interface ServiceLeaf {
  /** Transactions in the blocks whose commits it signed. */
  readonly validated: number
  /** Commits signed this epoch. */
  readonly signed: number
  /** Block time of the last block that it signed. */
  readonly signedAt: Millis
}

export const serviceLeaf: LeafKind<ServiceLeaf> = {
  prefix: 'service/',
  write: ({ validated, signed, signedAt }, to) => to.u64(validated).u32(signed).u64(signedAt),
  read: (from) => ({ validated: from.u64(), signed: from.u32(), signedAt: from.u64() }),
}

export interface NumberLeaf {
  readonly number: number
  /** SHA-256 of the transaction: the same again is final, another one is refused. */
  readonly hash: string
}

export const numberLeaf: LeafKind<NumberLeaf> = {
  prefix: 'number/',
  write: ({ number, hash }, to) => to.u64(number).hex(hash),
  read: (from) => ({ number: from.u64(), hash: from.hex(32) }),
}

/** What a member heard of a node. */
export interface Heard {
  readonly node: NodeId
  /** Hundredths of a percent of the heartbeats of the epoch. */
  readonly share: number
  /** By the member's clock. */
  readonly lastHeard: Millis
}

export interface ReportLeaf {
  readonly member: NodeId
  readonly page: number
  /** Block time at which it became final. */
  readonly at: Millis
  /** Ascending by node. */
  readonly heard: readonly Heard[]
}

export const reportKey = (member: NodeId, page: number): string =>
  `${member}/${String(page).padStart(4, '0')}`

export const reportLeaf: LeafKind<ReportLeaf> = {
  prefix: 'report/',
  write: ({ at, heard }, to) => {
    to.u64(at).list(heard, ({ node, share, lastHeard }) => to.hex(node).u16(share).u64(lastHeard))
  },
  read: (from, rest) => ({
    ...{ member: rest.slice(0, 32) as NodeId, page: Number(rest.slice(33)), at: from.u64() },
    heard: from.list(() => ({ node: from.nodeId(), share: from.u16(), lastHeard: from.u64() })),
  }),
}
