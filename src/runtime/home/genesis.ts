// The genesis file: what a network is founded on. Its SHA-256 names the network (the chain id is the
// beginning of it), so its bytes have one form only: JSON with these keys in this order, indented by
// two spaces, with a line feed at the end; anything else is refused.
import { sha256 } from '@noble/hashes/sha2.js'
import { equalBytes, hex, utf8, utf8Text } from '../../core/bytes.ts'
import { Failure } from '../../core/failure.ts'
import { type ChainId, chainIdOf, type Millis, publicKeyOfPeerId } from '../../core/id.ts'
import { committeeSizeMax } from '../../core/limits.ts'
import { readInHome, writeAtomically } from './atomic-file.ts'

export interface Genesis {
  /** A name for people; '' is fine. */
  readonly name: string
  readonly createdAt: Millis
  /** PeerIds of the founding members: at least one, sorted, none twice. */
  readonly members: readonly string[]
  /**
   * PeerIds of the roots of standing, sorted, none twice; the members when absent. Absent and written
   * out are two files and two networks.
   */
  readonly roots?: readonly string[]
  /** Integers that all nodes must agree on, by name, such as blocks in an epoch. */
  readonly parameters: Readonly<Record<string, number>>
}

/** Known people of a large community; with them a genesis has some 60 KiB. */
const rootsMax = 1_000
export const nameCharactersMax = 64
const parameterForm = /^[a-z][A-Za-z0-9]{0,63}$/

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const sortedOnce = (peerIds: readonly string[]): string[] => [...new Set(peerIds)].sort(byText)

/** The canonical bytes of a genesis; members, roots and parameters are sorted on the way. */
export function encodeGenesis(genesis: Genesis): Uint8Array {
  const document = {
    schemaVersion: 1,
    kind: 'trustnet/genesis',
    name: genesis.name,
    createdAt: new Date(genesis.createdAt).toISOString(),
    members: sortedOnce(genesis.members),
    ...(genesis.roots === undefined ? {} : { roots: sortedOnce(genesis.roots) }),
    parameters: Object.fromEntries(
      Object.entries(genesis.parameters).sort(([a], [b]) => byText(a, b)),
    ),
  }
  return utf8(`${JSON.stringify(document, null, 2)}\n`)
}

function isPeerId(text: unknown): boolean {
  try {
    return publicKeyOfPeerId(String(text)).length === 32
  } catch {
    return false
  }
}

/** What is wrong with the parts of a genesis; undefined when nothing is. */
function wrongWith({ name, createdAt, members, roots, parameters }: Genesis): string | undefined {
  if (typeof name !== 'string' || [...name].length > nameCharactersMax)
    return `its name is not a text of at most ${nameCharactersMax} characters`
  if (!Number.isInteger(createdAt)) return 'its createdAt is not a date'
  if (!Array.isArray(members) || members.length === 0 || members.length > committeeSizeMax)
    return `it names no founding members, or more than ${committeeSizeMax}: name 1 to ${committeeSizeMax}, the others join later`
  if (roots !== undefined && (!Array.isArray(roots) || roots.length === 0))
    return 'its roots are no list of PeerIds: leave them out, then the members are the roots'
  if (roots !== undefined && roots.length > rootsMax) return `it names more than ${rootsMax} roots`
  const stranger = [...members, ...(roots ?? [])].find((peerId) => !isPeerId(peerId))
  if (stranger !== undefined)
    return `its ${members.includes(stranger) ? 'member' : 'root'} "${stranger}" is not an Ed25519 PeerId`
  if (typeof parameters !== 'object' || parameters === null) return 'its parameters are missing'
  const odd = Object.entries(parameters).find(
    ([key, value]) => !parameterForm.test(key) || !Number.isSafeInteger(value),
  )
  return odd && `its parameter "${odd[0]}" is not an integer under a plain name`
}

/**
 * Reads canonical genesis bytes, whoever sent them.
 *
 * @param file named in the failure
 * @throws Failure `home/malformed` saying what is wrong
 */
export function decodeGenesis(bytes: Uint8Array, file: string): Genesis {
  const malformed = (why: string) => new Failure('home/malformed', { file, why })
  let document: Record<string, unknown>
  try {
    document = JSON.parse(utf8Text(bytes)) as Record<string, unknown>
  } catch {
    throw malformed('it is not JSON')
  }
  if (document?.kind !== 'trustnet/genesis') throw malformed('it is not a genesis')
  if (document.schemaVersion !== 1)
    throw malformed(`its schemaVersion is ${document.schemaVersion}, this version reads 1`)
  const genesis: Genesis = {
    name: document.name as string,
    createdAt: Date.parse(String(document.createdAt)),
    members: document.members as string[],
    ...(document.roots === undefined ? {} : { roots: document.roots as string[] }),
    parameters: document.parameters as Record<string, number>,
  }
  const wrong = wrongWith(genesis)
  if (wrong !== undefined) throw malformed(wrong)
  if (!equalBytes(encodeGenesis(genesis), bytes)) throw malformed('it is not in its canonical form')
  return genesis
}

/** The SHA-256 of a genesis file: what an invite pins. */
export const genesisHashOf = (bytes: Uint8Array): string => hex(sha256(bytes))

export interface Network {
  readonly genesis: Genesis
  readonly bytes: Uint8Array
  readonly chainId: ChainId
  readonly genesisHash: string
}

/** A network from its genesis bytes; throws like `decodeGenesis`. */
export const networkOf = (bytes: Uint8Array, file: string): Network => ({
  genesis: decodeGenesis(bytes, file),
  bytes,
  chainId: chainIdOf(bytes),
  genesisHash: genesisHashOf(bytes),
})

/** The network of a home; undefined while it has joined none. */
export async function loadNetwork(file: string): Promise<Network | undefined> {
  const bytes = await readInHome(file)
  return bytes && networkOf(bytes, file)
}

/**
 * Writes the genesis of the network that a home joins or founds; the same one again is fine.
 *
 * @throws Failure `home/other-network` when the home belongs to another network
 */
export async function adoptNetwork(
  folder: string,
  file: string,
  bytes: Uint8Array,
): Promise<Network> {
  const network = networkOf(bytes, file)
  const present = await loadNetwork(file)
  if (present !== undefined && present.chainId !== network.chainId)
    throw new Failure('home/other-network', {
      folder,
      chainId: present.chainId,
      asked: network.chainId,
    })
  if (present === undefined) await writeAtomically(file, bytes)
  return network
}
