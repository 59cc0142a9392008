// Peers and values for the tests of one values machine.
import { contentValue, signValue, type VerifiedValue } from '../../overlay/values/value.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { chainId, peerOf, type ScriptedPeer } from './scripted.ts'

export const peers: readonly ScriptedPeer[] = Array.from({ length: 12 }, (_, i) => peerOf(i + 1))

/** A minute after the clock of a ScriptedValues starts. */
export const later = 1_000_000_000 + 60_000

export const value = contentValue(utf8('as it was put'), later)

/** Under the name `news`. */
export const signed = (sequence: number, by = peers[0]!, expiresAt = later): VerifiedValue =>
  signValue(by.signer, chainId, {
    ...{ name: 'news', sequence, expiresAt, bytes: utf8(`number ${sequence}`) },
  })
