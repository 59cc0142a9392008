// The frame of application messages: what is put in comes out, and nothing that anybody can send reads
// as two things.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { framed, topicBytesMax, unframed } from '../../src/core/topic-frame.ts'

/** The frame once more, by DataView and TextDecoder. */
function naive(payload: Uint8Array): { topic: string | undefined; content: Uint8Array } {
  const bare = { topic: undefined, content: payload }
  if (payload.length < 6) return bare
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length)
  if (view.getUint32(0) !== 0x00746e01) return bare
  const length = view.getUint8(4)
  if (length < 1 || length > 64 || 5 + length > payload.length) return bare
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return {
      topic: decoder.decode(payload.slice(5, 5 + length)),
      content: payload.slice(5 + length),
    }
  } catch {
    return bare
  }
}

const topics = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((topic) => utf8(topic).length <= topicBytesMax)

test('topic and content come out as they went in', () => {
  fc.assert(
    fc.property(topics, fc.uint8Array({ maxLength: 200 }), (topic, content) => {
      const read = unframed(framed(topic, content))
      expect([read.topic, [...read.content]]).toEqual([topic, [...content]])
    }),
  )
})

test('without a topic the payload is the content', () => {
  const content = utf8('hello')
  expect(framed(undefined, content)).toBe(content)
  expect(unframed(content)).toEqual({ topic: undefined, content })
})

test('whatever somebody sends is read as the naive reader reads it', () => {
  const head = fc.constantFrom([0, 0x74, 0x6e, 1], [0, 0x74, 0x6e, 2], [])
  const payloads = fc
    .tuple(head, fc.array(fc.nat(255), { maxLength: 90 }))
    .map(([a, b]) => Uint8Array.from([...a, ...b]))
  fc.assert(
    fc.property(payloads, (payload) => {
      const [read, expected] = [unframed(payload), naive(payload)]
      expect([read.topic, [...read.content]]).toEqual([expected.topic, [...expected.content]])
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['nothing', ''],
  ['65 bytes', 'x'.repeat(65)],
  ['half a character', '\ud800'],
])('%s is no topic', (_, topic) => {
  expect(() => framed(topic, utf8('x'))).toThrow(
    expect.objectContaining({ code: 'route/bad-topic', exitCode: 2 }),
  )
})
