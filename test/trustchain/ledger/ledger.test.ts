// The ledger as a replicated application: determinism, restart, agreement with a naive second one.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import type { Category, VerifiedRating } from '../../../trustchain/entry.ts'
import { Ledger } from '../../../trustchain/ledger/ledger.ts'
import { decodeTransaction } from '../../../trustchain/ledger/transactions.ts'
import { Chain, genesisOf, type Person, people, ports } from './chain.ts'
import { NaiveLedger } from './naive.ts'

/** One thing that somebody says in a random history. */
interface Saying {
  readonly author: number
  readonly subject: number
  readonly overlay: 'social' | 'work'
  readonly category: Category | 'trust'
  readonly halves: number
}

const saying: fc.Arbitrary<Saying> = fc.record({
  author: fc.nat(5),
  subject: fc.nat(6),
  overlay: fc.constantFrom('social', 'work'),
  category: fc.constantFrom('trust', 'trust', 'reliability', 'performance', 'honesty'),
  halves: fc.integer({ min: 2, max: 10 }),
})

/** Blocks of sayings; an epoch every three blocks. */
const history = fc.array(fc.array(saying, { maxLength: 6 }), { minLength: 1, maxLength: 10 })

const said = (everybody: readonly Person[], { author, subject, ...what }: Saying): Uint8Array => {
  const [by, of] = [everybody[author]!, everybody[subject]!]
  const { category, halves, overlay } = what
  if (category === 'trust') return by.trusts(of, (halves - 6) * 250_000, overlay)
  return by.stars(of, halves / 2, category, overlay)
}

const shortEpochs = { epochBlocks: 3, epochMs: 2_000, snapshotBlocks: 0 }

/** The entry within a transaction that `said` made. */
const entryOf = (transaction: Uint8Array): VerifiedRating => {
  const decoded = decodeTransaction(transaction)
  if (!decoded.ok || decoded.transaction.is !== 'entry') throw new Error('no entry')
  return decoded.transaction.entry as VerifiedRating
}

test('the ledger agrees with a naive one that computes everything from all final entries', () => {
  fc.assert(
    fc.property(history, (blocks) => {
      const everybody = people(7)
      const chain = new Chain(genesisOf(everybody.slice(0, 5), shortEpochs))
      const naive = new NaiveLedger()
      for (const block of blocks) {
        const admitted: Uint8Array[] = []
        for (const one of block) {
          // A banned author's entry is refused: the naive ledger knows no bans, so nobody tries.
          if (chain.ledger.banned(everybody[one.author]!.id)) continue
          const transaction = said(everybody, one)
          expect(naive.admits(entryOf(transaction))).toBe(true)
          naive.entries.push(entryOf(transaction))
          admitted.push(transaction)
        }
        // A ban within the block may refuse what follows: then the history ends here.
        const refusal = chain.ledger.processProposal(chain.facts(admitted))
        if (refusal !== null) {
          expect(refusal.code).toBe('author/banned')
          return
        }
        chain.block(admitted)
      }
      for (const { id } of everybody) {
        expect(chain.ledger.finalHead(id).seq).toBe(naive.seq(id))
        expect(chain.ledger.reputationOf(id)).toEqual(
          naive.reputation(id, (node) => chain.ledger.standingOf(node)),
        )
      }
      const ratings = [...chain.ledger.ratings()].map(
        ({ author, subject, overlay, kind, value }) =>
          `${author}/${subject}/${overlay}/${kind} ${value}`,
      )
      expect(ratings.sort()).toEqual(naive.ratings())
    }),
    { numRuns: 50 },
  )
})

test('rule 21: every block re-applied on a state in shuffled order, restarted in between, gives the same hash', () => {
  fc.assert(
    fc.property(history, fc.nat(), (blocks, seed) => {
      const everybody = people(7)
      const chain = new Chain(genesisOf(everybody.slice(0, 5), shortEpochs))
      for (const block of blocks) {
        const made = block.map((one) => said(everybody, one))
        const room = { bytes: 100_000, count: 100 }
        chain.block(chain.ledger.prepareProposal(made, room, chain.ledger.time + 1))
        for (const person of everybody) {
          // Whatever a ban kept out was not said.
          const { seq } = chain.ledger.finalHead(person.id)
          person.log.length = seq
        }
      }
      const again = new Chain(chain.genesis)
      let turn = seed
      for (const [i, facts] of chain.blocks.entries()) {
        // Another order of insertion each time, by a fixed rule of the seed.
        again.restart((keys) => {
          turn = (turn * 1_103_515_245 + 12_345) % 2_147_483_648
          const rank = (key: string): number =>
            [...key].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0) + turn) % 99_991, 7)
          return keys.sort((a, b) => rank(a) - rank(b))
        })
        expect(again.finalize(facts).stateHash).toBe(chain.hashes[i])
      }
      expect([...again.ledger.nodes()]).toEqual([...chain.ledger.nodes()])
      expect(again.ledger.committee.hash).toBe(chain.ledger.committee.hash)
      expect(again.ledger.epoch).toEqual(chain.ledger.epoch)
    }),
    { numRuns: 30 },
  )
})

test('a store that lost or changed a leaf is refused by name', () => {
  const everybody = people(4)
  const chain = new Chain(genesisOf(everybody))
  chain.block([everybody[0]!.trusts(everybody[1]!, 900_000)])
  const stored = [...chain.store]
  const refused = (entries: typeof stored): string => {
    try {
      new Ledger(ports, chain.genesis, entries)
      return 'accepted'
    } catch (error) {
      return (error as Failure).code
    }
  }
  expect(refused(stored)).toBe('accepted')
  expect(refused(stored.filter(([key]) => !key.startsWith('state/slot/')))).toBe('ledger/damaged')
  expect(refused(stored.filter(([key]) => key !== 'state/hash'))).toBe('ledger/damaged')
})

test('judging several blocks of one height leaves each of them to be decided', () => {
  const [a, b, c, d] = people(4)
  const chain = new Chain(genesisOf([a!, b!, c!, d!]))
  const one = chain.facts([a!.trusts(b!, 900_000)])
  const other = chain.facts([c!.trusts(d!, 800_000)], 2_000)
  expect(chain.ledger.processProposal(one)).toBeNull()
  expect(chain.ledger.processProposal(other)).toBeNull()
  const direct = new Ledger(ports, chain.genesis, []).finalizeBlock(one)
  expect(chain.ledger.finalizeBlock(one).stateHash).toBe(direct.stateHash)
  expect(chain.ledger.finalHead(c!.id).seq).toBe(0)
})

test('parameters that this version does not know, or that are out of bounds, are refused', () => {
  const founding = (parameters: Record<string, number>) => () =>
    new Ledger(ports, genesisOf(people(1), parameters), [])
  expect(founding({ epochBlocks: 5, heartbeatMs: 500 })).not.toThrow()
  expect(founding({ epochBlockz: 5 })).toThrow(/does not know/)
  expect(founding({ epochBlocks: 0 })).toThrow(/whole number from 1/)
  expect(founding({ epochMs: 1.5 })).toThrow(/epochMs to 1.5/)
  expect(founding({ banBelow: 30, healAbove: 20 })).toThrow(Failure)
})
