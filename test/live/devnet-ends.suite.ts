// Whatever ends a devnet (its time, a signal, the machine going down) leaves no process and no file behind.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isProcess } from '../../src/api/connection-file.ts'
import { devnetUp, eventsOf, expectNothingLeft, filesLeft } from './devnets.ts'
import { LiveNetwork, until } from './harness.ts'

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.open()
})
afterAll(() => network[Symbol.asyncDispose]())

describe('a devnet', () => {
  test('ends after its time with what was delivered', async () => {
    const { ended, pids } = await devnetUp(network, '-n', '2', '--ratings', 'ring', '--for', '5')
    const ran = await ended
    expect(ran.code).toBe(0)
    const summary = eventsOf(ran).at(-1)!
    expect(summary).toMatchObject({ event: 'summary', nodes: 2, ratings: 2 })
    expect(summary.delivered).toBe(summary.routes)
    await expectNothingLeft(network, pids)
  })

  test('clears away what a devnet left whose machine went down', async () => {
    // No process has an id as high as this.
    const dead = join(network.folder, 'state', 'trustnet', 'devnet-99999999')
    await mkdir(join(dead, 'n1'), { recursive: true })
    await writeFile(join(dead, 'n1', 'identity'), 'old')
    const { ended, pids } = await devnetUp(network, '-n', '1', '--exit-when-ready')
    expect((await ended).code).toBe(0)
    await expectNothingLeft(network, pids)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
    ['SIGKILL', null],
  ] as const)('leaves no process behind after %s', async (signal, code) => {
    const { child, ended, pids } = await devnetUp(network, '-n', '2')
    child.kill(signal)
    expect((await ended).code).toBe(code)
    await until(
      'every node is gone',
      () => pids.filter(isProcess),
      (alive) => alive.length === 0,
      10_000,
    )
    // Nobody is there to take a killed devnet's pointer back; it names a dead process, so it is ignored.
    const pointer = signal === 'SIGKILL' ? ['state/trustnet/devnet.json'] : []
    expect(await filesLeft(network)).toEqual(pointer)
    await rm(join(network.folder, 'state'), { recursive: true, force: true })
  })
})
