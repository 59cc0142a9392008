// What an Ed25519 backend is: both halves of the crypto port (src/core/signature.ts) and a name.
// Every backend gives the verdicts of src/core/ed25519.ts; test/runtime/ed25519.test.ts holds them
// against each other on all public vectors.
import type { Signer, Verify } from '../../core/signature.ts'

export interface Ed25519Backend {
  readonly name: 'sodium' | 'node-crypto' | 'portable'
  readonly verify: Verify
  /** The signer of a 32-byte seed. */
  readonly signerFrom: (seed: Uint8Array) => Signer
}
