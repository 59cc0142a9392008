// What a node that starts reads back of its engine, and the errors that refuse to start on a store
// that no crash can have left behind.

import { signedKey } from './last-signed.ts'
import type { BlockId, Height } from './vote.ts'
import { walPrefix } from './wal.ts'
import { decodePrevious, type Previous, previousKey } from './wal-block.ts'

/** Which stored keys the engine wants to see when it starts. */
export const isEngineKey = (key: string): boolean =>
  key === signedKey || key === previousKey || key.startsWith(walPrefix)

/** The store key of a finalized block. */
export const blockKey = (height: Height): string => `block/${String(height).padStart(12, '0')}`

/** The state of the application and the record of the block before do not belong together. */
export class StoreTorn extends Error {
  constructor(height: Height) {
    super(
      `the store holds the state after block ${height} but not the record of that block (key "previous"): it was copied in parts or damaged. Restore the whole store from a good copy, or move it away and let the node sync from its peers`,
    )
    this.name = 'StoreTorn'
  }
}

/** A block that a quorum of the committee signed does not follow this node's state. */
export class StateDiverged extends Error {
  constructor(height: Height, block: BlockId, facts: Readonly<Record<string, unknown>>) {
    super(
      `the committee decided block ${block} at height ${height}, which does not follow this node's state (${JSON.stringify(facts)}): this node's state is wrong, or more than a third of the committee is. Stop here, run "trustnet chain verify", and if this chain is good sync anew into an empty home`,
    )
    this.name = 'StateDiverged'
  }
}

/** @throws StoreTorn */
export function previousIn(
  stored: ReadonlyMap<string, Uint8Array>,
  height: Height,
): Previous | null {
  if (height === 0) return null
  const value = stored.get(previousKey)
  const previous = value && decodePrevious(value)
  if (previous === undefined || previous.header.height !== height) throw new StoreTorn(height)
  return previous
}
