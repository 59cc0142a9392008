// The identity key of a node: one small text file, readable by its owner alone.
//
//     trustnet identity 1
//     seed <64 hex digits: the 32-byte Ed25519 seed of RFC 8032>
//     peer <PeerId of its public key: a check on the seed, and for people>
//
// Blank lines and lines that begin with # may stand anywhere. Whoever has the seed is the node.
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { hex, unhex, utf8Text } from '../../core/bytes.ts'
import { Failure } from '../../core/failure.ts'
import { type NodeId, nodeIdOf, peerIdOf } from '../../core/id.ts'
import type { Signer } from '../../core/signature.ts'
import { signerFrom } from '../ed25519/fastest.ts'
import { readInHome, writeAtomically } from './atomic-file.ts'

export interface Identity {
  readonly signer: Signer
  readonly nodeId: NodeId
  readonly peerId: string
  /** The key was made by this very call: the node has no history under it. */
  readonly fresh: boolean
  /** The 32-byte seed, for libp2p's own key only. */
  readonly seed: Uint8Array
}

const heading = 'trustnet identity 1'

/** The text of an identity file. */
export const identityText = (seed: Uint8Array): string =>
  [
    heading,
    '# The secret key of a trustnet node. Keep it private: whoever has it is the node.',
    `seed ${hex(seed)}`,
    `peer ${peerIdOf(signerFrom(seed).publicKey)}`,
    '',
  ].join('\n')

/**
 * The seed in the text of an identity file.
 *
 * @throws Failure `home/malformed` naming `file`, never the secret
 */
export function parseIdentity(text: string, file: string): Uint8Array {
  const malformed = (why: string) => new Failure('home/malformed', { file, why })
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (lines[0] !== heading) throw malformed(`it does not begin with "${heading}"`)
  const seedText = /^seed ([0-9a-f]{64})$/.exec(lines[1] ?? '')?.[1]
  if (seedText === undefined) throw malformed('its second line is not "seed" and 64 hex digits')
  const peer = /^peer (\S+)$/.exec(lines[2] ?? '')?.[1]
  if (peer === undefined || lines.length !== 3)
    throw malformed('its third and last line is not "peer" and a PeerId')
  const seed = unhex(seedText)
  if (peerIdOf(signerFrom(seed).publicKey) !== peer)
    throw malformed('its seed and its PeerId do not belong together')
  return seed
}

const identityOf = (seed: Uint8Array, fresh: boolean): Identity => {
  const signer = signerFrom(seed)
  const { publicKey } = signer
  return { signer, nodeId: nodeIdOf(publicKey), peerId: peerIdOf(publicKey), fresh, seed }
}

/** An identity with a new key, which lies in no file. */
export const newIdentity = (): Identity => identityOf(new Uint8Array(randomBytes(32)), true)

/** A secret that others can read is refused, as ssh does; Windows has no such modes. */
async function checkMode(file: string): Promise<void> {
  if (process.platform === 'win32') return
  const mode = (await stat(file)).mode & 0o777
  if ((mode & 0o077) !== 0)
    throw new Failure('home/readable-by-others', { file, mode: mode.toString(8) })
}

/**
 * The identity in `file`; made there, durably and with mode 0600, when there is none. The caller
 * holds the home's lock.
 *
 * @throws Failure `home/malformed`, `home/readable-by-others`, `home/unusable`
 */
export async function loadOrCreateIdentity(file: string): Promise<Identity> {
  const bytes = await readInHome(file)
  if (bytes !== undefined) {
    await checkMode(file)
    return identityOf(parseIdentity(utf8Text(bytes), file), false)
  }
  const made = newIdentity()
  await writeAtomically(file, identityText(made.seed))
  return made
}
