// A node with a name in a small network, and its hand-over to a new key.
import { makeRegistration, makeSuccession } from '../../../trustchain/ledger/make-transaction.ts'
import { chainId } from '../pump.ts'
import { Chain, genesisOf, type Person, people } from './chain.ts'

export const registered = (person: Person, number = 1, owner = 'Ann', willing = true): Uint8Array =>
  makeRegistration(person.signer, chainId, number, { owner, addresses: ['/ip4/1.2.3.4'], willing })

export const handsOver = (from: Person, to: Person, number = 9): Uint8Array =>
  makeSuccession(from.signer, chainId, number, to.signer)

/** Four members who rate `old`, a registered node that rates one of them and a friend back. */
export function named(rules: Readonly<Record<string, number>> = {}) {
  const members = people(4)
  const [old, fresh, friend] = people(3, 50) as [Person, Person, Person]
  const chain = new Chain(
    genesisOf(members, { epochBlocks: 4, epochMs: 0, heartbeatMs: 3_600_000, ...rules }),
  )
  chain.block([registered(old, 1, 'Ann', false), registered(friend, 1, 'Bo', false)])
  chain.block([
    ...members.map((member) => member.trusts(old, 900_000)),
    ...members.map((member, i) => member.stars(old, 3 + i / 2)),
    old.trusts(members[0]!, 800_000, 'work'),
    old.trusts(friend, -500_000),
    old.stars(friend, 5),
    friend.trusts(old, 700_000),
  ])
  chain.empty(4)
  return { chain, members, old, fresh, friend }
}

export const ratingsOf = ({ ledger }: Chain): string[] =>
  [...ledger.ratings()]
    .map(
      ({ author, subject, overlay, kind, value }) =>
        `${author}/${subject}/${overlay}/${kind} ${value}`,
    )
    .sort()
