// The transactions of the ledger and their one canonical byte form: a kind byte, then the body.
//
//   1 entry         a signed Trustchain entry as it is stored (entry-codec.ts)
//   2 fork proof    two contradicting entries as they are stored (codec.ts)
//   3 evidence      against a member, opaque: the port `verifyEvidence` reads it
//   4 registration  ┐
//   5 report        │ author's key (32), number (8), body, signature (64) over
//   6 ready         │ signedBytes('transaction', chain, kind byte || key || number || body)
//   8 succession    ┘
//   7 roots         version (8), new keys; per signature its root's key (32) and 64 bytes
//
// The number of a signed transaction is above that of the author's one before, so that none is
// replayed. A change of roots is signed over signedBytes('transaction', chain, 7 || version || keys).
// The body of a succession is the new key (32) and its signature (64) over
// signedBytes('handover', chain, old key || number || new key): it agrees, and somebody holds it.
import { equalBytes } from '../../src/core/bytes.ts'
import type { NodeId, PublicKey } from '../../src/core/id.ts'
import { decodeForkProof, encodeForkProof } from '../codec.ts'
import type { EntryRule, Rating } from '../entry.ts'
import { decodeEntry, encodeEntry } from '../entry-codec.ts'
import type { UnverifiedForkProof } from '../fork-proof.ts'
import { identityOf } from '../identity.ts'
import { Reader, Writer } from './leaf-codec.ts'
import type { Heard } from './leaves.ts'
import { rootsPerChangeMax } from './ledger-limits.ts'

export const kinds = {
  entry: 1,
  forkProof: 2,
  evidence: 3,
  registration: 4,
  report: 5,
  ready: 6,
  roots: 7,
  succession: 8,
} as const

/** What a signed transaction says. */
export type Statement =
  | {
      readonly is: 'registration'
      readonly owner: string
      readonly addresses: readonly string[]
      readonly willing: boolean
    }
  /** Pages 0, 1, … of an epoch; nodes ascending over all pages. */
  | { readonly is: 'report'; readonly page: number; readonly heard: readonly Heard[] }
  | { readonly is: 'ready' }
  /** The author hands its name over; `consent` is the signature of the new key. */
  | { readonly is: 'succession'; readonly successor: PublicKey; readonly consent: Uint8Array }

/** Signature not checked. */
export interface Signed {
  readonly is: 'signed'
  readonly author: PublicKey
  readonly authorId: NodeId
  readonly number: number
  readonly statement: Statement
  /** What is signed. */
  readonly body: Uint8Array
  readonly signature: Uint8Array
}

export interface RootsChange {
  readonly is: 'roots'
  readonly version: number
  /** Strictly ascending by node id. */
  readonly roots: readonly PublicKey[]
  /** What is signed. */
  readonly body: Uint8Array
  /** Strictly ascending by node id of the root. */
  readonly signatures: readonly { readonly root: PublicKey; readonly signature: Uint8Array }[]
}

/** Read, nothing of it verified. */
export type LedgerTransaction =
  | { readonly is: 'entry'; readonly entry: Rating }
  | { readonly is: 'fork-proof'; readonly proof: UnverifiedForkProof }
  | { readonly is: 'evidence'; readonly bytes: Uint8Array }
  | Signed
  | RootsChange

export type DecodedTransaction =
  | { readonly ok: true; readonly transaction: LedgerTransaction }
  | { readonly ok: false; readonly rule: EntryRule | 'malformed' }

const behind = (kind: number, body: Uint8Array): Uint8Array =>
  new Writer().u8(kind).bytes(body).done()

export const encodeEntryTransaction = (entry: Rating): Uint8Array =>
  behind(kinds.entry, encodeEntry(entry))

export const encodeForkTransaction = (proof: UnverifiedForkProof): Uint8Array =>
  behind(kinds.forkProof, encodeForkProof(proof))

export const encodeEvidenceTransaction = (evidence: Uint8Array): Uint8Array =>
  behind(kinds.evidence, evidence)

const kindOf = {
  ...{ registration: kinds.registration, report: kinds.report, ready: kinds.ready },
  succession: kinds.succession,
}

/** What a successor signs to agree. */
export const encodeConsent = (author: PublicKey, number: number, successor: PublicKey) =>
  new Writer().bytes(author).u64(number).bytes(successor).done()

