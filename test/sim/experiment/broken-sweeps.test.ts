// What people are told who mistyped a sweep: the line, the field, what it takes.
import { expect, test } from 'vitest'
import { problemsOf } from './known-parts.ts'

const head = 'graph: holme-kim\nrouters: [pastry]\n'

test.each<[string, string, string, string, RegExp]>([
  [
    'a swept value',
    `${head}attack: droppers\nsweep:\n  attack.fraction: [0.1, 2]`,
    'line 5, column 26',
    'attack.fraction',
    /2 cannot stand here/,
  ],
  [
    'a swept field that is none',
    `${head}attack: droppers\nsweep:\n  graph.nods: [30]`,
    'line 5, column 16',
    'graph.nods',
    /Did you mean "nodes"/,
  ],
  [
    'a swept kind',
    `${head}sweep:\n  attack.kind: [none, droppers]`,
    'line 4, column 3',
    'sweep.attack.kind',
    /vary attack as a whole/,
  ],
  [
    'swept routers',
    `${head}sweep:\n  routers: [[pastry]]`,
    'line 4, column 3',
    'sweep.routers',
    /list one several times/,
  ],
  [
    'a sweep inside a sweep',
    `${head}sweep:\n  graph: [ring]\n  graph.nodes: [30]`,
    'line 5, column 3',
    'sweep.graph.nodes',
    /replaces all of graph/,
  ],
  [
    'a sweep without values',
    `${head}sweep:\n  graph.nodes: []`,
    'line 4, column 16',
    'sweep.graph.nodes',
    /no list of values/,
  ],
  [
    'the same value twice',
    `${head}sweep:\n  graph.nodes: [30, 30]`,
    'line 4, column 3',
    'sweep.graph.nodes',
    /30 stands there twice/,
  ],
  [
    'combinations that do not fit',
    `graph: ring\nrouters: [pastry]\nsweep:\n  ratings.low: [0.2, 0.9]\n  ratings.high: [1, 0.5]`,
    'line 4, column 22',
    'ratings.low',
    /0\.9 is above high/,
  ],
])('a complaint of %s names its place', (_, text, at, path, why) => {
  const problems = problemsOf(text)
  expect(problems.map((problem) => [problem.at, problem.path])).toContainEqual([at, path])
  expect(problems.find((problem) => problem.path === path)!.why).toMatch(why)
})
