// What processes covered is added to what vitest counted: on a file that a real process ran.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import {
  addProcess,
  type FileCoverage,
  linesOf,
  percentOf,
  type ScriptCoverage,
  sumOf,
} from '../../bench/covered/merge.ts'
import { endOf } from '../cli/terminal.ts'
import { until } from '../live/harness.ts'

const source = `// é: a character of two bytes moves no offset.
type Shape = { readonly side: number }
function area(shape: Shape): number {
  if (shape.side < 0) {
    return -1
  }
  return shape.side * shape.side
}
function never(): number {
  return 0
}
process.exitCode = area({ side: 2 } as Shape) === 4 ? 0 : never()
`

/** A record that says nothing ran, of statements that begin at the words of these lines. */
function untouched(path: string, lines: readonly number[]): FileCoverage {
  const texts = source.split('\n')
  const at = (line: number) => ({ line, column: /\S/.exec(texts[line - 1]!)!.index })
  return {
    path,
    statementMap: Object.fromEntries(lines.map((line) => [String(line), { start: at(line) }])),
    s: Object.fromEntries(lines.map((line) => [String(line), 0])),
  }
}

test('lines that a process ran count, others do not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trustnet-coverage-'))
  try {
    const path = join(folder, 'shape.ts')
    writeFileSync(path, source)
    const dumps = join(folder, 'dumps')
    await promisify(execFile)(process.execPath, [path], {
      env: { ...process.env, NODE_V8_COVERAGE: dumps },
    })
    const [name] = readdirSync(dumps)
    const dump = JSON.parse(readFileSync(join(dumps, name!), 'utf8')) as {
      result: ScriptCoverage[]
    }
    const script = dump.result.find(({ url }) => url.endsWith('shape.ts'))!
    const file = untouched(path, [4, 5, 7, 10, 12])
    addProcess(file, source, script)
    expect(file.s).toEqual({ 4: 1, 5: 0, 7: 1, 10: 0, 12: 1 })
    expect(linesOf(file)).toEqual({ covered: 3, all: 5 })
    // What vitest counted stays as it is.
    file.s['7'] = 12
    addProcess(file, source, script)
    expect(file.s['7']).toBe(12)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('shares are of lines, not of files', () => {
  const sum = sumOf([
    { covered: 1, all: 1 },
    { covered: 0, all: 3 },
  ])
  expect([sum, percentOf(sum), percentOf({ covered: 0, all: 0 })]).toEqual([
    ...[{ covered: 1, all: 4 }, 25, 100],
  ])
})

test('a vitest that ends before it wrote coverage is told, in a sentence', async () => {
  const bench = join(import.meta.dirname, '..', '..', 'bench', 'coverage.ts')
  const child = spawn(process.execPath, [bench, 'no/such/test'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = endOf(child)
  const children = `/proc/${child.pid}/task/${child.pid}/children`
  const vitest = await until(
    'vitest runs',
    () => Number(readFileSync(children, 'utf8').split(' ')[0]),
    (pid) => pid > 0,
  )
  process.kill(vitest, 'SIGKILL')
  const { code, err } = await ended
  expect([code, err]).toEqual([
    1,
    'coverage: vitest ended by SIGKILL before it wrote any coverage.\n',
  ])
})
