// `experiment run` as real child processes: its contract, the same bytes however it is run, Ctrl-C
// and --resume, and what it says when a run fails or cannot fit.
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, watch, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { endOf, Terminal } from '../terminal.ts'
import { writeScenario } from './scenarios.ts'

let terminal: Terminal
beforeEach(async () => {
  terminal = await Terminal.open()
})
afterEach(() => terminal.close())

const inside = (...names: string[]): string => join(terminal.folder, ...names)
const csv = (out: string): Promise<string> => readFile(inside(out, 'results.csv'), 'utf8')
const run = (file: string, out: string, ...flags: string[]) =>
  terminal.run(['experiment', 'run', file, '--out', out, '--json', ...flags])

describe('an experiment', () => {
  test('answers with its summary, and writes the same bytes with one worker and two', async () => {
    const file = await writeScenario(terminal.folder, ['pastry', './own.js'], {
      sweep: { 'attack.fraction': [0, 0.3] },
      attack: { kind: 'droppers', fraction: 0.3 },
    })
    const [one, two] = await Promise.all([
      run(file, 'one', '--workers', '1'),
      run(file, 'two', '--workers', '2', '--no-report'),
    ])
    expect([one.code, two.code]).toEqual([0, 0])
    expect(one.json).toMatchObject({ schemaVersion: 1, runs: 8, out: 'one' })
    const summary = one.json.summary as readonly Record<string, unknown>[]
    expect(Object.keys(summary[0]!)).toEqual(
      'router,params,success,hops,messages,contamination'.split(','),
    )
    expect(summary[0]).toMatchObject({
      ...{ router: 'pastry', params: { 'attack.fraction': 0 } },
      success: { mean: 1, high: 1 },
    })
    for (const name of ['results.csv', 'results.parquet', 'summary.json', 'scenario.yaml'])
      expect(await readFile(inside('two', name))).toEqual(await readFile(inside('one', name)))
    expect(existsSync(inside('one', 'report.html'))).toBe(true)

    const header = (await csv('one')).split('\n')[0]!.split(',')
    const parquet = await readFile(inside('one', 'results.parquet'))
    const rows = await parquetReadObjects({ file: new Uint8Array(parquet).buffer })
    const cell = (value: unknown): string =>
      value === null || value === undefined ? '' : String(value)
    const lines = rows.map((row) => header.map((name) => cell(row[name])).join(','))
    expect(`${[header.join(','), ...lines].join('\n')}\n`).toBe(await csv('one'))
  })

  test('on whole nodes that join again writes the same bytes with one worker and two', async () => {
    const file = await writeScenario(terminal.folder, ['pastry', { name: 'trustnet', routes: 4 }], {
      ...{ engine: 'protocol', graph: { kind: 'holme-kim', nodes: 24, degree: 6 }, seeds: 1 },
      attack: { kind: 'poisoned-join', fraction: 0.2, rejoining: 0.5 },
      sweep: { 'attack.rounds': [0, 1] },
    })
    expect((await run(file, 'one', '--workers', '1', '--no-report')).code).toBe(0)
    expect((await run(file, 'two', '--workers', '2', '--no-report')).code).toBe(0)
    expect(await csv('two')).toBe(await csv('one'))
    const [header, ...rows] = (await csv('one')).trim().split('\n')
    const column = header!.split(',').indexOf('more.rejoinRounds')
    expect(rows.map((row) => row.split(',')[column])).toEqual(['0', '0', '1', '1'])
  })

  test('that is interrupted keeps what finished, and --resume ends at the same bytes', async () => {
    const go = inside('go')
    const file = await writeScenario(terminal.folder, [
      { name: './own.js', waitsFor: '' },
      { name: './own.js', waitsFor: go },
    ])
    const runs = inside('cut', 'runs')
    await mkdir(runs, { recursive: true })
    const changes = watch(runs)
    const child = terminal.start([
      'experiment',
      'run',
      file,
      '--out',
      'cut',
      '--workers',
      '2',
      '--json',
    ])
    const ended = endOf(child)
    const kept = async (): Promise<number> =>
      (await readdir(runs)).filter((name) => name.endsWith('.json')).length
    for await (const _ of changes) if ((await kept()) === 2) break
    child.kill('SIGINT')
    const { code, json } = await ended
    expect([code, await kept()]).toEqual([130, 2])
    expect(json.error).toMatchObject({ code: 'cli/interrupted' })
    expect((await csv('cut')).split('\n')).toHaveLength(4)

    await writeFile(go, '')
    const [resumed, whole] = await Promise.all([
      run(file, 'cut', '--resume', '--workers', '1', '--no-report'),
      run(file, 'whole', '--workers', '1', '--no-report'),
    ])
    expect([resumed.code, whole.code]).toEqual([0, 0])
    expect(resumed.err).toContain('2 of 2 runs')
    expect(await csv('cut')).toBe(await csv('whole'))
  })

  test('whose run fails says which, keeps the others and ends with 1', async () => {
    const file = await writeScenario(
      terminal.folder,
      ['./own.js', { name: './own.js', fails: true }],
      {
        seeds: 1,
      },
    )
    const { code, json, err } = await run(file, 'out', '--no-report')
    expect(code).toBe(1)
    expect(json.error).toMatchObject({ code: 'experiment/runs-failed' })
    expect((json.error as { message: string }).message).toMatch(
      /^1 of 2 runs failed, the first one at run 1 .*: it was told to \(at .*own\.js/,
    )
    expect(err).toContain('run 1')
    expect((await csv('out')).split('\n')).toHaveLength(3)
  })
})
