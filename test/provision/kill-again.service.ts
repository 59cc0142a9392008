// A provisioned node under the supervisor is killed twenty times, as a crash would end it, and serves
// again within five seconds each time. TRUSTNET_KILLS takes another number.
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Status, statusOf } from '../../cli/provision/health.ts'
import { Terminal } from '../cli/terminal.ts'
import { until } from '../live/harness.ts'

const kills = Number(process.env.TRUSTNET_KILLS ?? 20)
const withinMs = 5_000

let terminal: Terminal
let home: string
beforeAll(async () => {
  terminal = await Terminal.open()
  home = join(terminal.folder, 'home')
})
afterAll(async () => {
  for (const one of [home, join(terminal.folder, 'other')])
    await terminal.run(['uninstall', '--home', one, '--delete-keys'])
  await terminal.close()
})

test(`a node that is killed ${kills} times serves again within 5 s each time`, async () => {
  const ran = await terminal.run([
    ...['provision', '--from', 'here', '--manager', 'supervisor', '--home', home, '--json'],
    ...['--bin', join(terminal.folder, 'bin')],
  ])
  expect([ran.code, ran.err]).toEqual([0, ''])
  let status = (await statusOf(home)) as Status
  const { nodeId } = status
  const took: number[] = []
  for (let i = 0; i < kills; i++) {
    const { pid } = status
    const killed = performance.now()
    process.kill(pid, 'SIGKILL')
    status = (await until(
      'it serves again',
      () => statusOf(home),
      (found) => found !== undefined && found.pid !== pid,
      2 * withinMs,
    )) as Status
    took.push(Math.round(performance.now() - killed))
    expect(status.nodeId).toBe(nodeId)
  }
  console.log(JSON.stringify({ kills, slowestMs: Math.max(...took), ms: took }))
  expect(Math.max(...took)).toBeLessThan(withinMs)
}, 300_000)

test('what keeps a node from starting is told, and a node started by hand is not touched', async () => {
  const other = join(terminal.folder, 'other')
  const provision = (...more: string[]) =>
    terminal.run([
      ...['provision', '--from', 'here', '--manager', 'supervisor', '--home', other, '--json'],
      ...['--bin', join(terminal.folder, 'bin')],
      ...more,
    ])
  const taken = (await statusOf(home))!.addresses[0]!.replace(/\/p2p\/.*/, '')
  const failed = await provision('--listen', taken, '--within', '20')
  expect([failed.code, failed.json.error]).toMatchObject([4, { code: 'service/not-healthy' }])
  expect(failed.out).toContain('Cannot listen')
  await terminal.run(['uninstall', '--home', other])
  const byHand = terminal.start(['node', 'start', '--home', other, '--json'])
  await until(
    'it serves',
    () => statusOf(other),
    (found) => found !== undefined,
  )
  const refused = await provision()
  expect([refused.code, refused.json.error]).toMatchObject([5, { code: 'home/locked' }])
  const kept = await terminal.run(['uninstall', '--home', other, '--delete-data', '--json'])
  expect([kept.code, kept.json.error]).toMatchObject([5, { code: 'home/locked' }])
  expect(await statusOf(other)).toMatchObject({ joined: true })
  byHand.kill('SIGTERM')
  await terminal.run(['uninstall', '--home', other])
}, 120_000)
