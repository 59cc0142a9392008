// Signatures for simulations: a keyed hash that whoever knows the public key can compute, and so
// verify, in a microsecond. Nobody forges in a simulation; what is tested is who signs what, and that
// a signature fits exactly the bytes and the key that it was made for.
import { copyBytes } from '../../core/bytes.ts'
import { type NodeId, nodeIdOf, type PublicKey } from '../../core/id.ts'
import { seededRandom } from '../../core/random.ts'
import type { Signer, Verify } from '../../core/signature.ts'

const lanes = 4

/** Four 32-bit lanes over key and message; each lane multiplies by its own odd constant. */
function lanesOf(publicKey: PublicKey, message: Uint8Array): Uint32Array {
  const out = new Uint32Array(lanes)
  let a = 0x9e3779b9
  let b = 0x7f4a7c15
  let c = 0x85ebca6b
  let d = 0xc2b2ae35
  for (const bytes of [publicKey, message])
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!
      a = Math.imul(a ^ byte, 0x01000193)
      b = Math.imul(b ^ byte, 0x21f0aaad) + a
      c = Math.imul(c ^ byte, 0x735a2d97) + (b >>> 15)
      d = Math.imul(d ^ byte, 0x2c1b3c6d) + (c >>> 13)
    }
  out[0] = a
  out[1] = b
  out[2] = c
  out[3] = d
  return out
}

const signatureOf = (publicKey: PublicKey, message: Uint8Array): Uint8Array => {
  const signature = new Uint8Array(64)
  const view = new DataView(signature.buffer)
  const words = lanesOf(publicKey, message)
  for (let i = 0; i < 16; i++) view.setUint32(4 * i, Math.imul(words[i % lanes]!, 2 * i + 1))
  return signature
}

/** The verify port of a simulation. */
export const fakeVerify: Verify = (publicKey, message, signature) => {
  const right = signatureOf(publicKey, message)
  return signature.length === 64 && right.every((byte, i) => byte === signature[i])
}

export interface FakeKey {
  readonly nodeId: NodeId
  readonly publicKey: PublicKey
}

/** The n-th key pair of all simulations; the same in every run, so that ids are computed once. */
const keys: FakeKey[] = []
export function fakeKey(n: number): FakeKey {
  for (let i = keys.length; i <= n; i++) {
    const publicKey = seededRandom(0x5eed + i).bytes(32)
    keys.push({ nodeId: nodeIdOf(publicKey), publicKey })
  }
  return keys[n]!
}

/** @param watch told of every signature as it is made, with the bytes signed */
export const fakeSigner = (key: FakeKey, watch: (message: Uint8Array) => void): Signer => ({
  publicKey: key.publicKey,
  sign(message) {
    watch(copyBytes(message))
    return signatureOf(key.publicKey, message)
  },
})
