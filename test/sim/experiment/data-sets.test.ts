// Where graph files are looked for.
import { expect, test } from 'vitest'
import { foldersOf, placesOf, sourceOf } from '../../../src/sim/experiment/data-sets.ts'

test('a file is looked for where its path says, seen from the scenario, packed or not', () => {
  expect(placesOf('my/graph.csv', '/mine', '/trustnet')).toEqual([
    ...['/mine/my/graph.csv', '/mine/my/graph.csv.gz'],
  ])
  expect(placesOf('/data/graph.csv', '/mine', '/trustnet')[0]).toBe('/data/graph.csv')
})

test('a public data set is looked for in folders named data too, and said how to get', () => {
  const places = placesOf('soc-sign-bitcoinotc.csv', '/mine', '/trustnet')
  expect(places[0]).toBe('/mine/soc-sign-bitcoinotc.csv')
  expect(places).toContain('/mine/data/soc-sign-bitcoinotc.csv')
  expect(places).toContain('/trustnet/data/bitcoin-otc/soc-sign-bitcoinotc.csv.gz')
  expect(foldersOf(places)).toContain('/trustnet/data')
  expect(sourceOf('soc-sign-bitcoinotc.csv')).toMatch(/soc-sign-bitcoin-otc from SNAP/)
  expect(sourceOf('out.advogato')).toMatch(/KONECT/)
  expect(sourceOf('constructor')).toBe('')
})
