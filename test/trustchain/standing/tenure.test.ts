// Tenure and growth: who has stood for how long, and how fast a voice may grow.
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import { tenureAfter, tenured, weighable } from '../../../trustchain/standing/tenure.ts'

const id = (n: number): NodeId => n.toString(16).padStart(32, '0') as NodeId

describe('time as a defence', () => {
  test('tenure counts epochs in a row and starts anew after one without standing', () => {
    let tenure = tenureAfter(
      new Map(),
      new Map([
        [id(1), 5],
        [id(2), 5],
      ]),
    )
    tenure = tenureAfter(
      tenure,
      new Map([
        [id(1), 1],
        [id(2), 0],
      ]),
    )
    tenure = tenureAfter(
      tenure,
      new Map([
        [id(1), 9],
        [id(2), 9],
      ]),
    )
    expect([...tenure]).toEqual([
      [id(1), 3],
      [id(2), 1],
    ])
    expect(tenured([id(1), id(2), id(3)], tenure, 2, new Set([id(3)]))).toEqual([id(1), id(3)])
  })

  test('a voice grows by its allowance and shrinks at once', () => {
    const growth = { perMille: 100, free: 50 }
    const first = weighable(new Map(), new Map([[id(1), 1_000]]), growth)
    expect(first.get(id(1))).toBe(50)
    expect(weighable(new Map([[id(1), 500]]), new Map([[id(1), 1_000]]), growth).get(id(1))).toBe(
      550,
    )
    expect(weighable(new Map([[id(1), 500]]), new Map([[id(1), 20]]), growth).get(id(1))).toBe(20)
  })
})
