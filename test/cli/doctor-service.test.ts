// What doctor, and whoever finds no node, says of a home that has a service. No service is started here:
// this process holds the supervisor's lock, or nobody does.
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Check } from '../../cli/checks/check.ts'
import { examine } from '../../cli/checks.ts'
import { notRunning } from '../../cli/home.ts'
import {
  logFile,
  type Service,
  serviceFolder,
  startCommandOf,
  writeService,
} from '../../cli/provision/service.ts'
import { lockHome } from '../../src/runtime/home/lock.ts'

let home: string
let server: Server
let port: number
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'trustnet-doctor-'))
  server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(async () => {
  server.close()
  await rm(home, { recursive: true, force: true })
})

const service = (): Service => ({
  ...{ schemaVersion: 1, manager: 'supervisor', home, unit: 'trustnet', programs: null },
  ...{ node: process.execPath, entry: 'run.js', autoUpdate: false, registry: null, refused: [] },
  arguments: ['--listen', `/ip4/127.0.0.1/tcp/${port}`, '--api-port', String(port)],
})

const complaint = `${JSON.stringify({
  ...{ schemaVersion: 1, error: { code: 'x', message: 'Cannot listen there.' } },
})}\n`
const writeLog = async (text: string): Promise<void> => {
  await mkdir(dirname(logFile(home)), { recursive: true })
  await writeFile(logFile(home), text)
}

const found = async (...names: string[]): Promise<Check[]> =>
  (
    await examine(
      { home, connection: undefined, devnet: undefined },
      { join: undefined, 'time-server': undefined },
    )
  ).filter(({ name }) => names.includes(name))

test('ports that the service asks for and somebody else has are wrong, with the way out', async () => {
  await writeService(service())
  expect(await found('port')).toEqual([
    { name: 'port', result: 'wrong', says: expect.stringContaining('trustnet provision --listen') },
    { name: 'port', result: 'wrong', says: expect.stringContaining('provision --api-port') },
  ])
})

test('a stopped service is started by what its manager takes, not by a node start', async () => {
  await writeService(service())
  const start = `trustnet node supervise --home ${home}`
  const checks = await found('service', 'node')
  expect(checks).toMatchObject([
    { name: 'service', result: 'note' },
    { name: 'node', result: 'note' },
  ])
  for (const { says } of checks) expect(says).toContain(start)
  expect(checks[0]!.says).toContain(logFile(home))
  const { message } = await notRunning(home)
  expect(message).toContain(start)
  expect(message).not.toContain('node start')
  expect(startCommandOf({ ...service(), manager: 'systemd' })).toBe('systemctl start trustnet')
  expect(startCommandOf({ ...service(), manager: 'systemd-user' })).toBe(
    'systemctl --user start trustnet',
  )
  await writeLog(complaint)
  const [gaveUp] = await found('service')
  expect(gaveUp).toMatchObject({ result: 'wrong' })
  expect(gaveUp!.says).toContain('Cannot listen there.')
})

test('a service whose node never comes up says what that complains about', async () => {
  await writeService(service())
  const supervisor = await lockHome(serviceFolder(home))
  expect(await found('service', 'node')).toMatchObject([{ name: 'service', result: 'note' }])
  const ended = '{"level":40,"by":"supervisor","msg":"the node ended and is started again"}\n'
  await writeLog(`${complaint}${ended}`)
  const checks = await found('service', 'node')
  expect(checks).toMatchObject([{ name: 'service', result: 'wrong' }])
  expect(checks[0]!.says).toContain('Cannot listen there.')
  // It served since.
  await writeLog(`${complaint}${ended}{"schemaVersion":1,"event":"serving","pid":7}\n`)
  expect(await found('service')).toMatchObject([{ result: 'note' }])
  await supervisor.release()
})

test('a service that cannot be read is wrong', async () => {
  await mkdir(serviceFolder(home))
  await writeFile(join(serviceFolder(home), 'service.json'), '{}')
  expect(await found('service')).toMatchObject([
    { result: 'wrong', says: expect.stringContaining('trustnet provision') },
  ])
})
