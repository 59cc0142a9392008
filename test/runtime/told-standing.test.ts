// What a node says of another's standing in passing: read strictly, whoever says it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { decodeStanding } from '../../src/runtime/chain/told-standing.ts'

test('what is no such answer is none, whatever it says', () => {
  const sound = { schemaVersion: 1, height: 7, status: 'BANNED', reputation: 3.5, warned: true }
  const lines = { convicted: false, warnBelow: 30, banBelow: 10, healAbove: 20 }
  const read = (said: unknown) => decodeStanding(utf8(JSON.stringify(said)), 'there')
  expect(read({ ...sound, ...lines })).toMatchObject({ height: 7, from: 'there' })
  for (const wrong of [
    ...[{ schemaVersion: 2 }, { height: -1 }, { height: 0.5 }, { status: 'LOST' }, { status: 1 }],
    ...[
      { reputation: '3' },
      { reputation: 101 },
      { warned: 1 },
      { banBelow: null },
      { healAbove: 2.5 },
    ],
  ])
    expect(read({ ...sound, ...lines, ...wrong })).toBeUndefined()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(decodeStanding(bytes, 'there')).toBeUndefined()
    }),
  )
  fc.assert(fc.property(fc.json(), (json) => void decodeStanding(utf8(json), 'there')))
})
