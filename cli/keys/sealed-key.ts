// An exported key: the node's identity under a passphrase, as one JSON file that may lie on any disk.
// scrypt turns the passphrase into a key (slow on purpose: guessing is what an attacker does), and
// AES-256-GCM seals the identity; everything else in the file is authenticated with it.
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { Failure } from '../../src/core/failure.ts'

/** Four words, or a dozen characters: fewer are guessed in an afternoon, scrypt or not. */
export const passphraseCharactersMin = 12

/** 128 MiB and about half a second for one guess. */
const cost = { N: 2 ** 17, r: 8, p: 1 } as const
/** What a file may ask of whoever opens it: it was made by somebody. */
const memoryBytesMax = 2 ** 29
const costMax = { N: 2 ** 20, r: 32, p: 8 } as const

interface Header {
  readonly schemaVersion: 1
  readonly kind: 'trustnet/sealed-key'
  /** Whose key it is, for people. */
  readonly peerId: string
  readonly kdf: {
    readonly name: 'scrypt'
    readonly N: number
    readonly r: number
    readonly p: number
    /** Base64, 16 bytes. */
    readonly salt: string
  }
  readonly cipher: 'aes-256-gcm'
  /** Base64, 12 bytes. */
  readonly nonce: string
}

interface Sealed extends Header {
  /** Base64: ciphertext and the 16-byte tag. */
  readonly sealed: string
}

const derive = (passphrase: string, { N, r, p, salt }: Header['kdf']): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(
      // The same passphrase typed on another keyboard is the same.
      passphrase.normalize('NFC'),
      Buffer.from(salt, 'base64'),
      32,
      { N, r, p, maxmem: memoryBytesMax },
      (error, key) => (error === null ? resolve(key) : reject(error)),
    ),
  )

const authenticated = ({ schemaVersion, kind, peerId, kdf, cipher, nonce }: Header): Buffer => {
  const { name, N, r, p, salt } = kdf
  return Buffer.from(
    JSON.stringify([schemaVersion, kind, peerId, name, N, r, p, salt, cipher, nonce]),
  )
}

/**
 * The text of the file.
 *
 * @throws Failure `keys/short-passphrase`
 */
export async function sealKey(
  identity: string,
  peerId: string,
  passphrase: string,
): Promise<string> {
  if ([...passphrase].length < passphraseCharactersMin)
    throw new Failure('keys/short-passphrase', { charactersMin: passphraseCharactersMin })
  const header: Header = {
    schemaVersion: 1,
    kind: 'trustnet/sealed-key',
    peerId,
    kdf: { name: 'scrypt', ...cost, salt: randomBytes(16).toString('base64') },
    cipher: 'aes-256-gcm',
    nonce: randomBytes(12).toString('base64'),
  }
  const key = await derive(passphrase, header.kdf)
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.from(header.nonce, 'base64'))
  cipher.setAAD(authenticated(header))
  const sealed = Buffer.concat([
    cipher.update(identity, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  return `${JSON.stringify({ ...header, sealed: sealed.toString('base64') } satisfies Sealed, null, 2)}\n`
}

/**
 * The identity in such a file, and whose it is.
 *
 * @throws Failure `keys/malformed`, `keys/wrong-passphrase`
 */
export async function openKey(
  text: string,
  passphrase: string,
  file: string,
): Promise<{ readonly identity: string; readonly peerId: string }> {
  const key = parseSealed(text, file)
  const secret = await derive(passphrase, key.kdf).catch((error: Error) => {
    throw new Failure('keys/malformed', { file, why: error.message })
  })
  const sealed = Buffer.from(key.sealed, 'base64')
  try {
    const cipher = createDecipheriv('aes-256-gcm', secret, Buffer.from(key.nonce, 'base64'))
    cipher.setAAD(authenticated(key))
    cipher.setAuthTag(sealed.subarray(-16))
    const opened = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()])
    return { identity: opened.toString('utf8'), peerId: key.peerId }
  } catch {
    throw new Failure('keys/wrong-passphrase', { file })
  }
}

/**
 * The file as it claims to be; only `openKey` proves it.
 *
 * @throws Failure `keys/malformed`
 */
export function parseSealed(text: string, file: string): Sealed {
  const malformed = (why: string) => new Failure('keys/malformed', { file, why })
  let key: Sealed
  try {
    key = JSON.parse(text) as Sealed
  } catch {
    throw malformed('it is not JSON')
  }
  if (key?.kind !== 'trustnet/sealed-key') throw malformed('it is something else')
  if (key.schemaVersion !== 1)
    throw malformed(`its schemaVersion is ${key.schemaVersion}, this version reads 1`)
  const { kdf } = key
  const within = (name: keyof typeof costMax): boolean =>
    Number.isInteger(kdf?.[name]) && kdf[name] >= 1 && kdf[name] <= costMax[name]
  if (kdf?.name !== 'scrypt' || !within('N') || !within('r') || !within('p'))
    throw malformed('its scrypt parameters are out of bounds')
  const bytes = (said: unknown): number =>
    typeof said === 'string' ? Buffer.from(said, 'base64').length : 0
  if (key.cipher !== 'aes-256-gcm' || bytes(key.nonce) !== 12 || bytes(kdf.salt) !== 16)
    throw malformed('its cipher is another one')
  if (typeof key.peerId !== 'string' || bytes(key.sealed) <= 16) throw malformed('it is cut')
  return key
}
