// Ed25519 by node:crypto (OpenSSL), for machines without a libsodium build. OpenSSL checks the
// cofactorless equation and compares R byte by byte; what else it refuses depends on its version (3.0
// accepts 208 of the 914 CCTV cases, 3.5 accepts 43), and a DER key may carry a byte too many. With the
// pre-checks of src/core/ed25519.ts both give the network's verdicts. Building a KeyObject costs more
// than a verification, so those of recent signers are kept.
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signWith,
  verify as verifyWith,
} from 'node:crypto'
import { assert } from '../../core/assert.ts'
import { hex } from '../../core/bytes.ts'
import { seedBytes, wellFormed } from '../../core/ed25519.ts'
import type { PublicKey } from '../../core/id.ts'
import type { Signer, Verify } from '../../core/signature.ts'
import type { Ed25519Backend } from './backend.ts'

/** About 1 KiB each; a committee and a busy neighbourhood fit many times over. */
const keyObjectsMax = 4_096

// DER around a raw key (RFC 8410): SubjectPublicKeyInfo and PKCS #8 of OID 1.3.101.112.
const publicKeyWrapping = Buffer.from('302a300506032b6570032100', 'hex')
const seedWrapping = Buffer.from('302e020100300506032b657004220420', 'hex')

// A Map iterates in insertion order: the first entry is the one longest unused.
const keyObjects = new Map<string, KeyObject>()

function keyObjectOf(publicKey: PublicKey): KeyObject {
  const name = hex(publicKey)
  const known = keyObjects.get(name)
  const key =
    known ??
    createPublicKey({
      key: Buffer.concat([publicKeyWrapping, publicKey]),
      format: 'der',
      type: 'spki',
    })
  keyObjects.delete(name)
  keyObjects.set(name, key)
  if (keyObjects.size > keyObjectsMax) keyObjects.delete(keyObjects.keys().next().value!)
  return key
}

export const verify: Verify = (publicKey, message, signature) => {
  if (!wellFormed(publicKey, signature)) return false
  try {
    return verifyWith(null, message, keyObjectOf(publicKey), signature)
  } catch {
    // OpenSSL may refuse a key that is not on the curve when it is used: such a key verifies nothing.
    return false
  }
}

/** The signer of a 32-byte seed. */
export function signerFrom(seed: Uint8Array): Signer {
  assert(seed.length === seedBytes, 'an Ed25519 seed has 32 bytes')
  const der = Buffer.concat([seedWrapping, seed])
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  return {
    publicKey: Uint8Array.from(spki.subarray(-32)),
    sign: (message) => new Uint8Array(signWith(null, message, secret)),
  }
}

export const backend: Ed25519Backend = { name: 'node-crypto', verify, signerFrom }
