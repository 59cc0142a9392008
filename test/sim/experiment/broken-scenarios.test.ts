// What people are told who mistyped a scenario: the line, the field, the allowed values.
import { describe, expect, test } from 'vitest'
import { problemsOf, read } from './known-parts.ts'

const head = 'graph: holme-kim\nrouters: [pastry]\n'

describe('a complaint names the line, the field and the allowed values of', () => {
  test.each<[string, string, string, string, RegExp]>([
    [
      'a mistyped kind',
      'graph:\n  kind: holmekim\nrouters: [pastry]',
      'line 2, column 9',
      'graph.kind',
      /Did you mean "holme-kim"\? It takes one of holme-kim, barabasi-albert, .*file/,
    ],
    [
      'a number that is no whole one',
      'graph:\n  kind: ring\n  nodes: 2.5\nrouters: [pastry]',
      'line 3, column 10',
      'graph.nodes',
      /2\.5 cannot stand here: it takes a whole number from 1 to 4000000/,
    ],
    [
      'a name that is a path',
      'name: ../x\ngraph: ring\nrouters: [pastry]',
      'line 1, column 7',
      'name',
      /it takes a name of at most 64 characters without \//,
    ],
    [
      'text for a number',
      'graph: ring\nseed: abc\nrouters: [pastry]',
      'line 2, column 7',
      'seed',
      /"abc" .*whole number from 0 to/,
    ],
    [
      'a share above 1',
      'graph:\n  kind: watts-strogatz\n  rewired: 1.5\nrouters: [pastry]',
      'line 3, column 12',
      'graph.rewired',
      /1\.5 .*a number from 0 to 1/,
    ],
    [
      'not a number',
      'graph: ring\nrouters: [pastry]\nworkload:\n  lookups: .nan',
      'line 4, column 12',
      'workload.lookups',
      /whole number from 1/,
    ],
    [
      'a field that is none',
      `${head}atack: none`,
      'line 3, column 1',
      'atack',
      /Did you mean "attack"\? Allowed are name, title, about, graph/,
    ],
    [
      'an option of a router that is none',
      'graph: ring\nrouters:\n  - pastry\n  - { name: trustnet, ruotes: 3 }',
      'line 4, column 23',
      'routers.1.ruotes',
      /Did you mean "routes"\? Allowed are name, routes, slot, depth/,
    ],
    [
      'a router that is none',
      'graph: ring\nrouters:\n  - pastri',
      'line 3, column 5',
      'routers.0.name',
      /Did you mean "pastry"\? It takes one of pastry, trustnet, or a module/,
    ],
    [
      'an option out of its range',
      'graph: ring\nrouters: [{ name: trustnet, routes: 99 }]',
      'line 2, column 37',
      'routers.0.routes',
      /99 cannot stand here: "routes" is 99: a whole number from 1 to 64/,
    ],
    [
      'an option of another type',
      'graph: ring\nrouters: [{ name: trustnet, routes: many }]',
      'line 2, column 37',
      'routers.0.routes',
      /"many" cannot stand here: it takes a number/,
    ],
    [
      'an attack that is none',
      `${head}attack:\n  kind: dropers`,
      'line 4, column 9',
      'attack.kind',
      /Did you mean "droppers"\? It takes one of none, droppers, sybil/,
    ],
    [
      'an option of an attack that is none',
      `${head}attack:\n  kind: droppers\n  fractoin: 0.3`,
      'line 5, column 3',
      'attack.fractoin',
      /Did you mean "fraction"\? Allowed are kind, fraction, noticed/,
    ],
    [
      'an option of an attack out of its range',
      `${head}attack:\n  kind: droppers\n  fraction: 3`,
      'line 5, column 13',
      'attack.fraction',
      /3 cannot stand here: it takes a number from 0 to 1/,
    ],
    [
      'an attack inside several',
      `${head}attack:\n  kind: all\n  of: [droppers, { kind: slander, x: 1 }]`,
      'line 5, column 35',
      'attack.of.1.x',
      /Allowed are kind, fraction/,
    ],
    [
      'a value that is missing',
      'graph:\n  kind: ring\n  nodes:\nrouters: [pastry]',
      'line 3, column 9',
      'graph.nodes',
      /It has no value: it takes a whole number from 1 to 4000000, or leave the field out/,
    ],
    [
      'a value that is missing and cannot be left out',
      'graph: { file: , format: csv }\nrouters: [pastry]',
      'line 1, column 16',
      'graph.file',
      /It has no value: it takes its path, seen from the scenario file, or the name of a known data set\.$/,
    ],
    [
      'what JSON makes of NaN',
      '{ "graph": { "kind": "ring", "nodes": null }, "routers": ["pastry"] }',
      'line 1, column 39',
      'graph.nodes',
      /It has no value/,
    ],
    [
      'an option of a router without a value',
      'graph: ring\nrouters: [{ name: trustnet, routes: ~ }]',
      'line 2, column 37',
      'routers.0.routes',
      /It has no value: it takes a number/,
    ],
    [
      'an overlay of a file that has none',
      'graph: { file: a.txt, format: snap, overlay: social }\nrouters: [pastry]',
      'line 1, column 8',
      'graph.overlay',
      /snap has no overlays: leave it out/,
    ],
    [
      'a graph file without a name',
      'graph: { file: "", format: csv }\nrouters: [pastry]',
      'line 1, column 16',
      'graph.file',
      /"" cannot stand here: it takes its path/,
    ],
    [
      'no graph',
      'routers: [pastry]',
      'line 1, column 1',
      'graph',
      /It is missing: it takes .*one of holme-kim/,
    ],
    [
      'no routers',
      'graph: ring',
      'line 1, column 1',
      'routers',
      /It is missing: a list with pastry, trustnet/,
    ],
    [
      'an empty list of routers',
      'graph: ring\nrouters: []',
      'line 2, column 10',
      'routers',
      /empty: write \[ … \] with pastry, trustnet/,
    ],
    [
      'routers that are no list',
      'graph: ring\nrouters: pastry',
      'line 2, column 10',
      'routers',
      /"pastry" is no list/,
    ],
    [
      'the same router twice',
      'graph: ring\nrouters:\n  - pastry\n  - { name: pastry, routes: 1 }',
      'line 4, column 5',
      'routers.1',
      /same as routers\.0/,
    ],
    [
      'ratings upside down',
      `${head}ratings:\n  kind: uniform\n  low: 0.9\n  high: 0.3`,
      'line 5, column 8',
      'ratings.low',
      /0\.9 is above high/,
    ],
    [
      'signed values without a mapping',
      'graph: { file: a.csv, format: snap-signed }\nrouters: [pastry]',
      'line 1, column 8',
      'graph.map',
      /linear, half or sign:0\.8/,
    ],
    [
      'a mapping without values',
      'graph: { file: a.csv, format: metis, map: half }\nrouters: [pastry]',
      'line 1, column 43',
      'graph.map',
      /metis has no values/,
    ],
    [
      'a mapping that is none',
      'graph: { file: a.csv, format: konect, map: cubic }\nrouters: [pastry]',
      'line 1, column 44',
      'graph.map',
      /linear, half or sign:X/,
    ],
    [
      'an unknown format',
      'graph: { file: a.csv, format: xml }\nrouters: [pastry]',
      'line 1, column 31',
      'graph.format',
      /one of csv, snap, snap-signed, konect, metis/,
    ],
    [
      'a field twice',
      'graph: ring\nrouters: [pastry]\ngraph: ring',
      'line 3, column 1',
      '',
      /unique/,
    ],
    [
      'an open bracket',
      'graph: ring\nrouters: [pastry',
      'line 2, column 17',
      '',
      /no YAML and no JSON/,
    ],
    ['an empty text', '', 'line 1, column 1', '', /empty/],
    ['a text that is a list', '- graph', 'line 1, column 1', '', /mapping with name, title/],
  ])('%s', (_, text, at, path, why) => {
    const problems = problemsOf(text)
    expect(problems.map((problem) => [problem.at, problem.path])).toContainEqual([at, path])
    expect(problems.find((problem) => problem.path === path)!.why).toMatch(why)
  })

  test('every mistake at once, in the order of the lines', () => {
    const text = 'seed: -1\nrouters: [pastri]\ngraph: { kind: ring, nodes: 0 }\nengine: warp'
    const lines = problemsOf(text).map(({ at }) => at)
    expect(lines).toEqual([
      'line 1, column 7',
      'line 2, column 11',
      'line 3, column 29',
      'line 4, column 9',
    ])
    expect(() => read(text)).toThrow(/^mine\.yaml has 4 mistakes:\n {2}line 1, column 7: seed: -1/)
    expect(() => read('graph: ring\nrouters: [pastri]')).toThrow(
      /^mine\.yaml, line 2, column 11: routers/,
    )
  })

  test('texts that would never end', () => {
    const bomb = `a: &a [1,1,1,1,1,1,1,1,1,1]\n${'bcdefghi'
      .split('')
      .map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(9)}]`)
      .join('\n')}`
    expect(problemsOf(bomb)[0]!.why).toMatch(/more than 100000 values/)
    expect(problemsOf('['.repeat(200) + ']'.repeat(200))[0]!.why).toMatch(/deeper than/)
    expect(problemsOf(`graph: ${'x'.repeat(300_000)}`)[0]!.why).toMatch(/longer than/)
  })
})
