// `experiment list`, `show` and `validate` as people call them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { validated } from '../../../cli/experiment/catalogue.ts'
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
    ['routers=[pastry, { name: trustnet, strong: true }]', 'routers trustnet.strong'],
    ['routers=[kademlia]', 'routers kademlia'],
    ['ids=clustered', 'ids.kind'],
    ['attack.ids=clustered', 'attack.ids'],
    ['sweep={ engine: [structural, protocol], ids: [uniform, clustered] }', 'ids.kind'],
  ] as const)
    await expect(asked(...whole, setting)).rejects.toMatchObject({
      ...{ code: 'experiment/cannot-run', facts: { path } },
    })
})

test('validate says which graph file is missing', async () => {
  const file = join(terminal.folder, 'absent.yaml')
  writeFileSync(file, 'graph: { file: no-such.csv, format: csv }\nrouters: [pastry]\n')
  const asked = validated(file, { set: [], seeds: undefined })
  await expect(asked).rejects.toMatchObject({
    code: 'experiment/no-data',
    message: expect.stringMatching(/no-such\.csv is not there .*--set graph\.file=PATH/),
  })
})
