// What the command line refuses before anything starts: no home, no process, exit code 2. And the
// ends of a start that cannot go on.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeRatings, plannedRatings } from '../../cli/devnet/ratings.ts'
import { runNode } from '../../cli/serve/run-node.ts'
import { type Ran, Terminal } from './terminal.ts'

let terminal: Terminal
beforeAll(async () => {
  terminal = await Terminal.open()
})
afterAll(() => terminal.close())

const run = (...args: string[]): Promise<Ran> => terminal.run([...args, '--json'])
const home = (): string => join(terminal.folder, 'home')
const errorOf = (ran: Ran) => ran.json.error as { code: string; message: string }
const nine = Array.from({ length: 9 }, (_, i) => ['--overlay', `o${i}`]).flat()

describe('refused before anything starts is', () => {
  test.each([
    ['a long owner', ['node', 'start', '--owner', 'x'.repeat(65)], 'node/malformed-owner'],
    ['an owner with a line end', ['node', 'start', '--owner', 'a\nb'], 'node/malformed-owner'],
    ['a ninth overlay', ['node', 'start', ...nine], 'overlay/too-many'],
    [
      'an overlay twice',
      ['node', 'start', '--overlay', 'social', '--overlay', 'social'],
      'overlay/twice',
    ],
    [
      'a listen address that is none',
      ['node', 'start', '--listen', 'foo'],
      'node/malformed-listen',
    ],
    ['a port below zero', ['node', 'start', '--api-port', '-1'], 'cli/usage'],
    ['a plan of ratings that is none', ['devnet', 'up', '--ratings', 'foo'], 'devnet/no-ratings'],
    [
      'a rating by hand where a rule rates',
      ['devnet', 'up', '--overlay', 'measured', '--ratings', 'ring'],
      'overlay/not-manual',
    ],
    ['an overlay of a devnet twice', ['devnet', 'up', ...nine], 'overlay/too-many'],
    ['an empty key', ['route', 'lookup', ''], 'route/empty-key'],
    ['a computation without a root', ['trust', 'compute', 'ratings.csv'], 'cli/usage'],
  ])('%s', async (_, args, code) => {
    const ran = await terminal.run([...args, '--json'], { environment: { TRUSTNET_HOME: home() } })
    expect([ran.code, errorOf(ran).code]).toEqual([2, code])
    expect(errorOf(ran).message).not.toMatch(/The following|undefined|This should not/)
    expect(readdirSync(terminal.folder)).not.toContain('home')
    expect(readdirSync(terminal.folder)).not.toContain('state')
  })

  test('a missing flag, in a sentence of our own', async () => {
    const ran = await run('trust', 'compute', 'ratings.csv')
    expect(errorOf(ran).message).toBe('It needs --root. See: trustnet trust compute --help')
  })
})

test('the word help asks in the place of a command alone, not where it is a key or a name', async () => {
  const asked = [['help', 'trust', 'set'], ['trust', 'help'], ['help']]
  for (const ran of await Promise.all(asked.map((words) => terminal.run(words))))
    expect([ran.code, ran.out.includes('USAGE')]).toEqual([0, true])
  const meant = [
    ['trust', 'set', 'help', '0.5'],
    ['dht', 'put', 'help'],
  ]
  for (const ran of await Promise.all(meant.map((words) => run(...words, '--home', home()))))
    expect([ran.code, errorOf(ran).code]).toEqual([3, 'node/not-running'])
})

describe('a start that cannot go on', () => {
  test('because nobody takes what it prints stops the node, whose home is free again', async () => {
    const own = join(terminal.folder, 'printed')
    const flags = {
      ...{ home: own, json: true, overlay: ['social'], join: undefined, listen: undefined },
      ...{ owner: '', policy: 'trustnet', router: 'trust', store: 'classic-level', 'api-port': 0 },
      ...{ mdns: false, relay: true, upnp: false, 'exit-with-stdin': false },
    }
    const attempt = runNode(flags, () => {
      throw new Error('nobody reads')
    })
    await expect(attempt).rejects.toThrow('nobody reads')
    expect(readdirSync(own)).not.toContain('api.json')
    expect(readdirSync(own)).not.toContain('lock')
  })

  test('because its API port is taken ends with how to mend it, and leaves the home', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const own = ['--home', join(terminal.folder, 'taken'), '--api-port', String(port)]
    const ran = await run('node', 'start', ...own)
    await new Promise((resolve) => server.close(resolve))
    expect([ran.code, errorOf(ran).code]).toEqual([1, 'api/port-taken'])
    expect(readdirSync(join(terminal.folder, 'taken'))).not.toContain('api.json')
  })
})

describe('a plan of ratings', () => {
  test('from a file names the line of a bad value', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trustnet-plan-'))
    const file = join(folder, 'plan.csv')
    writeFileSync(file, '# who rates whom\nn1,n2,0.9\nn2,n1,1.5\n')
    await expect(plannedRatings(file, ['n1', 'n2'], 'social')).rejects.toMatchObject({
      code: 'devnet/bad-value',
      facts: { line: 3 },
      message: expect.stringContaining('"1.5" is outside'),
    })
    rmSync(folder, { recursive: true })
  })

  test('may rate by hand only in overlays of the devnet where people rate', async () => {
    const overlays = [
      { name: 'social', manual: true },
      { name: 'speed', manual: false },
    ]
    const rating = { from: 'n1', to: 'n2', value: '0.5' }
    const judge = (overlay: string) => () => judgeRatings([{ ...rating, overlay }], overlays)
    expect(judge('social')).not.toThrow()
    expect(judge('speed')).toThrow(expect.objectContaining({ code: 'overlay/not-manual' }))
    expect(judge('club')).toThrow(expect.objectContaining({ code: 'overlay/unknown' }))
    expect(() => judgeRatings([], overlays)).not.toThrow()
  })
})

describe('a benchmark', () => {
  const benches = join(import.meta.dirname, '..', '..', 'bench')
  test.each(['trust', 'route', 'transport', 'live'])(
    '(%s) with a flag that it does not have says which it has',
    async (name) => {
      const ran = await new Promise<{ code: unknown; err: string }>((resolve) =>
        execFile(process.execPath, [join(benches, `${name}.ts`), '--nope'], (error, _out, err) =>
          resolve({ code: error?.code, err }),
        ),
      )
      expect(ran.code).toBe(2)
      expect(ran.err).toMatch(/^bench: Unknown option '--nope'\. It takes --json, .*\.\n$/)
    },
  )
})
