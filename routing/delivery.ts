// Proof of delivery: the root signs what it received and from whom, so that nobody on the way
// back can name another root without that root's key.
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, unhex } from '../src/core/bytes.ts'
import { type ChainId, type NodeId, nodeIdOf, type RingKey } from '../src/core/id.ts'
import { type Signer, signedBytes, type Verify } from '../src/core/signature.ts'
import type { ResultMessage, RouteId, Witness } from './message.ts'

/** What is signed: route id, key, origin and the payload's SHA-256 (of no bytes for a lookup). */
export interface Delivery {
  readonly routeId: RouteId
  readonly key: RingKey
  readonly origin: NodeId
  readonly data: Uint8Array | null
}

/** The exact bytes under the root's signature: 8 + 16 + 16 + 32 behind the domain. */
const deliveryBytes = (chainId: ChainId, delivery: Delivery): Uint8Array =>
  signedBytes(
    'delivery',
    chainId,
    concatBytes([
      unhex(delivery.routeId),
      unhex(delivery.key),
      unhex(delivery.origin),
      sha256(delivery.data ?? new Uint8Array()),
    ]),
  )

/** This node's signature as the root of a delivery, 64 bytes. */
export const signDelivery = (chainId: ChainId, delivery: Delivery, signer: Signer): Uint8Array =>
  signer.sign(deliveryBytes(chainId, delivery))

/** The root that a result proves, or undefined when its signature or its trace does not hold. */
export function provenRoot(
  result: ResultMessage,
  prove: (witness: Witness) => NodeId | undefined,
): NodeId | undefined {
  const arrivedAt = result.trace.at(-1)?.to
  if (arrivedAt !== nodeIdOf(result.rootKey)) return undefined
  return prove(result)
}

/** The node that signed for a delivery, or undefined when its signature does not hold. */
export const provenWitness = (
  chainId: ChainId,
  delivery: Delivery,
  { rootKey, signature }: Witness,
  verify: Verify,
): NodeId | undefined =>
  verify(rootKey, deliveryBytes(chainId, delivery), signature) ? nodeIdOf(rootKey) : undefined
