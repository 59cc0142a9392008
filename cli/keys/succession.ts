// Handing a node's name over to a new key, in steps that each leave a file behind which says how far it
// got (src/runtime/home/successor.ts): run again it goes on from there.
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { ApiClient } from '../../src/api/client.ts'
import { hex } from '../../src/core/bytes.ts'
import { Failure } from '../../src/core/failure.ts'
import { type ChainId, nodeIdOf, peerIdOf } from '../../src/core/id.ts'
import type { Signer } from '../../src/core/signature.ts'
import { openKey } from './sealed-key.ts'

interface HandedOver {
  readonly home: string
  /** The key whose name it was. */
  readonly peerId: string
  readonly successor: string
}

/** A sealed key, and how to ask for its passphrase. */
interface SealedSuccessor {
  readonly text: string
  readonly file: string
  passphrase(): Promise<string>
}

/** Between two looks at the chain. */
const lookEveryMs = 200

async function signerOf(file: string): Promise<Signer | undefined> {
  const { parseIdentity } = await import('../../src/runtime/home/identity.ts')
  const { signerFrom } = await import('../../src/runtime/ed25519/fastest.ts')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new Failure('cli/unreadable-file', { file, why: error.message })
  })
  return text === undefined ? undefined : signerFrom(parseIdentity(text, file))
}

/**
 * Names of signed values of the running key that its node holds. A value's place follows from the key that
 * signed it, so they stay the old key's: whoever fears that it was stolen must not be given what it signs.
 */
export async function namesOfValues(api: ApiClient): Promise<readonly string[]> {
  const { nodeId } = await api.status()
  const names: string[] = []
  let after: string | undefined
  do {
    const { values, next } = await api.values(after === undefined ? {} : { after })
    for (const { author, name } of values)
      if (author?.nodeId === nodeId && name !== null) names.push(name)
    after = next ?? undefined
  } while (after !== undefined)
  return names.sort()
}

/**
 * Makes the hand-over of a running node's name final; its next start takes the new key.
 *
 * @param sealed the new key; one is made unless given
 * @throws Failure `keys/…`, and what the ledger refuses the hand-over for
 */
export async function handOver(
  api: ApiClient,
  home: string,
  sealed: SealedSuccessor | undefined,
  seconds: number,
): Promise<HandedOver> {
  const { settleSuccessor, successorPaths } = await import('../../src/runtime/home/successor.ts')
  const paths = successorPaths(home)
  const own = await signerOf(paths.identity)
  if (own === undefined) throw new Failure('keys/none', { home })
  const peerId = peerIdOf(own.publicKey)
  const settled = await signerOf(paths.final)
  if (settled !== undefined) return { home, peerId, successor: peerIdOf(settled.publicKey) }
  const begun = await signerOf(paths.next)
  if (begun === undefined) {
    const { successor } = await api.succession()
    if (successor !== null)
      throw new Failure('keys/succeeded-by-other', { peerId: idOf(successor) })
  }
  const next = await newKey(paths.next, begun, sealed)
  await makeFinal(api, own, next, seconds)
  await settleSuccessor(home)
  return { home, peerId, successor: peerIdOf(next.publicKey) }
}

const idOf = (name: { readonly peerId: string | null; readonly nodeId: string }): string =>
  name.peerId ?? name.nodeId

/** The key of a hand-over that was begun, else the one that was given, else a new one. */
async function newKey(
  file: string,
  begun: Signer | undefined,
  sealed: SealedSuccessor | undefined,
): Promise<Signer> {
  if (sealed === undefined && begun !== undefined) return begun
  const { identityText, newIdentity, parseIdentity } = await import(
    '../../src/runtime/home/identity.ts'
  )
  const { signerFrom } = await import('../../src/runtime/ed25519/fastest.ts')
  const text =
    sealed === undefined
      ? identityText(newIdentity().seed)
      : (await openKey(sealed.text, await sealed.passphrase(), sealed.file)).identity
  const signer = signerFrom(parseIdentity(text, sealed?.file ?? file))
  if (begun !== undefined) {
    const peerId = peerIdOf(begun.publicKey)
    if (peerId !== peerIdOf(signer.publicKey))
      throw new Failure('keys/other-successor', { file, peerId })
    return begun
  }
  const { writeAtomically } = await import('../../src/runtime/home/atomic-file.ts')
  await writeAtomically(file, text)
  return signer
}

/** Does this key decide the next block with others? */
const hasSeat = async (api: ApiClient, nodeId: string): Promise<boolean> =>
  (await api.committee()).members.some((member) => member.nodeId === nodeId)

/** A block was faster: of the node's own next transaction, or of the hand-over itself. */
const overtaken: ReadonlySet<string> = new Set(['transaction/number-used', 'author/succeeded'])

/** Offers the hand-over until a block holds it: what lies in the pool already does so once. */
async function makeFinal(api: ApiClient, own: Signer, next: Signer, seconds: number) {
  const { makeSuccession } = await import('../../trustchain/ledger/make-transaction.ts')
  const until = Date.now() + seconds * 1_000
  const wanted = nodeIdOf(next.publicKey)
  const { chainId } = await api.status()
  for (;;) {
    const { number, successor, nodeId } = await api.succession()
    if (successor !== null) {
      if (successor.nodeId !== wanted)
        throw new Failure('keys/succeeded-by-other', { peerId: idOf(successor) })
      // The heights that have a committee already are decided by the old key.
      if (!(await hasSeat(api, nodeId))) return
    }
    if (successor === null) {
      const bytes = makeSuccession(own, chainId as ChainId, number, next)
      await api.handOver({ transaction: hex(bytes) }).catch((error: Error) => {
        if (!overtaken.has((error as Error & { code?: string }).code ?? '')) throw error
      })
    }
    if (Date.now() >= until) throw new Failure('keys/not-final', { seconds })
    await delay(lookEveryMs)
  }
}
