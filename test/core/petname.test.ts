// Petnames: which texts are one, and which key they name.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { petnamesOf } from '../../src/core/petname.ts'
import { member } from '../api/members.ts'

const bob = member('bob')

test.each([
  ['a name', 'bob'],
  ['a name of other letters', 'Zoë Ñandú'],
  ['a name with signs', "o'neil-2.a_b"],
])('%s names its key', (_, name) => {
  expect(petnamesOf([`${name}=${bob.peerId}`])).toEqual(new Map([[name, bob.publicKey]]))
})

test.each([
  ['nothing before the sign', `=${bob.peerId}`],
  ['no sign', 'bob'],
  ['a name that reads as an id', `12D3Koo=${bob.peerId}`],
  ['a node id for a name', `${bob.nodeId}=${bob.peerId}`],
  ['a name with a line end', `b\nb=${bob.peerId}`],
  ['a long name', `${'b'.repeat(65)}=${bob.peerId}`],
  ['a name that begins with a flag', `-b=${bob.peerId}`],
])('%s is refused', (_, text) => {
  expect(() => petnamesOf([text])).toThrow(expect.objectContaining({ code: 'petname/malformed' }))
})

test('a name twice and a key that is none are refused', () => {
  const one = `bob=${bob.peerId}`
  expect(() => petnamesOf([one, one])).toThrow(/given twice/)
  expect(() => petnamesOf(['bob=12D3KooW'])).toThrow(
    expect.objectContaining({ code: 'peer/malformed-id' }),
  )
})

test('any text is read or refused as asked wrongly', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        petnamesOf([text])
      } catch (error) {
        expect(error).toMatchObject({ exitCode: 2 })
      }
    }),
  )
})
