// The fastest Ed25519 backend that works on this machine: sodium-native, else node:crypto, else the
// portable one. A backend is taken only when it passes a known-answer check, so a broken native
// build costs speed and never a verdict. Imported once at start-up; the choice is made at load.
import { hex, unhex, utf8 } from '../../core/bytes.ts'
import * as portable from '../../core/ed25519.ts'
import type { Ed25519Backend } from './backend.ts'

const portableBackend: Ed25519Backend = {
  name: 'portable',
  verify: portable.verify,
  signerFrom: portable.signerFrom,
}

/**
 * What the portable backend makes of a seed of 32 sevens and the message below (the test holds it
 * against that). Written down, since making it takes more of a start than all other backends do.
 */
export const knownAnswer = {
  publicKey: 'ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c',
  message: 'trustnet/self-check/1',
  signature:
    '491ecf27c9ba1b86c1bc9afefecddb853ec9ea541bbe7a94bd5cdfd7b0b18b6d440cf2bdf4c3f0fd6d1e4baac15304b83acb94ba3f7f19fd34ba16e3f4662009',
} as const

/** Signs like the portable backend, accepts that, and refuses another message and a small-order key. */
function works(backend: Ed25519Backend): boolean {
  const message = utf8(knownAnswer.message)
  const signer = backend.signerFrom(new Uint8Array(32).fill(7))
  const signature = signer.sign(message)
  const smallOrder = unhex(`01${'00'.repeat(31)}`)
  return (
    hex(signer.publicKey) === knownAnswer.publicKey &&
    hex(signature) === knownAnswer.signature &&
    backend.verify(signer.publicKey, message, signature) &&
    !backend.verify(signer.publicKey, utf8('trustnet/self-check/2'), signature) &&
    !backend.verify(smallOrder, message, signature)
  )
}

type Load = () => Promise<Ed25519Backend>
const candidates: readonly Load[] = [
  async () => (await import('./sodium.ts')).backend,
  async () => (await import('./node-crypto.ts')).backend,
]

/** The first candidate that loads and passes the check; the portable backend when none does. */
export async function firstWorking(loads: readonly Load[]): Promise<Ed25519Backend> {
  for (const load of loads) {
    try {
      const backend = await load()
      if (works(backend)) return backend
    } catch {
      // No build of it for this machine: the next one.
    }
  }
  return portableBackend
}

/** The backend in use; its name is shown by `trustnet doctor`. */
export const backend: Ed25519Backend = await firstWorking(candidates)
export const verify = backend.verify
export const signerFrom = backend.signerFrom