/** The signed part of a statement, kind byte included. */
export function encodeStatement(author: PublicKey, number: number, said: Statement): Uint8Array {
  const to = new Writer().u8(kindOf[said.is]).bytes(author).u64(number)
  switch (said.is) {
    case 'registration':
      to.text(said.owner).list(said.addresses, (address) => to.text(address))
      return to.u8(said.willing ? 1 : 0).done()
    case 'report':
      to.u16(said.page)
      return to
        .list(said.heard, ({ node, share, lastHeard }) => to.hex(node).u16(share).u64(lastHeard))
        .done()
    case 'ready':
      return to.done()
    case 'succession':
      return to.bytes(said.successor).bytes(said.consent).done()
  }
}

/** The signed part of a change of roots, kind byte included. */
export const encodeRoots = (version: number, roots: readonly PublicKey[]): Uint8Array => {
  const to = new Writer().u8(kinds.roots).u64(version)
  return to.list(roots, (key) => to.bytes(key)).done()
}

export const encodeRootsChange = ({
  body,
  signatures,
}: Pick<RootsChange, 'body' | 'signatures'>): Uint8Array => {
  const to = new Writer().bytes(body)
  return to.list(signatures, ({ root, signature }) => to.bytes(root).bytes(signature)).done()
}

/** Reads a transaction. Never throws on hostile bytes; what it reads encodes to the same bytes. */
export function decodeTransaction(bytes: Uint8Array): DecodedTransaction {
  const rest = bytes.subarray(1)
  switch (bytes[0]) {
    case kinds.entry: {
      const decoded = decodeEntry(rest)
      if (!decoded.ok) return decoded
      return { ok: true, transaction: { is: 'entry', entry: decoded.rating } }
    }
    case kinds.forkProof: {
      const proof = decodeForkProof(rest)
      return proof !== undefined && equalBytes(encodeForkProof(proof), rest)
        ? { ok: true, transaction: { is: 'fork-proof', proof } }
        : malformed
    }
    case kinds.evidence:
      return { ok: true, transaction: { is: 'evidence', bytes: new Uint8Array(rest) } }
    case kinds.registration:
    case kinds.report:
    case kinds.ready:
    case kinds.succession:
      return found(decodeSigned(bytes))
    case kinds.roots:
      return found(decodeRootsChange(bytes))
    default:
      return malformed
  }
}

const malformed = { ok: false, rule: 'malformed' } as const

const found = (transaction: LedgerTransaction | undefined): DecodedTransaction =>
  transaction === undefined ? malformed : { ok: true, transaction }

function decodeSigned(bytes: Uint8Array): Signed | undefined {
  if (bytes.length < 1 + 32 + 8 + 64) return undefined
  const body = new Uint8Array(bytes.subarray(0, -64))
  const from = new Reader(body)
  const kind = from.u8()
  const { key, id } = identityOf(from.bytes(32))
  const number = from.u64()
  const statement = readStatement(kind, from)
  if (!from.complete) return undefined
  const signature = new Uint8Array(bytes.subarray(-64))
  return { is: 'signed', author: key, authorId: id, number, statement, body, signature }
}

function readStatement(kind: number, from: Reader): Statement {
  if (kind === kinds.ready) return { is: 'ready' }
  if (kind === kinds.succession)
    return { is: 'succession', successor: from.bytes(32), consent: from.bytes(64) }
  if (kind === kinds.report) {
    const page = from.u16()
    const heard = from.list(() => ({
      ...{ node: from.nodeId(), share: from.u16(), lastHeard: from.u64() },
    }))
    return { is: 'report', page, heard }
  }
  const owner = from.text()
  const addresses = from.list(() => from.text())
  return { is: 'registration', owner, addresses, willing: from.flag() }
}

function decodeRootsChange(bytes: Uint8Array): RootsChange | undefined {
  const from = new Reader(bytes)
  from.u8()
  const version = from.u64()
  const roots = from.list(() => from.bytes(32))
  const signatures = from.list(() => ({ root: from.bytes(32), signature: from.bytes(64) }))
  if (!from.complete) return undefined
  if (roots.length === 0 || roots.length > rootsPerChangeMax) return undefined
  if (!isAscending(roots) || !isAscending(signatures.map(({ root }) => root))) return undefined
  return { is: 'roots', version, roots, body: encodeRoots(version, roots), signatures }
}

const isAscending = (keys: readonly PublicKey[]): boolean =>
  keys.every((key, i) => i === 0 || identityOf(keys[i - 1]!).id < identityOf(key).id)
