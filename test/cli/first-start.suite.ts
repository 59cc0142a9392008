// What a start tells: people, who copy the command for a friend from it, whoever reads its log, and systemd,
// which waits for the word that the node serves and then for signs of life (Type=notify, WatchdogSec).
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../live/harness.ts'
import { endOf, Terminal } from './terminal.ts'

let terminal: Terminal
const undone: (() => unknown)[] = []
beforeAll(async () => {
  terminal = await Terminal.open()
})
afterAll(async () => {
  for (const undo of undone) undo()
  await terminal.close()
})

const at = (name: string): string => join(terminal.folder, name)

function started(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const node = terminal.start(['node', 'start', ...args], environment)
  undone.push(() => node.kill('SIGKILL'))
  let said = ''
  node.stdout!.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const tells = (what: RegExp): Promise<string> =>
    until(
      `it tells ${what}`,
      () => said,
      (text) => what.test(text),
    )
  return { node, tells, over: endOf(node) }
}

test('people learn who it is, where to look, that it is on loopback, and how a friend joins', async () => {
  const { tells } = started(['--home', at('ada'), '--owner', 'ada'])
  const said = await tells(/A friend joins with.*\n.+\n/)
  expect(said).toMatch(/^node +[0-9a-f]{32}$/m)
  expect(said).toMatch(/^peer id +12D3Koo\w+$/m)
  expect(said).toContain('It listens on loopback alone: only nodes on this machine can join.')
  for (const name of ['identity', 'api.json'])
    expect((await stat(join(at('ada'), name))).mode & 0o777).toBe(0o600)
  const view = /^view +(\S+)/m.exec(said)![1]!
  expect((await fetch(view)).status).toBeLessThan(500)
  // The command as it is printed, with a home of the friend's own.
  const [program, ...words] = said.trimEnd().split('\n').at(-1)!.trim().split(' ')
  expect([program, words.slice(0, 2)]).toEqual(['trustnet', ['node', 'start']])
  const friend = started([...words.slice(2), '--home', at('bob'), '--json'])
  await friend.tells(/"event":"started"/)
  await until(
    'the friend joined',
    async () => (await terminal.run(['status', '--home', at('bob'), '--json'])).json,
    ({ joined, peers }) => joined === true && (peers as { connected: number }).connected === 1,
  )
  // Off a terminal its log is JSON, a line each.
  friend.node.kill('SIGTERM')
  const logged = (await friend.over).err.trimEnd().split('\n')
  expect(logged.map((line) => JSON.parse(line) as object)).toContainEqual(
    expect.objectContaining({ level: 30, msg: 'joined the network', time: expect.any(Number) }),
  )
})

test('systemd hears once that it serves, and from then on that it lives', async () => {
  const programs = at('programs')
  await mkdir(programs)
  const notified = at('notified')
  const program = join(programs, 'systemd-notify')
  await writeFile(program, `#!/bin/sh\necho "$@" >> '${notified}'\n`)
  await chmod(program, 0o755)
  const words = async (): Promise<string[]> =>
    (await readFile(notified, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
  const { node, tells, over } = started(['--home', at('eve'), '--json'], {
    ...{ NOTIFY_SOCKET: '/run/none', WATCHDOG_USEC: '400000' },
    PATH: [programs, process.env.PATH].join(delimiter),
  })
  const said = await tells(/"event":"started".*\n/)
  const { nodeId, api } = JSON.parse(said) as { readonly nodeId: string; readonly api: string }
  const ready = `--ready --pid=${node.pid} --status=node ${nodeId} serves at ${api}`
  await until('it gave two signs of life', words, (lines) => lines.length >= 3)
  expect((await words()).filter((line) => line !== 'WATCHDOG=1')).toEqual([ready])
  // Started anew in the same process it has never stopped serving, for systemd.
  await terminal.run(['node', 'restart', '--home', at('eve'), '--json'])
  node.kill('SIGTERM')
  expect((await over).code).toBe(0)
  expect((await words()).filter((line) => line !== 'WATCHDOG=1')).toEqual([ready])
})
