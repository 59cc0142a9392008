// Making transactions: what a node signs by its own key, ready to be offered to the ledger.
import type { ChainId, PublicKey } from '../../src/core/id.ts'
import { type Signer, signedBytes } from '../../src/core/signature.ts'
import { identityOf } from '../identity.ts'
import { Writer } from './leaf-codec.ts'
import type { Heard } from './leaves.ts'
import {
  encodeConsent,
  encodeRoots,
  encodeRootsChange,
  encodeStatement,
  type Statement,
} from './transactions.ts'

/** @param number above every one that this key has used: Ledger.nextNumber says the least */
export function makeSigned(
  signer: Signer,
  chainId: ChainId,
  number: number,
  statement: Statement,
): Uint8Array {
  const body = encodeStatement(signer.publicKey, number, statement)
  const signature = signer.sign(signedBytes('transaction', chainId, body))
  return new Writer().bytes(body).bytes(signature).done()
}

export interface Registration {
  readonly owner: string
  readonly addresses: readonly string[]
  /** Wishes to serve on the committee. */
  readonly willing: boolean
}

/** Puts this node on record, or changes what stands there. */
export const makeRegistration = (
  signer: Signer,
  chainId: ChainId,
  number: number,
  registration: Registration,
): Uint8Array => makeSigned(signer, chainId, number, { is: 'registration', ...registration })

/** A member's report of whom it heard this epoch: page 0, 1, …; nodes ascending over all pages, itself left out. */
export const makeReport = (
  signer: Signer,
  chainId: ChainId,
  number: number,
  page: number,
  heard: readonly Heard[],
): Uint8Array => makeSigned(signer, chainId, number, { is: 'report', page, heard })

/** A newcomer's word that it follows the chain and can vote. */
export const makeReady = (signer: Signer, chainId: ChainId, number: number): Uint8Array =>
  makeSigned(signer, chainId, number, { is: 'ready' })

/** Hands this node's name over to another key, which agrees: nothing that the old key signs later counts. */
export function makeSuccession(
  signer: Signer,
  chainId: ChainId,
  number: number,
  successor: Signer,
): Uint8Array {
  const { publicKey } = successor
  const agreed = encodeConsent(signer.publicKey, number, publicKey)
  const consent = successor.sign(signedBytes('handover', chainId, agreed))
  return makeSigned(signer, chainId, number, { is: 'succession', successor: publicKey, consent })
}

const byId = (a: PublicKey, b: PublicKey): number => (identityOf(a).id < identityOf(b).id ? -1 : 1)

/** One root's signature under a change of roots. */
export const signRoots = (
  signer: Signer,
  chainId: ChainId,
  version: number,
  roots: readonly PublicKey[],
): Uint8Array =>
  signer.sign(signedBytes('transaction', chainId, encodeRoots(version, [...roots].sort(byId))))

/** @param version the present one plus 1; @param signatures of more than two thirds of the present roots */
export const makeRootsChange = (
  version: number,
  roots: readonly PublicKey[],
  signatures: readonly { readonly root: PublicKey; readonly signature: Uint8Array }[],
): Uint8Array =>
  encodeRootsChange({
    body: encodeRoots(version, [...roots].sort(byId)),
    signatures: [...signatures].sort((a, b) => byId(a.root, b.root)),
  })
