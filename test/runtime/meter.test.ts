// The meter around the store: it counts what is stored, and asks for no value that is not.
import { expect, test } from 'vitest'
import { Meter } from '../../src/runtime/metrics/meter.ts'

test('of a key written several times the last value counts, and the others are never made', async () => {
  const made: string[] = []
  const write = (key: string, value: string) => ({
    key,
    get value() {
      made.push(value)
      return new TextEncoder().encode(value)
    },
  })
  const meter = new Meter()
  const writes = [write('previous', 'one'), write('block/1', 'b'), write('previous', 'twelve')]
  await meter.writing([...writes, { key: 'wal/1', value: null }], async () => {})
  expect(made.sort()).toEqual(['b', 'twelve'])
  expect(meter.store).toMatchObject({ batches: 1, writes: 3, bytes: 7 })
})
