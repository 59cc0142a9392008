// A key that takes over the name of a home's key (trustnet keys succeed). It lies beside it, first as
// `identity.next`; when a block holds the hand-over it is renamed `identity.final`, and whoever opens the
// home next puts it in place. So a crash at any point leaves either key whole and tells how far it got:
// only what is final is ever put in place, and the key before stays as `identity.<its PeerId>`.
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { utf8Text } from '../../core/bytes.ts'
import { peerIdOf } from '../../core/id.ts'
import { signerFrom } from '../ed25519/fastest.ts'
import { readIfThere, syncFolder, writeAtomically } from './atomic-file.ts'
import { parseIdentity } from './identity.ts'

export const successorPaths = (folder: string) => ({
  identity: join(folder, 'identity'),
  next: join(folder, 'identity.next'),
  final: join(folder, 'identity.final'),
})

/** The hand-over to the key in `identity.next` is final: the next to open the home takes it. */
export async function settleSuccessor(folder: string): Promise<void> {
  const { next, final } = successorPaths(folder)
  await rename(next, final)
  await syncFolder(folder)
}

/**
 * Puts a successor in place whose hand-over is final; the caller holds the home's lock.
 *
 * @throws Failure `home/malformed`
 */
export async function takeSuccessor(folder: string): Promise<void> {
  const { identity, final } = successorPaths(folder)
  const successor = await readIfThere(final)
  if (successor === undefined) return
  // What is no key must not take the place of one.
  parseIdentity(utf8Text(successor), final)
  const before = await readIfThere(identity)
  if (before !== undefined) {
    const { publicKey } = signerFrom(parseIdentity(utf8Text(before), identity))
    await writeAtomically(`${identity}.${peerIdOf(publicKey)}`, before)
  }
  await rename(final, identity)
  await syncFolder(folder)
}
