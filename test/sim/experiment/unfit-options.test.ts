// What people are told who gave options that do not fit the graph, each other or the engine: each at its
// line, all of them at once.
import { expect, test } from 'vitest'
import { readPlan } from '../../../src/sim/experiment/read-scenario.ts'
import { registryOf } from '../../../src/sim/experiment/registry.ts'
import { partsOf } from '../../../src/sim/experiment/schema-options.ts'
import { problemsIn } from './known-parts.ts'

const parts = partsOf(registryOf())
const read = (text: string) => readPlan(text, { file: 'mine.yaml', name: 'mine', parts })

const problemsOf = (text: string) => problemsIn(() => read(text))
const head = 'graph: holme-kim\nrouters: [pastry]\n'

test('every bad option of one attack, each as it was written', () => {
  const text = `${head}attack: { kind: droppers, fraction: 1.5, noticed: -1, behaviour: foo, poisons: 1 }`
  expect(problemsOf(text).map(({ at, path, why }) => [at, path, why])).toEqual([
    [
      ...['line 3, column 37', 'attack.fraction'],
      '1.5 cannot stand here: it takes a number from 0 to 1.',
    ],
    [
      ...['line 3, column 51', 'attack.noticed'],
      '-1 cannot stand here: it takes a number from 0 to 1.',
    ],
    [
      ...['line 3, column 66', 'attack.behaviour'],
      '"foo" cannot stand here: it takes one of drop, misroute, false-root, selective, serve.',
    ],
    [...['line 3, column 80', 'attack.poisons'], '1 cannot stand here: it takes true or false.'],
  ])
  const nodes = (written: string) => `graph: { kind: ring, nodes: ${written} }\nrouters: [pastry]`
  for (const written of ['.inf', '-.inf', '.nan'])
    expect(problemsOf(nodes(written))[0]!.why.startsWith(`${written} cannot stand`)).toBe(true)
})

test('options that do not go together, all that a part says of them', () => {
  const text = `graph: ring\nrouters: [{ name: s-kademlia, k: 4, paths: 8, converged: 5 }]`
  expect(() => read(text)).toThrow(
    /paths: 8 cannot stand here: paths is above k: a whole number from 1 to 4/,
  )
  expect(() => read(text)).toThrow(/2 mistakes:[\s\S]*converged: 5 cannot stand here/)
})

test('somebody who is not in the graph looks something up', () => {
  const text = 'graph: { kind: ring, nodes: 10 }\nrouters: [pastry]\nworkload: { sources: 4000 }'
  expect(problemsOf(text)).toEqual([
    {
      ...{ at: 'line 3, column 22', path: 'workload.sources' },
      why: 'There is no person 4000 in a graph of 10: it takes honest, or a whole number from 0 to 9.',
    },
  ])
  const swept = `${text.replace('4000', '9')}\nsweep: { graph.nodes: [20, 5] }`
  expect(problemsOf(swept)[0]!.why).toMatch(/no person 9 in a graph of 5/)
  read(text.replace('4000', '9'))
})

test('whole nodes are asked for what they cannot play', () => {
  const text = [
    ...['graph: ring', 'engine: protocol', 'ids: clustered', 'metrics: [./served.js]'],
    ...['routers:', '  - pastry', '  - { name: trustnet, slot: random, walkLength: 6 }'],
    ...['  - kademlia', 'attack:', '  kind: all'],
    '  of: [droppers, { kind: sybil, ids: clustered }, eclipse]',
  ].join('\n')
  const told = problemsOf(text)
  expect(told.map(({ at, path }) => [at, path])).toEqual([
    ['line 3, column 6', 'ids.kind'],
    ['line 4, column 10', 'metrics'],
    ['line 7, column 29', 'routers.1.slot'],
    ['line 7, column 49', 'routers.1.walkLength'],
    ['line 8, column 5', 'routers.2'],
    ['line 11, column 38', 'attack.of.1.ids'],
    ['line 11, column 51', 'attack.of.2.kind'],
  ])
  for (const { why } of told) expect(why).toMatch(/^[A-Z].*engine structural\.$/)
})
