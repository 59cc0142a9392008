// Taking a node's key out of a home, and into another one.
import { readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { isOfAnother } from '../../src/api/connection-file.ts'
import { Failure } from '../../src/core/failure.ts'
import { openKey, parseSealed, sealKey } from './sealed-key.ts'

const identityFile = (home: string): string => join(home, 'identity')

interface Key {
  readonly text: string
  readonly peerId: string
}

/** The key of a home; undefined where none is. */
async function keyOf(home: string): Promise<Key | undefined> {
  const file = identityFile(home)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // The second: its home is no folder, which whoever makes the key is told.
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    if (isOfAnother(error)) throw new Failure('home/not-yours', { folder: home })
    throw new Failure('cli/unreadable-file', { file, why: error.message })
  })
  return text === undefined ? undefined : { text, peerId: await peerIdIn(text, file) }
}

/** @throws Failure `home/malformed` */
async function peerIdIn(text: string, file: string): Promise<string> {
  const { parseIdentity } = await import('../../src/runtime/home/identity.ts')
  const { signerFrom } = await import('../../src/runtime/ed25519/fastest.ts')
  const { peerIdOf } = await import('../../src/core/id.ts')
  return peerIdOf(signerFrom(parseIdentity(text, file)).publicKey)
}

/**
 * Who the node of a home is; its key is made where there is none.
 *
 * @throws Failure `home/locked`, `home/malformed`, `home/unusable`
 */
export async function showKey(
  home: string,
): Promise<{ readonly home: string; readonly peerId: string; readonly nodeId: string }> {
  const { nodeIdOf, publicKeyOfPeerId } = await import('../../src/core/id.ts')
  const peerId = (await keyOf(home))?.peerId ?? (await newKey(home))
  return { home, peerId, nodeId: nodeIdOf(publicKeyOfPeerId(peerId)) }
}

async function newKey(home: string): Promise<string> {
  const { openHome } = await import('../../src/runtime/home/home.ts')
  const { loadOrCreateIdentity } = await import('../../src/runtime/home/identity.ts')
  await using held = await openHome(home)
  return (await loadOrCreateIdentity(held.identity)).peerId
}

/**
 * Seals a home's key into a file that must not be there yet.
 *
 * @param file `-` is standard output: the text is then returned alone
 * @throws Failure `keys/none`, `keys/file-there`, `keys/short-passphrase`, `cli/unwritable-file`
 */
export async function exportKey(
  home: string,
  file: string,
  passphrase: string,
): Promise<{ readonly peerId: string; readonly sealed: string }> {
  const key = await keyOf(home)
  if (key === undefined) throw new Failure('keys/none', { home })
  const sealed = await sealKey(key.text, key.peerId, passphrase)
  const { secretMode, writeFresh } = await import('../../src/runtime/home/atomic-file.ts')
  if (file !== '-')
    try {
      await writeFresh(file, sealed, secretMode)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') throw new Failure('keys/file-there', { file })
      throw new Failure('cli/unwritable-file', { file, why: message })
    }
  return { peerId: key.peerId, sealed }
}

/**
 * The text of an exported key.
 *
 * @param file `-` is standard input
 * @throws Failure `cli/unreadable-file`
 */
export async function sealedIn(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  } catch (error) {
    throw new Failure('cli/unreadable-file', { file, why: (error as Error).message })
  }
}

/**
 * Puts a sealed key into a home that runs no node. Another key there stays beside it when it is replaced.
 *
 * @throws Failure `keys/malformed`, `keys/wrong-passphrase`, `keys/other-key`, `home/locked`
 */
export async function importKey(
  home: string,
  { text, file }: { readonly text: string; readonly file: string },
  passphrase: string,
  replace: boolean,
): Promise<{ readonly peerId: string; readonly kept: string | null; readonly changed: boolean }> {
  const { openHome } = await import('../../src/runtime/home/home.ts')
  const { writeAtomically } = await import('../../src/runtime/home/atomic-file.ts')
  await using held = await openHome(home)
  const present = await keyOf(home)
  const claimed = parseSealed(text, file).peerId
  // Before the passphrase is tried, which takes a while.
  if (present !== undefined && present.peerId !== claimed && !replace)
    throw new Failure('keys/other-key', { home, peerId: present.peerId })
  const opened = await openKey(text, passphrase, file)
  const peerId = await peerIdIn(opened.identity, file)
  if (present?.peerId === peerId) return { peerId, kept: null, changed: false }
  const kept = present === undefined ? null : await freeName(`${held.identity}.${present.peerId}`)
  if (kept !== null) await rename(held.identity, kept)
  await writeAtomically(held.identity, opened.identity)
  return { peerId, kept, changed: true }
}

async function freeName(wanted: string): Promise<string> {
  const isThere = await stat(wanted).then(
    () => true,
    () => false,
  )
  return isThere ? `${wanted}.${Date.now()}` : wanted
}
