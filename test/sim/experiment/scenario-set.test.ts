// `--set a.b=c`: what it replaces, and what it says when it cannot.
import { describe, expect, test } from 'vitest'
import { readPlan } from '../../../src/sim/experiment/read-scenario.ts'
import { registryOf } from '../../../src/sim/experiment/registry.ts'
import { partsOf } from '../../../src/sim/experiment/schema-options.ts'

const parts = partsOf(registryOf())
const text = `graph: { kind: holme-kim, nodes: 100 }
routers: [pastry, { name: kademlia, k: 8 }]
attack: droppers
sweep:
  attack.fraction: [0.1, 0.2]
  graph.degree: [4, 6]
`
const read = (...set: string[]) => readPlan(text, { file: 'mine.yaml', name: 'mine', parts, set })

describe('--set', () => {
  test.each<[string, string[], (plan: ReturnType<typeof read>) => unknown, unknown]>([
    ['a number', ['graph.nodes=50'], ({ scenario }) => scenario.graph, { nodes: 50 }],
    [
      'a field that the file leaves out',
      ['workload.lookups=7'],
      ({ scenario }) => scenario.workload,
      { lookups: 7 },
    ],
    [
      'a word',
      ['workload.keys=victim'],
      ({ scenario }) => scenario.workload.keys,
      { kind: 'victim' },
    ],
    [
      'a mapping',
      ['workload.keys={kind: zipf, distinct: 9}'],
      ({ scenario }) => scenario.workload.keys,
      { kind: 'zipf', distinct: 9, exponent: 1 },
    ],
    ['a list', ['routers=[pastry]'], ({ scenario }) => scenario.routers, [{ name: 'pastry' }]],
    [
      'the option of a router by its name',
      ['routers.pastry.routes=16'],
      ({ scenario }) => scenario.routers,
      [
        { name: 'pastry', routes: 16 },
        { name: 'kademlia', k: 8 },
      ],
    ],
    [
      'the option of a router by its place',
      ['routers.1.k=9'],
      ({ scenario }) => scenario.routers,
      [{ name: 'pastry' }, { name: 'kademlia', k: 9 }],
    ],
    [
      'another kind, without the options of the former',
      ['graph.kind=watts-strogatz', 'graph.rewired=0.3'],
      ({ scenario }) => scenario.graph,
      { kind: 'watts-strogatz', rewired: 0.3, nodes: 100 },
    ],
    [
      'a file in place of a generated graph',
      ['graph.file=a.csv', 'graph.format=csv', 'sweep={}'],
      ({ scenario }) => scenario.graph,
      { kind: 'file', file: 'a.csv' },
    ],
    ['the number of seeds', ['seeds=3'], ({ seeds }) => seeds, 3],
    ['the title', ['title=Mine, a flood'], ({ title }) => title, 'Mine, a flood'],
    [
      'the values of a sweep',
      ['sweep.attack.fraction=[0.5]'],
      ({ sweep }) => sweep,
      { 'attack.fraction': [0.5], 'graph.degree': [4, 6] },
    ],
    [
      'and what is set is not varied',
      ['attack.fraction=0.5'],
      ({ sweep }) => sweep,
      { 'graph.degree': [4, 6] },
    ],
    [
      'nor what lies in it',
      ['attack={kind: sybil}'],
      ({ sweep }) => sweep,
      { 'graph.degree': [4, 6] },
    ],
  ])('replaces %s', (_, set, of, expected) => {
    const found = of(read(...set))
    if (typeof expected === 'object') expect(found).toMatchObject(expected as object)
    else expect(found).toBe(expected)
  })

  test('leaves out of a sweep exactly what is set', () => {
    expect(Object.keys(read('attack.fraction=0.5').sweep)).toEqual(['graph.degree'])
    expect(Object.keys(read('attack=none', 'graph=ring').sweep)).toEqual([])
  })

  test.each([
    [['graph.nodes'], /--set graph\.nodes cannot be used \(it has no =\)/],
    [['=3'], /"" is no path/],
    [['graph.nodes=['], /its value is no YAML/],
    [['__proto__.x=1'], /no path/],
    [['routers.sprout.x=1'], /"sprout" is none of pastry, kademlia/],
    [
      ['graph.nodes=many'],
      /--set graph\.nodes=many: graph\.nodes: "many" cannot stand here: it takes a whole number/,
    ],
    [
      ['graph.noodes=3'],
      /--set graph\.noodes=3: graph\.noodes: There is no such field\. Did you mean "nodes"/,
    ],
    [['sweep.attack=[none]', 'attack.fraction=1'], /no such field|replaces attack in every point/],
  ])('says why %s cannot be', (set, why) => {
    expect(() => read(...set)).toThrow(why)
  })
})

test.each(['null', '[]', '"x"', '5'])('a text that is only %s stays no scenario', (written) => {
  const asked = () => readPlan(written, { file: 'mine.yaml', name: 'mine', parts, set: ['seed=2'] })
  expect(asked).toThrow(/mine\.yaml, line 1, column 1: A scenario is a mapping with name, /)
})
