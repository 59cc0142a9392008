// The table of results: its columns, its rounding, and its text.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvOf } from '../../../../src/sim/experiment/run/csv.ts'
import {
  type Cell,
  type ResultTable,
  tableOf,
} from '../../../../src/sim/experiment/run/result-table.ts'
import { identityOf, rounded } from '../../../../src/sim/experiment/run/run-result.ts'
import { measured, resultOf, runOf, scenario } from './results.ts'

/** A row by the names of its columns. */
const rowOf = ({ columns, rows }: ResultTable, at: number): Record<string, Cell> =>
  Object.fromEntries(columns.map(({ name }, i) => [name, rows[at]![i]]))

/** Reads CSV without the code that writes it. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [[]]
  let field = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!
    if (quoted && letter === '"' && text[i + 1] === '"') {
      field += '"'
      i++
    } else if (letter === '"') quoted = !quoted
    else if (!quoted && (letter === ',' || letter === '\n')) {
      lines.at(-1)!.push(field)
      field = ''
      if (letter === '\n') lines.push([])
    } else field += letter
  }
  return lines.slice(0, -1)
}

describe('the table of results', () => {
  test('has a row a run by index, with what tells it from others', () => {
    const usual = { name: 'kademlia', k: 20, alpha: 3 }
    const results = [
      resultOf({ index: 1, router: { ...usual, routes: 16 }, seed: 2 }),
      resultOf({
        ...{ index: 0, router: { ...usual, routes: 4 } },
        params: { 'attack.fraction': 0.3 },
      }),
    ]
    const table = tableOf(
      results.map(({ run }) => run),
      results,
    )
    expect(table.columns.map(({ name }) => name).slice(0, 6)).toEqual(
      'index,router,seed,routes,attack.fraction,lookups'.split(','),
    )
    expect(table.columns.some(({ name }) => name === 'k')).toBe(false)
    expect(rowOf(table, 0)).toMatchObject({
      ...{ index: 0, router: 'kademlia', seed: 1, routes: 4, 'attack.fraction': 0.3 },
      ...{ lookups: 10, delivered: 9, wrongRoot: 1, dropped: 0, timedOut: 0, success: 0.9 },
      ...{ hopsMean: 2, hopsP95: 2, messages: 2.5, contaminationTable: 0.25 },
      ...{ contaminationRow0: 0.5, contaminationRow2: 0, bytesPerNode: 466 },
    })
    expect(rowOf(table, 0).contaminationLeafSet).toBeUndefined()
    expect(rowOf(table, 0).contaminationRow1).toBeUndefined()
    expect(rowOf(table, 1)).toMatchObject({ index: 1, routes: 16 })
  })

  test('has the same columns whichever runs are done', () => {
    const runs = [
      runOf({ index: 0, router: { name: 'kademlia', k: 20 } }),
      runOf({ index: 1, params: { 'graph.kind': 'ring' } }),
    ]
    const whole = tableOf(runs, [resultOf(runs[0]!), resultOf(runs[1]!)])
    expect(tableOf(runs, []).columns).toEqual(whole.columns)
    expect(tableOf(runs, [resultOf(runs[1]!)]).columns).toEqual(whole.columns)
  })

  test('says an option that is as usual where a namesake has another one', () => {
    const routers = [
      { name: 'kademlia', k: 20, alpha: 3 },
      { name: 'kademlia', k: 8, alpha: 3 },
    ]
    const results = routers.map((router, index) =>
      resultOf({ index, router, scenario: { ...scenario, routers } }),
    )
    const table = tableOf(
      results.map(({ run }) => run),
      results,
    )
    expect([rowOf(table, 0).k, rowOf(table, 1).k]).toEqual([20, 8])
    expect(Object.keys(rowOf(table, 0))).not.toContain('alpha')
  })

  test('keeps an option apart from a figure of the same name', () => {
    const result = resultOf({ router: { name: 'own', messages: 7 } })
    const table = tableOf([result.run], [result])
    expect(rowOf(table, 0)).toMatchObject({ messages: 2.5, 'param.messages': 7 })
  })

  test('rounds what was measured to six decimals and leaves what was given', () => {
    const result = resultOf({ params: { 'attack.fraction': 1 / 3 } }, measured(1, 3))
    const row = rowOf(tableOf([result.run], [result]), 0)
    expect([row.success, row['attack.fraction']]).toEqual([0.333333, 1 / 3])
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
        expect(String(rounded(value))).toMatch(/^\d+(\.\d{1,6})?$/)
        expect(Math.abs(rounded(value) - value)).toBeLessThanOrEqual(5.1e-7)
      }),
    )
  })

  test('becomes CSV that reads back as it was', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é') })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { maxLength: 5 }), (rows) => {
        const columns = ['x', 'y,z', '"'].map((name) => ({ name, type: 'text' as const }))
        expect(parseCsv(csvOf({ columns, rows }))).toEqual([['x', 'y,z', '"'], ...rows])
      }),
    )
  })
})

describe("a run's identity", () => {
  const identity = (run: Parameters<typeof runOf>[0]): string => identityOf(runOf(run), '1.0.0', {})

  test('is not changed by its place, its name or the routers beside it', () => {
    const elsewhere = { ...scenario, name: 'other', seed: 5, routers: [{ name: 'chord' }] }
    expect(identity({ index: 7, scenario: elsewhere, params: { seed: 1 } })).toBe(identity({}))
  })

  test('is changed by whatever changes its result', () => {
    const others = [
      identity({ seed: 2 }),
      identity({ router: { name: 'pastry', routes: 2 } }),
      identity({ scenario: { ...scenario, attack: { kind: 'droppers' } } }),
      identityOf(runOf(), '1.0.1', {}),
      identityOf(runOf({ router: { name: './mine.js' } }), '1.0.0', { './mine.js': 'a' }),
      identityOf(runOf({ router: { name: './mine.js' } }), '1.0.0', { './mine.js': 'b' }),
    ]
    expect(new Set([identity({}), ...others]).size).toBe(others.length + 1)
  })
})
