// Scenario files: what the contract promises of their short form.
import { describe, expect, test } from 'vitest'
import { planOfValue } from '../../../src/sim/experiment/read-scenario.ts'
import { runsOf } from '../../../src/sim/experiment/sweep.ts'
import { parts, read } from './known-parts.ts'

describe('the short form', () => {
  test('of the contract becomes a scenario with every default written out', () => {
    const plan = read(
      '{"graph":{"kind":"holme-kim","nodes":5000,"degree":20},"ratings":{"kind":"uniform","low":0.2,"high":1,"negative":0.05},"routers":["pastry",{"name":"trustnet","routes":16}],"attack":{"kind":"sybil","sybilsPerHonest":9,"attackEdgesPerHonest":0.1,"behaviour":"misroute"},"workload":{"lookups":500},"seed":1}',
    )
    expect(plan.scenario).toMatchObject({
      name: 'mine',
      graph: { kind: 'holme-kim', nodes: 5000, degree: 20, triads: 0.75 },
      ratings: { kind: 'uniform', low: 0.2, high: 1, negative: 0.05 },
      ids: { kind: 'uniform' },
      routers: [
        { name: 'pastry', routes: 1, failureTest: false },
        { name: 'trustnet', routes: 16, slot: 'best' },
      ],
      attack: { kind: 'sybil', sybilsPerHonest: 9, attackEdgesPerHonest: 0.1, ids: 'uniform' },
      workload: { lookups: 500, keys: { kind: 'uniform' }, sources: 'honest' },
      engine: 'structural',
      seed: 1,
    })
    expect(plan.sweep).toEqual({})
    expect(runsOf({ ...plan, seeds: 2 }).map(({ router, seed }) => [router.name, seed])).toEqual([
      ...[
        ['pastry', 1],
        ['pastry', 2],
        ['trustnet', 1],
        ['trustnet', 2],
      ],
    ])
  })

  test.each([
    ['{"kind":"none"}', { kind: 'none' }],
    ['none', { kind: 'none' }],
    [
      '{"kind":"droppers","fraction":0.3,"noticed":0.5}',
      { kind: 'droppers', fraction: 0.3, noticed: 0.5, behaviour: 'drop' },
    ],
    ['{"kind":"eclipse","target":"key"}', { kind: 'eclipse', target: 'key' }],
    [
      '{kind: all, of: [droppers, {kind: slander, slandered: 0.5}]}',
      { kind: 'all', of: [{ kind: 'droppers' }, { kind: 'slander', slandered: 0.5 }] },
    ],
    ['./mine.js', { kind: './mine.js' }],
    ['{kind: ./mine.js, force: 3}', { kind: './mine.js', force: 3 }],
  ])('takes the attack %s', (text, attack) => {
    const plan = read(`graph: ring\nrouters: [pastry]\nattack: ${text}`)
    expect(plan.scenario.attack).toMatchObject(attack)
  })

  test('takes a file as the graph', () => {
    const text =
      '{"graph":{"file":"a.csv","format":"konect","map":"sign:0.8","core":true},"routers":["pastry"]}'
    expect(read(text).scenario.graph).toEqual({
      ...{ kind: 'file', file: 'a.csv', format: 'konect', map: 'sign:0.8' },
      ...{ weight: 0.8, undirected: false, core: true },
    })
  })

  test('is the same as YAML, as JSON with tabs and as a value', () => {
    const value = { graph: { kind: 'ring', nodes: 30 }, routers: ['pastry'], attack: 'none' }
    const plan = read('graph: { kind: ring, nodes: 30 }\nrouters:\n  - pastry\nattack: none\n')
    expect(read(JSON.stringify(value, null, '\t'))).toEqual(plan)
    expect(planOfValue(value, { file: 'x', name: 'mine', parts })).toEqual(plan)
  })

  test('reads the same whatever the order of its fields', () => {
    const one = read('graph: { nodes: 30, kind: ring }\nrouters: [pastry]\nseed: 3')
    const other = read('seed: 3\nrouters: [pastry]\ngraph: { kind: ring, nodes: 30 }')
    expect(JSON.stringify(one)).toBe(JSON.stringify(other))
  })
})
