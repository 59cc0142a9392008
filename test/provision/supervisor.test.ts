// The supervisor over real processes that end as nodes do, its pauses, and its log. The twenty kills
// of a real node are in kill-again.service.ts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { oldLogsMax, RotatingLog } from '../../cli/serve/rotating-log.ts'
import { pauseMs, Supervisor } from '../../cli/serve/supervisor.ts'
import { isProcess } from '../../src/api/connection-file.ts'

const started = '{"schemaVersion":1,"event":"started"}'
/** A process that says what a node says once it serves, and then stays until its input ends. */
const serves = `console.log('${started}'); process.stdin.resume().on('end', () => process.exit(0)); process.on('SIGTERM', () => process.exit(0))`

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-supervisor-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A supervisor whose starts run these programs one after the other, the last one again and again. */
function supervisor(programs: readonly string[], pause?: typeof pauseMs) {
  const said: string[] = []
  const pids: number[] = []
  let waiting: (() => void) | undefined
  let starts = 0
  const one = new Supervisor({
    start: async () => ({
      node: process.execPath,
      arguments: ['-e', programs[Math.min(starts++, programs.length - 1)]!],
    }),
    log: (text) => said.push(String(text)),
    ...(pause === undefined ? {} : { pause }),
    serving: (_, pid) => {
      pids.push(pid)
      waiting?.()
    },
  })
  const served = async (count: number): Promise<number> => {
    while (pids.length < count) await new Promise<void>((resolve) => (waiting = resolve))
    return pids[count - 1]!
  }
  return { one, said, served, starts: () => starts }
}

describe('the supervisor', () => {
  test('starts a node again each time that it is killed', async () => {
    const { one, served, said } = supervisor([serves])
    const over = one.run()
    for (let kills = 1; kills <= 2; kills++) process.kill(await served(kills), 'SIGKILL')
    const last = await served(3)
    one.stop()
    expect([await over, isProcess(last)]).toEqual([0, false])
    expect(said.filter((line) => line.includes('started again'))).toHaveLength(2)
  })

  test.each([
    ['was asked to stop', `console.log('${started}')`, 0],
    ['was started wrongly', 'process.exit(2)', 2],
  ])('leaves a node alone that %s', async (_, program, code) => {
    const { one, starts } = supervisor([program])
    expect([await one.run(), starts()]).toEqual([code, 1])
  })

  test('starts the node anew, as it is to be run by now, when it is asked to', async () => {
    const { one, served, starts } = supervisor([serves, serves])
    const over = one.run()
    const first = await served(1)
    one.restart()
    const second = await served(2)
    expect([second !== first, isProcess(first)]).toEqual([true, false])
    one.stop()
    expect([await over, starts()]).toEqual([0, 2])
  })

  test('starts the node at once when it is asked to while it waits', async () => {
    // Far beyond the test's own limit: only the asking ends it.
    const { one, served, said, starts } = supervisor(['process.exit(1)', serves], () => 3_600_000)
    const over = one.run()
    while (!said.some((line) => line.includes('started again'))) await new Promise(setImmediate)
    one.restart()
    await served(1)
    one.stop()
    expect([await over, starts()]).toEqual([0, 2])
  })

  test('takes a restart that is asked for before the node is there', async () => {
    const { one, served, starts } = supervisor([serves])
    const over = one.run()
    one.restart()
    await served(1)
    one.stop()
    expect([await over, starts()]).toEqual([0, 2])
  })

  test('keeps what a node says, and ends at once while it waits for the next start', async () => {
    const { one, said } = supervisor(["console.error('the port is taken'); process.exit(1)"])
    const over = one.run()
    while (!said.some((line) => line.includes('started again'))) await new Promise(setImmediate)
    one.stop()
    expect(await over).toBe(0)
    expect(said.join('')).toContain('the port is taken')
  })

  test('takes the node along when it is killed itself', async () => {
    const module = join(import.meta.dirname, '..', '..', 'cli', 'serve', 'supervisor.ts')
    const program = `const { Supervisor } = await import(${JSON.stringify(module)})
      await new Supervisor({
        start: async () => ({ node: process.execPath, arguments: ['-e', ${JSON.stringify(serves)}] }),
        log: () => {},
        serving: (_, pid) => console.log(pid),
      }).run()`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const pid = Number(String(line))
    expect(isProcess(pid)).toBe(true)
    child.kill('SIGKILL')
    while (isProcess(pid)) await new Promise(setImmediate)
  })

  test('waits longer while starts fail, and never long for a node that served', () => {
    const counts = [1, 2, 3, 5, 9, 40]
    const ways = [(crashes: number) => crashes, () => 0].map((failed) =>
      counts.map((crashes) => pauseMs(crashes, failed(crashes))),
    )
    expect(ways).toEqual([
      [200, 400, 800, 3_200, 51_200, 60_000],
      [200, 400, 800, 1_000, 1_000, 1_000],
    ])
  })

  test('one that is killed while it starts is back soon, however often it was killed before', async () => {
    const pauses: number[] = []
    const ends = `console.log('${started}'); process.exit(1)`
    const { one, served } = supervisor(
      [...Array(9).fill(ends), 'process.exit(1)', serves],
      (...counts) => {
        pauses.push(pauseMs(...counts))
        return 0
      },
    )
    const over = one.run()
    await served(10)
    one.stop()
    await over
    expect(pauses).toEqual([200, 400, 800, ...Array(7).fill(1_000)])
  })
})

describe('the log', () => {
  test('stays within its bound, keeps the newest lines, and is its owner’s alone', async () => {
    const file = join(folder, 'log', 'node.log')
    const log = new RotatingLog(file, 1_000)
    for (let i = 0; i < 500; i++) log.write(`line ${i} of a node that talks much\n`)
    log.close()
    const files = await readdir(join(folder, 'log'))
    expect(files).toHaveLength(1 + oldLogsMax)
    for (const name of files) {
      const { size, mode } = await stat(join(folder, 'log', name))
      expect([size <= 1_000, mode & 0o077]).toEqual([true, 0])
    }
    expect(await readFile(file, 'utf8')).toMatch(/line 499 .*\n$/)
    const again = new RotatingLog(file, 1_000)
    again.write('after a restart\n')
    again.close()
    expect(await readFile(file, 'utf8')).toContain('line 499')
  })

  test('loses no old file, and goes on later, while no new one can be opened', async () => {
    const file = join(folder, 'node.log')
    const log = new RotatingLog(file, 100)
    for (let i = 0; i < 3; i++) log.write(`${i}${'x'.repeat(80)}\n`)
    // A folder stands where the new file is to be.
    await mkdir(`${file}.new`)
    for (let i = 3; i < 9; i++) log.write(`${i}${'x'.repeat(80)}\n`)
    const kept = await Promise.all(['.2', '.1', ''].map((end) => readFile(file + end, 'utf8')))
    expect(kept.map((text) => text[0])).toEqual(['0', '1', '2'])
    await rmdir(`${file}.new`)
    log.write(`mended ${'x'.repeat(80)}\n`)
    log.close()
    expect(await readFile(file, 'utf8')).toBe(`mended ${'x'.repeat(80)}\n`)
  })
})
