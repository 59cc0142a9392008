// The write-ahead log's ends: torn, truncated, rotten; and the last-signed record beside it.
import { describe, expect, it } from 'vitest'
import { blockOf, type Header, transactionOf } from '../../consensus/block.ts'
import { LastSigned, SignedCorrupt, signedKey } from '../../consensus/last-signed.ts'
import type { VerifiedProposal } from '../../consensus/vote.ts'
import { readWal, Wal, WalCorrupt } from '../../consensus/wal.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { blockNamed, chainId, SigningCommittee, toySigner } from './signing-committee.ts'

const seats = new SigningCommittee(['ada', 'ben', 'cyd', 'dot'])

const header = {
  ...{ chainId, height: 7, time: 5, previous: blockNamed('before'), proposer: seats.ids[0]! },
  ...{
    lastCommitHash: '1'.repeat(64),
    stateHash: '2'.repeat(64),
    transactionsRoot: '3'.repeat(64),
  },
  ...{ committeeHash: '4'.repeat(64), nextCommitteeHash: '5'.repeat(64) },
}
const before = seats.commit({ height: 6, round: 1, block: header.previous })!
const made = blockOf(
  header as Header,
  [transactionOf(utf8('one')), transactionOf(utf8(''))],
  before,
)

/** A log of a few entries of every kind. */
function entries(): Map<string, Uint8Array> {
  const wal = new Wal(7, 0)
  wal.append({ on: 'start-round' })
  wal.append({ on: 'block', block: made })
  wal.append({ on: 'value', round: 0, block: made.id })
  const place = { height: 7, round: 0, validRound: -1, proposer: seats.ids[0]! }
  const unsigned = { ...place, block: made.id, signature: new Uint8Array(64).fill(9) }
  wal.append({ on: 'proposal', proposal: unsigned as VerifiedProposal, valid: true })
  for (const voter of seats.ids) {
    const block = voter < seats.ids[2]! ? blockNamed('a') : null
    const vote = seats.vote(voter, { kind: 'prevote', height: 7, round: 0, block })
    wal.append({ on: 'vote', vote })
  }
  const polka = seats.ids.map((voter) =>
    seats.vote(voter, { kind: 'prevote', height: 7, round: 1, block: made.id }),
  )
  wal.append({ on: 'polka', votes: polka })
  wal.append({ on: 'timeout', step: 'prevote', round: 0 })
  return new Map(wal.flush().map(({ key, value }) => [key, value!]))
}

describe('the log', () => {
  it('rule 12: cut at any byte of its last entry, it is read up to there and the rest deleted', () => {
    const whole = entries()
    const { records } = readWal(whole, 7)
    expect(records.map(({ on }) => on)).toEqual([
      ...[
        'start-round',
        'block',
        'value',
        'proposal',
        'vote',
        'vote',
        'vote',
        'vote',
        'polka',
        'timeout',
      ],
    ])
    expect(records[1]).toEqual({ on: 'block', block: made })
    const keys = [...whole.keys()]
    for (let kept = 0; kept < keys.length; kept++) {
      const value = whole.get(keys[kept]!)!
      for (let cut = 0; cut < value.length; cut++) {
        const torn = new Map(keys.slice(0, kept).map((key) => [key, whole.get(key)!]))
        torn.set(keys[kept]!, value.subarray(0, cut))
        const read = readWal(torn, 7)
        expect(read.records).toEqual(records.slice(0, kept))
        expect(read.writes).toEqual([{ key: keys[kept], value: null }])
      }
    }
  })

  it('rule 12: any changed bit in the middle refuses to start and says what to do', () => {
    const whole = entries()
    const keys = [...whole.keys()]
    for (const key of keys.slice(0, -1))
      for (let at = 0; at < whole.get(key)!.length; at++) {
        const rotten = new Map(whole)
        const value = Uint8Array.from(whole.get(key)!)
        value[at]! ^= 0x10
        rotten.set(key, value)
        expect(() => readWal(rotten, 7)).toThrow(WalCorrupt)
      }
    const holed = new Map(whole)
    holed.delete(keys[2]!)
    expect(() => readWal(holed, 7)).toThrow(/Restore the whole store from a good copy/)
  })

  it('rule 12: leftovers of earlier heights are deleted, entries of a later one refuse', () => {
    const whole = entries()
    expect(readWal(whole, 8)).toEqual({
      records: [],
      writes: [...whole.keys()].map((key) => ({ key, value: null })),
    })
    expect(() => readWal(whole, 6)).toThrow(WalCorrupt)
  })
})

describe('the last-signed record', () => {
  const signer = toySigner('ada')
  const place = { height: 5, round: 2, step: 'prevote' } as const

  it('rule 11: refuses whatever is earlier, or different at the same place', () => {
    const guard = new LastSigned(undefined)
    const signature = guard.sign(signer, place, utf8('a'))
    expect(signature).toBeDefined()
    expect(guard.sign(signer, place, utf8('a'))).toBe(signature)
    expect(guard.sign(signer, place, utf8('b'))).toBeUndefined()
    for (const earlier of [
      { height: 4, round: 9, step: 'precommit' },
      { height: 5, round: 1, step: 'precommit' },
      { height: 5, round: 2, step: 'propose' },
    ] as const)
      expect(guard.sign(signer, earlier, utf8('a'))).toBeUndefined()
    expect(guard.sign(signer, { ...place, step: 'precommit' }, utf8('c'))).toBeDefined()
  })

  it('rule 11: remembers over a restart, and refuses to start on a damaged record', () => {
    const guard = new LastSigned(undefined)
    const signature = guard.sign(signer, place, utf8('a'))
    const [write] = guard.writes()
    expect(write!.key).toBe(signedKey)
    expect(guard.writes()).toEqual([])
    const again = new LastSigned(write!.value!)
    expect(again.sign(signer, place, utf8('a'))).toEqual(signature)
    expect(again.sign(signer, place, utf8('b'))).toBeUndefined()
    for (let cut = 0; cut < write!.value!.length; cut++)
      expect(() => new LastSigned(write!.value!.subarray(0, cut))).toThrow(SignedCorrupt)
  })
})
