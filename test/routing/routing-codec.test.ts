// Routing messages as bytes: exact both ways, and unmoved by whatever a peer may send.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRoutingMessage, encodeRoutingMessage } from '../../routing/codec.ts'
import {
  attemptsMax,
  othersMax,
  type RoutingMessage,
  routeMessagesMax,
} from '../../routing/message.ts'
import type { Phase } from '../../routing/next-hop.ts'
import type { NodeId } from '../../src/core/id.ts'
import { hopsMax, messageBytesMax, payloadBytesMax } from '../../src/core/limits.ts'
import { anyId } from './naive-ring.ts'

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const phase = fc.constantFrom(
  ...(['overlay', 'global', 'leaf-set', 'final'] as const satisfies readonly Phase[]),
)
const hop = fc.record({
  to: anyId,
  by: phase,
  prefix: fc.nat(32),
  trust: fc.integer({ min: -8_000_000, max: 8_000_000 }),
})
const shared = {
  routeId: bytesOf(8).map((bytes) => Buffer.from(bytes).toString('hex')),
  attempt: fc.nat(attemptsMax - 1),
}
const say = <T extends string>(word: T) => fc.constant(word)

const anyMessage: fc.Arbitrary<RoutingMessage> = fc.oneof(
  fc.record(
    {
      say: say('route'),
      ...shared,
      key: anyId,
      overlay: fc.constantFrom('social', 'x', 'ö'.repeat(16)),
      phase,
      origin: anyId,
      trace: fc.array(hop, { minLength: 1, maxLength: hopsMax }),
      visited: fc.array(anyId, { maxLength: 64 }),
      data: fc.option(fc.uint8Array({ maxLength: 200 })),
      around: fc.constant(true),
    },
    {
      noNullPrototype: true,
      requiredKeys: [
        'say',
        'routeId',
        'attempt',
        'key',
        'overlay',
        'phase',
        'origin',
        'trace',
        'visited',
        'data',
      ],
    },
  ),
  fc.record({ say: say('receipt'), ...shared }),
  fc.record({
    say: say('result'),
    ...shared,
    rootKey: bytesOf(32),
    signature: bytesOf(64),
    trace: fc.array(hop, { maxLength: hopsMax }),
    messages: fc.nat(routeMessagesMax),
  }),
  fc.record({
    say: say('result'),
    ...shared,
    rootKey: bytesOf(32),
    signature: bytesOf(64),
    trace: fc.array(hop, { maxLength: hopsMax }),
    messages: fc.nat(routeMessagesMax),
    others: fc.array(
      fc.record({
        ...{ rootKey: bytesOf(32), signature: bytesOf(64) },
        ...{ trusted: fc.boolean(), beyond: fc.nat(hopsMax) },
      }),
      { minLength: 1, maxLength: othersMax },
    ),
  }),
  fc.record({
    say: say('failed'),
    ...shared,
    why: fc.constantFrom('stuck' as const, 'had-it' as const, 'hops' as const),
    visited: fc.array(anyId, { maxLength: 64 }),
  }),
)

const why = (bytes: Uint8Array): string => {
  const decoded = decodeRoutingMessage(bytes)
  return decoded.ok ? 'ok' : decoded.why
}

describe('the routing codec', () => {
  it('gives back every message as it was', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(decodeRoutingMessage(encodeRoutingMessage(message))).toEqual({ ok: true, message })
      }),
      { numRuns: 500 },
    )
  })

  it('never throws on mutated bytes, and what it accepts it would have written itself', () => {
    let accepted = 0
    const mutation = fc.record({ at: fc.nat(), to: fc.nat(255), cut: fc.nat(20), grow: fc.nat(3) })
    fc.assert(
      fc.property(
        anyMessage,
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        (message, mutations) => {
          let bytes = encodeRoutingMessage(message)
          for (const { at, to, cut, grow } of mutations) {
            bytes[at % bytes.length] = to
            if (cut === 0) bytes = bytes.slice(0, 1 + (at % bytes.length))
            if (grow === 0) bytes = Uint8Array.from([...bytes, to])
          }
          const decoded = decodeRoutingMessage(bytes)
          if (!decoded.ok) return
          accepted++
          expect(encodeRoutingMessage(decoded.message)).toEqual(bytes)
        },
      ),
      { numRuns: 20_000 },
    )
    console.log(`${accepted} of 20000 mutated messages are other well-formed messages`)
  })

  it('never throws on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof decodeRoutingMessage(bytes).ok).toBe('boolean')
      }),
      { numRuns: 20_000 },
    )
  })

  it('names why it refuses', () => {
    const receipt: RoutingMessage = { say: 'receipt', routeId: '0011223344556677', attempt: 1 }
    const bytes = encodeRoutingMessage(receipt)
    expect(why(bytes)).toBe('ok')
    expect(why(new Uint8Array(messageBytesMax + 1))).toBe('too-long')
    expect(why(bytes.slice(0, -1))).toBe('malformed')
    // A field that no version of ours has: 15, varint 1.
    expect(why(Uint8Array.from([...bytes, 0x78, 1]))).toBe('not-canonical')
    expect(why(new Uint8Array())).toBe('out-of-bounds')
    expect(why(encodeRoutingMessage({ ...receipt, attempt: attemptsMax }))).toBe('out-of-bounds')
    const to = '0'.repeat(32) as NodeId
    const record = { to, by: 'global', prefix: 0, trust: 0 } as const
    const route = {
      say: 'route',
      routeId: receipt.routeId,
      attempt: 0,
      key: to,
      overlay: 'social',
      phase: 'global',
      origin: to,
      trace: [record],
      visited: [],
      data: null,
    } as const
    expect(why(encodeRoutingMessage(route))).toBe('ok')
    const refused: Partial<Record<keyof typeof route, unknown>>[] = [
      { trace: [] },
      { trace: Array(hopsMax + 1).fill(record) },
      { trace: [{ ...record, prefix: 33 }] },
      { trace: [{ ...record, trust: 8_000_001 }] },
      { visited: Array(65).fill(to) },
      { overlay: '' },
      { overlay: 'x'.repeat(33) },
      { data: new Uint8Array(payloadBytesMax + 1) },
      { origin: to.slice(2) },
    ]
    for (const change of refused)
      expect(why(encodeRoutingMessage({ ...route, ...change } as RoutingMessage))).toBe(
        'out-of-bounds',
      )
  })
})
