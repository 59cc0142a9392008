// What a node thinks of its peers while keys hand their names over: followed block by block it is the
// same as read anew from the ledger, and from its own newest ratings.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Standings } from '../../src/node/standings.ts'
import { Vetoes } from '../../src/node/vetoes.ts'
import { Trustchains } from '../../trustchain/chain.ts'
import { TrustBook } from '../../trustchain/graph/trust-book.ts'
import { makeRegistration } from '../../trustchain/ledger/make-transaction.ts'
import { Chain, genesisOf, type Person } from '../trustchain/ledger/chain.ts'
import { Crowd } from '../trustchain/ledger/crowd.ts'
import { chainId } from '../trustchain/pump.ts'

const room = { bytes: 100_000, count: 200 }
const overlays = ['social', 'work']

/** The node of one person: its own Trustchain, the ledger, and what follows. */
function viewOf(self: Person, own: Trustchains, { ledger }: Chain) {
  const [trust, vetoes] = [new TrustBook(self.id), new Vetoes(self.id)]
  const standings = new Standings(trust, vetoes, overlays)
  standings.restore(self.id, own, ledger)
  const seen = (everybody: readonly Person[]) => ({
    edges: overlays
      .flatMap((overlay) => trust.edges(overlay))
      .map(({ overlay, author, subject, value }) => [overlay, author, subject, value].join(' '))
      .sort(),
    trust: overlays.map((overlay) => trust.ranking(overlay).map(({ id, trust }) => [id, trust])),
    barred: everybody.filter(({ id }) => vetoes.barred(id)).map(({ id }) => id),
  })
  return { standings, seen }
}

test('following every block gives the same edges, trust and vetoes as reading all anew', () => {
  let handovers = 0
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const crowd = new Crowd(8, seed)
      const self = crowd.all[0]!
      const chain = new Chain(genesisOf(crowd.all.slice(0, 3), { epochBlocks: 2, epochMs: 0 }))
      const own = new Trustchains({ own: self.id })
      const registration = { owner: '', addresses: [], willing: true }
      chain.block(crowd.all.map(({ signer }) => makeRegistration(signer, chainId, 1, registration)))
      const { standings, seen } = viewOf(self, own, chain)
      for (let blocks = 0; blocks < 15; blocks++) {
        const { ledger } = chain
        const handed = crowd.handsOver(ledger)
        const said = [...crowd.says(ledger, 10), ...handed]
        const taken = ledger.prepareProposal(said, room, ledger.time + 1_000)
        chain.block(taken)
        const { entries, frozen, successions } = ledger.lastChanges!
        if (successions.some(({ from }) => from === self.id)) return
        for (const entry of entries) {
          if (entry.authorId === self.id) own.append(entry)
          standings.weigh(entry)
        }
        for (const author of frozen) standings.freeze(author)
        standings.succeeded(successions)
        crowd.settle(ledger)
        handovers += successions.length
        const anew = viewOf(self, own, chain)
        const alive = crowd.everybody.filter(({ id }) => ledger.holderOf(id) === id)
        expect(seen(alive)).toEqual(anew.seen(alive))
        const told = standings.reload(self.id, ledger)
        expect(told).toEqual([])
        expect(seen(alive)).toEqual(anew.seen(alive))
      }
    }),
    { numRuns: 15 },
  )
  expect(handovers).toBeGreaterThan(20)
}, 60_000)
