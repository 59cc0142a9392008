// Signatures of a simulated network: a hash over a secret of the run, the signer and the message. To
// whom does not know the secret it is as unforgeable as Ed25519, and nobody in a run does; it costs
// a hundredth, so that ten thousand nodes can sign every answer. Live nodes and the tests of whole
// nodes use the real thing: what a forged signature does is not this engine's question.
import { concatBytes, equalBytes, utf8 } from '../../../core/bytes.ts'
import { type NodeId, nodeIdOf, type PublicKey } from '../../../core/id.ts'
import { sha256 } from '../../../core/sha256.ts'
import type { Signer, Verify } from '../../../core/signature.ts'

export interface KeyedSignatures {
  /** The signer of a node by its number. */
  readonly signer: (node: number) => Signer
  readonly verify: Verify
}

/** The same seed gives the same keys. */
export function keyedSignatures(seed: number): KeyedSignatures {
  const secret = sha256(utf8(`trustnet/simulated-signatures/${seed}`))
  const signatureOf = (publicKey: PublicKey, message: Uint8Array): Uint8Array => {
    const half = sha256(concatBytes([secret, publicKey, message]))
    // 64 bytes, as Ed25519's.
    return concatBytes([half, half])
  }
  return {
    signer: (node) => {
      const publicKey = sha256(concatBytes([secret, utf8(`node ${node}`)])) as PublicKey
      return { publicKey, sign: (message) => signatureOf(publicKey, message) }
    },
    verify: (publicKey, message, signature) =>
      equalBytes(signatureOf(publicKey, message), signature),
  }
}

/** One node's place in the network, which follows from its key. */
export interface KeyedNode {
  readonly signer: Signer
  readonly nodeId: NodeId
}

export const keyedNode = (signatures: KeyedSignatures, node: number): KeyedNode => {
  const signer = signatures.signer(node)
  return { signer, nodeId: nodeIdOf(signer.publicKey) }
}
