// The effects of a step, in the order of the host's contract, beside a naive list that is sorted by kind.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EffectOutbox } from '../../src/core/effect-outbox.ts'
import type { NodeId } from '../../src/core/id.ts'
import type { Effect } from '../../src/core/machine.ts'

type Note = { readonly note: 'misbehaved'; readonly peer: NodeId; readonly why: 'late' | 'false' }
type Asked = Effect<number, Note>

const peer = fc.constantFrom('a', 'b').map((digit) => digit.repeat(32) as NodeId)

const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc
    .array(fc.record({ key: fc.string(), value: fc.constant(null) }), { maxLength: 2 })
    .map((writes) => ({ do: 'persist' as const, writes })),
  fc
    .record({
      note: fc.constant('misbehaved' as const),
      peer,
      why: fc.constantFrom('late', 'false'),
    })
    .map((note) => ({ do: 'notify' as const, note })),
  fc.nat(9).map((command) => ({
    ...{ do: 'answer' as const, command, answer: { ok: true as const, value: null } },
  })),
  fc.record({ do: fc.constant('send' as const), to: peer, message: fc.nat(9) }),
  fc.record({ do: fc.constant('schedule' as const), timer: fc.string(), after: fc.nat(9) }),
  fc.record({ do: fc.constant('cancel' as const), timer: fc.string() }),
)

function ask(out: EffectOutbox<number, Note>, effect: Asked): void {
  if (effect.do === 'persist') out.persist(effect.writes)
  if (effect.do === 'notify') out.blame(effect.note.peer, effect.note.why)
  if (effect.do === 'answer') out.answer(effect.command, effect.answer)
  if (effect.do === 'send') out.send(effect.to, effect.message)
  if (effect.do === 'schedule') out.schedule(effect.timer, effect.after)
  if (effect.do === 'cancel') out.cancel(effect.timer)
}

/** One persist of all writes, each peer blamed once for a thing, then answers, then the rest. */
function naive(step: readonly Asked[]): Asked[] {
  const writes = step.flatMap((effect) => (effect.do === 'persist' ? effect.writes : []))
  const notes = step.filter(
    (effect, i) =>
      effect.do === 'notify' &&
      step.findIndex((other) => JSON.stringify(other) === JSON.stringify(effect)) === i,
  )
  const answers = step.filter((effect) => effect.do === 'answer')
  const rest = step.filter(({ do: kind }) => !['persist', 'notify', 'answer'].includes(kind))
  return [
    ...(writes.length > 0 ? [{ do: 'persist' as const, writes }] : []),
    ...notes,
    ...answers,
    ...rest,
  ]
}

test('each step drains what it asked for in the order of the contract, and later steps change nothing of it', () => {
  fc.assert(
    fc.property(fc.array(fc.array(asked, { maxLength: 8 }), { maxLength: 6 }), (steps) => {
      const out = new EffectOutbox<number, Note>()
      const drained = steps.map((step) => {
        for (const effect of step) ask(out, effect)
        return out.drain()
      })
      expect(drained).toEqual(steps.map(naive))
    }),
  )
})
