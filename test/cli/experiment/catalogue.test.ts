// `experiment list`, `show` and `validate` as people call them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { validated } from '../../../cli/experiment/catalogue.ts'
import { scenarioOf } from '../../../cli/experiment/scenario.ts'
import { Failure } from '../../../src/core/failure.ts'
import type { ScenarioProblem } from '../../../src/core/failures-of-experiments.ts'
import { Terminal } from '../terminal.ts'

let terminal: Terminal
beforeAll(async () => {
  terminal = await Terminal.open()
})
afterAll(() => terminal.close())

const errorOf = (json: Record<string, unknown>) => json.error as { code: string; message: string }

test('list names every preset with its runs, and the routers and attacks', async () => {
  const { code, json } = await terminal.run(['experiment', 'list', '--json'])
  expect(code).toBe(0)
  const { presets, routers, attacks } = json as Record<string, { name: string; runs: number }[]>
  expect(presets!.find(({ name }) => name === 'quick')!.runs).toBe(12)
  expect(routers!.map(({ name }) => name)).toContain('trustnet')
  expect(attacks!.map(({ name }) => name)).toContain('sybil')
})

test('what show prints is a scenario file that validate takes', async () => {
  const shown = await terminal.run(['experiment', 'show', '--set', 'graph.nodes=99', 'quick'])
  expect(shown.out).toMatch(/^graph: \{ kind: holme-kim, nodes: 99, degree: 20, triads: 0\.75 \}$/m)
  const file = join(terminal.folder, 'mine.yaml')
  writeFileSync(file, shown.out)
  const answer = await validated(file, { set: [], seeds: 2 })
  expect(answer).toMatchObject({ valid: true, name: 'quick', points: 1, routers: 4, runs: 8 })
})

test('validate names the line of a mistake', async () => {
  writeFileSync(join(terminal.folder, 'broken.yaml'), 'graph: ring\nrouters: [pastri]\n')
  const broken = await terminal.run(['experiment', 'validate', 'broken.yaml', '--json'])
  expect([broken.code, errorOf(broken.json).code]).toEqual([2, 'experiment/broken-scenario'])
  expect(errorOf(broken.json).message).toMatch(/^broken\.yaml, line 2, column 11: .*pastry/)
})

test('validate names what whole nodes cannot play', async () => {
  const asked = (...set: string[]) => validated('quick', { set, seeds: undefined })
  const whole = ['engine=protocol', 'routers=[pastry, trustnet]']
  expect(await asked(...whole)).toMatchObject({ valid: true, runs: 6 })
  for (const [setting, path] of [
    ['routers=[pastry, { name: trustnet, strong: true }]', 'routers.1.strong'],
    ['routers=[kademlia]', 'routers.0'],
    ['ids=clustered', 'ids.kind'],
    ['attack.ids=clustered', 'attack.ids'],
    ['sweep={ engine: [structural, protocol], ids: [uniform, clustered] }', 'ids.kind'],
  ] as const)
    await expect(asked(...whole, setting)).rejects.toMatchObject({
      ...{ code: 'experiment/broken-scenario', facts: { problems: [{ path }] } },
    })
})

test.each([
  ['graph: { file: no-such.csv, format: csv }', [], 'line 1, column 16: graph.file'],
  // A folder is no file.
  ['graph: { file: ., format: csv }', [], 'line 1, column 16: graph.file'],
  [
    'graph: ring\nsweep: { graph: [ring, { file: no-such.csv, format: csv }] }',
    [],
    'line 2, column 32: sweep.graph.1.file',
  ],
  [
    'graph: { file: package.json, format: csv }\nsweep: { graph.file: [no-such.csv] }',
    [],
    'line 2, column 23: sweep.graph.file.0',
  ],
  // Paths that the system does not even look for.
  [`graph: { file: ${'long'.repeat(99)}, format: csv }`, [], 'line 1, column 16: graph.file'],
  ['graph: { file: "no\\0such", format: csv }', [], 'line 1, column 16: graph.file'],
  [
    'graph: { file: there.csv, format: csv }',
    ['graph.file=no-such.csv'],
    '--set graph.file=no-such.csv: graph.file',
  ],
])('who names a graph file that is missing hears where: %s', async (line, set, at) => {
  const file = join(terminal.folder, 'absent.yaml')
  writeFileSync(file, `${line}\nrouters: [pastry]\n`)
  for (const asked of [validated, scenarioOf])
    await expect(asked(file, { set, seeds: undefined })).rejects.toMatchObject({
      ...{ code: 'experiment/no-data', exitCode: 2 },
      message: expect.stringMatching(/ is not there .*--set graph\.file=PATH/),
      facts: { at: `${file}, ${at}` },
    })
})

