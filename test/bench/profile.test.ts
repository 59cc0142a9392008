// The profile of bench:consensus counts every sample once, to the first kind of work on its stack.
import { expect, it } from 'vitest'
import { sharesOf } from '../../bench/consensus/profile.ts'

const frame = (functionName: string, url = '') => ({
  ...{ functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 },
})

it('counts what native code takes to whoever called it, and leaves out waiting', () => {
  const nodes = [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 6, 7] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('check', 'file:///a/trustchain/ledger/check.ts'), children: [4] },
    {
      id: 4,
      callFrame: frame('verify', 'file:///a/node_modules/sodium-native/index.js'),
      children: [5],
    },
    { id: 5, callFrame: frame('') },
    { id: 6, callFrame: frame('(garbage collector)') },
    { id: 7, callFrame: frame('evaluate', 'node:internal/modules') },
  ]
  const samples = [2, 3, 5, 5, 6, 7]
  const timeDeltas = [9_000, 100, 200, 400, 200, 100]
  expect(sharesOf({ nodes, samples, timeDeltas, startTime: 0, endTime: 10_000 })).toEqual({
    signatures: 0.6,
    'garbage, on the main thread': 0.2,
    'ledger: decode, check, apply': 0.1,
    'the rest': 0.1,
  })
})
