// Whom a full book lets go of: whom others report first, then the gone, then whoever is linked, and
// those that are kept never.
import { beforeAll, describe, expect, test } from 'vitest'
import { ContactBook } from '../../overlay/contact-book.ts'
import type { Contact } from '../../src/core/contact.ts'
import type { NodeId } from '../../src/core/id.ts'
import { contactsKnownMax } from '../../src/core/limits.ts'
import { seededRandom } from '../../src/core/random.ts'
import { verify } from '../../src/runtime/ed25519/fastest.ts'
import { chainId, contactOf, peerFrom } from '../node/lone-node.ts'

const random = seededRandom(1)
const self = peerFrom(random).id
let contacts: readonly Contact[] = []
let extra: readonly Contact[] = []

beforeAll(() => {
  const all = Array.from({ length: contactsKnownMax + 8 }, () => contactOf(peerFrom(random)))
  contacts = all.slice(0, contactsKnownMax)
  extra = all.slice(contactsKnownMax)
})

/** A full book, everybody in it as `is` says. */
function full(is: (index: number) => 'alive' | 'reported' | 'gone'): ContactBook {
  const book = new ContactBook(self, verify, chainId)
  contacts.forEach((contact, i) => {
    book.accept(contact)
    if (is(i) === 'alive') book.heard(contact.nodeId, 1)
    if (is(i) === 'reported') book.reported(contact.nodeId, 1)
    if (is(i) === 'gone') book.gone(contact.nodeId, 1)
  })
  return book
}

const holds = (book: ContactBook, contact: Contact): boolean =>
  book.contact(contact.nodeId) !== undefined

describe('a full book', () => {
  test.each(['alive', 'reported', 'gone'] as const)(
    'of the %s takes a newcomer for the one met longest ago',
    (is) => {
      const book = full(() => is)
      expect(book.accept(extra[0]!)?.nodeId).toBe(extra[0]!.nodeId)
      expect(holds(book, contacts[0]!)).toBe(false)
      expect([...book.all()]).toHaveLength(contactsKnownMax)
    },
  )

  test('lets go of the reported first, then of the gone', () => {
    const book = full((i) => (i === 9 ? 'reported' : i === 8 ? 'gone' : 'alive'))
    for (const contact of extra.slice(0, 2)) {
      book.accept(contact)
      book.heard(contact.nodeId, 2)
    }
    expect([holds(book, contacts[9]!), holds(book, contacts[8]!)]).toEqual([false, false])
    expect(contacts.filter((contact) => holds(book, contact))).toHaveLength(contactsKnownMax - 2)
  })

  test('counts a passer-by that hung up as reported', () => {
    const book = full(() => 'alive')
    book.passed(contacts[77]!.nodeId)
    book.accept(extra[0]!)
    expect(holds(book, contacts[77]!)).toBe(false)
    expect(holds(book, contacts[0]!)).toBe(true)
  })

  test.each(['alive', 'reported', 'gone'] as const)(
    'never lets go of those it keeps, be they %s',
    (is) => {
      const book = full(() => is)
      const kept = new Set<NodeId>(contacts.slice(0, 100).map(({ nodeId }) => nodeId))
      book.keep((node) => kept.has(node))
      for (const contact of extra) expect(book.accept(contact)).toBeDefined()
      for (const node of kept) expect(book.contact(node)).toBeDefined()
      book.keep(() => true)
      expect(book.accept(contactOf(peerFrom(seededRandom(2))))).toBeUndefined()
    },
  )
})