test('who measures a devnet needs no graph file: none is played', async () => {
  const file = join(terminal.folder, 'absent.yaml')
  writeFileSync(file, 'graph: { file: no-such.csv, format: csv }\nrouters: [trustnet]\n')
  const { json } = await terminal.run(['experiment', 'live', file, '--json'])
  expect(errorOf(json).code).toBe('node/not-running')
})

describe('modules of one’s own', () => {
  const written = (name: string, lines: readonly string[]): string => {
    const file = join(terminal.folder, name)
    writeFileSync(file, `${lines.join('\n')}\n`)
    return file
  }
  const told = async (file: string): Promise<readonly (readonly string[])[]> => {
    for (const asked of [validated, scenarioOf]) {
      const answer = await asked(file, { set: [], seeds: undefined }).catch((error) => error)
      if (!(answer instanceof Failure)) throw new Error(`${asked.name} found nothing wrong`)
      expect(answer.code).toBe('experiment/broken-scenario')
      const { problems } = answer.facts as { problems: readonly ScenarioProblem[] }
      if (asked === scenarioOf) return problems.map(({ at, path, why }) => [at, path, why])
    }
    return []
  }

  test('that are missing are told at their lines, all at once, as what they are', async () => {
    const file = written('missing.yaml', [
      'graph: ring',
      'routers: [pastry, ./nope.js]',
      'attack: ./nope2.js',
      'metrics: [./nope3.js]',
      'sweep: { attack: [{ kind: all, of: [./nope4.js] }] }',
    ])
    const problems = await told(file)
    expect(problems.map(([at, path]) => [at, path])).toEqual([
      ['line 2, column 19', 'routers.1.name'],
      ['line 3, column 9', 'attack.kind'],
      ['line 4, column 11', 'metrics.0'],
    ])
    for (const [, , why] of problems)
      expect(why).toMatch(/^The module \.\/nope\d?\.js is not there/)
    // A sweep is judged once the rest is right.
    const swept = written('swept.yaml', [
      ...['graph: ring', 'routers: [pastry]'],
      'sweep: { attack: [{ kind: all, of: [./nope4.js] }] }',
    ])
    expect((await told(swept))[0]).toEqual([
      ...['line 3, column 37', 'attack.of.0.kind'],
      expect.stringMatching(/nope4\.js is not there/),
    ])
  })

  test('that cannot be read, or are none, are told with the line of the scenario and their own', async () => {
    written('typo.js', ['export default {', "  name: 'typo'", '  about: 1,', '}'])
    written('bare.js', ['export const router = {}'])
    written('half.js', ['export default { build: () => 1 }'])
    const file = written('wrong.yaml', [
      'graph: ring',
      'routers: [./bare.js, { name: ./half.js }]',
      'attack: ./typo.js',
    ])
    expect(await told(file)).toEqual([
      ['line 2, column 11', 'routers.0.name', expect.stringMatching(/no object as default export/)],
      ['line 2, column 30', 'routers.1.name', expect.stringMatching(/has no estimateBytes/)],
      [
        'line 3, column 9',
        'attack.kind',
        expect.stringMatching(/typo\.js .*line 3 cannot be read/),
      ],
    ])
  })

  test('take the options that they name, as their own check says', async () => {
    written('mine.js', [
      'export default {',
      "  name: 'mine', about: 'mine', defaults: { least: 0.5, most: 1 },",
      '  estimateBytes: () => 1, build() {},',
      "  check: ({ least, most }) => (least > most ? 'least is above most' : undefined),",
      '}',
    ])
    const file = written('options.yaml', [
      'graph: ring',
      'routers:',
      '  - { name: ./mine.js, leest: 0.1 }',
      '  - { name: ./mine.js, least: 3 }',
    ])
    expect(await told(file)).toEqual([
      [
        ...['line 3, column 24', 'routers.0.leest'],
        expect.stringMatching(/Did you mean "least"\? Allowed are least, most/),
      ],
      ['line 4, column 31', 'routers.1.least', '3 cannot stand here: least is above most.'],
    ])
    const right = written('right.yaml', [
      'graph: ring',
      'routers: [{ name: ./mine.js, least: 0.1 }]',
    ])
    expect(await validated(right, { set: [], seeds: 1 })).toMatchObject({ valid: true, runs: 1 })
  })
})
