// Ed25519 by libsodium through sodium-native: the fast path, some 15,000 verifications a second on
// one core. Libsodium's rule is the network's rule; the pre-checks run here all the same, so that a
// later libsodium with other ideas about encodings cannot change a verdict.
import sodium from 'sodium-native'
import { assert } from '../../core/assert.ts'
import { seedBytes, signatureBytes, wellFormed } from '../../core/ed25519.ts'
import type { Signer, Verify } from '../../core/signature.ts'
import type { Ed25519Backend } from './backend.ts'

export const verify: Verify = (publicKey, message, signature) =>
  wellFormed(publicKey, signature) &&
  sodium.crypto_sign_verify_detached(signature, message, publicKey)

/** The signer of a 32-byte seed. */
export function signerFrom(seed: Uint8Array): Signer {
  assert(seed.length === seedBytes, 'an Ed25519 seed has 32 bytes')
  const publicKey = new Uint8Array(32)
  const secretKey = new Uint8Array(sodium.crypto_sign_SECRETKEYBYTES)
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed)
  return {
    publicKey,
    sign(message) {
      const signature = new Uint8Array(signatureBytes)
      sodium.crypto_sign_detached(signature, message, secretKey)
      return signature
    },
  }
}

export const backend: Ed25519Backend = { name: 'sodium', verify, signerFrom }
