// Public keys as identities: one shared copy of each key with its node id beside it. A node id is a
// hash, and the same few keys stand in thousands of entries. A memo of a pure function: clearing it
// changes speed and memory, never an answer.
import { copyBytes, hex } from '../src/core/bytes.ts'
import { type NodeId, nodeIdOf, type PublicKey } from '../src/core/id.ts'
import { identitiesMemoMax } from '../src/core/limits.ts'

export interface Identity {
  readonly key: PublicKey
  readonly id: NodeId
}

const memo = new Map<string, Identity>()

/** The identity of a 32-byte key. The key is copied, so a message's buffer is not kept alive by it. */
export function identityOf(publicKey: PublicKey): Identity {
  const name = hex(publicKey)
  const known = memo.get(name)
  if (known !== undefined) return known
  if (memo.size >= identitiesMemoMax) memo.clear()
  const key = copyBytes(publicKey)
  const identity = { key, id: nodeIdOf(key) }
  memo.set(name, identity)
  return identity
}
