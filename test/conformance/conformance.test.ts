// The traces of Malachite's specification through our vote keeper, round and driver: equal at every
// step. And the replay itself must see it when a trace says something else.
import { expect, test } from 'vitest'
import { sharedPath } from '../core/shared-folder.ts'
import { type Fields, fieldsOf, MapOf, readTraces, type Trace, tagged, type Value } from './itf.ts'
import { goesOn, replay } from './replay.ts'

const folder = sharedPath('vectors/malachite-itf')
const traces = folder === undefined ? [] : readTraces(folder)

test.skipIf(folder === undefined)('our core agrees with the specification at every step', () => {
  const found = traces.flatMap(replay)
  expect(found.filter((divergence) => !goesOn(divergence))).toEqual([])
  expect(traces).toHaveLength(41)
  expect(traces.reduce((sum, { states }) => sum + states.length, 0)).toBe(3_053)
  // The specification skips from one propose step to another and overlooks the proposal that it holds.
  expect(found.filter(goesOn).map(({ state, ours }) => [state, ours])).toEqual([[127, 'proposal']])
})

/** The trace with one field of the named node changed from its middle on. */
function changed(trace: Trace, node: string, part: string, field: string, to: Value): Trace {
  const from = Math.floor(trace.states.length / 2)
  const states = trace.states.map((state, i) => {
    const system = Object.keys(state).find((name) => name.endsWith('system'))!
    if (i < from) return state
    const entries = (state[system] as MapOf).entries.map(([name, value]) => {
      if (name !== node) return [name, value] as const
      const es = fieldsOf(fieldsOf(value).es!)
      const changedEs = { ...es, [part]: { ...fieldsOf(es[part]!), [field]: to } }
      return [name, { ...fieldsOf(value), es: changedEs }] as const
    })
    return { ...state, [system]: new MapOf(entries) } as Fields
  })
  return { ...trace, states }
}

test.skipIf(folder === undefined).each([
  ['cs', 'lockedRound', 7],
  ['cs', 'validValue', tagged('Val', 'another')],
  ['cs', 'step', tagged('CommitStep')],
  ['bk', 'evidence', 'gone'],
  ['bk', 'rounds', new MapOf([])],
] as const)('a trace with another %s.%s diverges', (part, field, to) => {
  const trace = traces.find(({ path }) => path.includes('hiddenTest'))!
  expect(replay(changed(trace, 'v3', part, field, to)).filter((d) => !goesOn(d))).not.toEqual([])
})
