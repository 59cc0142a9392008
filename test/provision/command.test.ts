// The command `trustnet` of a provisioned host, in a folder of the test's own: what it runs, whose it is, and
// that nothing else of that name is ever replaced or removed.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  commandFolder,
  commandIn,
  makeCommand,
  removeCommand,
} from '../../cli/provision/command.ts'
import { type Service, writeService } from '../../cli/provision/service.ts'

const run = promisify(execFile)
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-command-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const at = (...names: string[]): string => join(folder, ...names)

const serviceOf = (home: string, entry: string) => ({
  ...{ schemaVersion: 1 as const, manager: 'supervisor' as const, home, unit: 'trustnet' },
  ...{ node: '/bin/sh', entry, programs: null, arguments: [], autoUpdate: false },
  ...{ registry: null, refused: [], command: commandIn(at('bin')) },
})

async function program(name: string): Promise<string> {
  await mkdir(at('programs here'), { recursive: true })
  await writeFile(at('programs here', name), `echo ${name} "$@"; echo "$PATH" >&2`)
  return at('programs here', name)
}

test('goes where everybody finds it for root, and where its user does for anybody else', () => {
  expect(commandFolder({ HOME: '/srv/u' }, true)).toBe('/usr/local/bin')
  expect(commandFolder({ HOME: '/srv/u' }, false)).toBe('/srv/u/.local/bin')
})

test('runs the service’s program with its Node, and finds npm beside the original of a copy', async () => {
  const service = serviceOf(at("ada's"), await program('one'))
  const old = process.umask(0o077)
  const made = await makeCommand(service, at('bin')).finally(() => process.umask(old))
  expect(made).toEqual({ command: service.command, remark: '' })
  expect((await stat(service.command)).mode & 0o777).toBe(0o755)
  expect((await run(service.command, ['two words', '$x'])).stdout).toBe('one two words $x\n')
  await makeCommand({ ...service, updatesBy: '/opt/its node/node' }, at('bin'))
  expect((await run(service.command)).stderr.trim()).toMatch(/:\/opt\/its node$/)
})

test('is said to be out of the path where it is', async () => {
  const service = serviceOf(at('home'), await program('one'))
  expect((await makeCommand(service, '/bin')).remark).toContain(`${at('bin')} is not in PATH`)
})

test('never replaces another program, nor that of a node that is still there', async () => {
  const entry = await program('one')
  const first: Service & { readonly command: string } = serviceOf(at('first'), entry)
  await mkdir(at('bin'))
  await writeFile(first.command, '#!/bin/sh\necho mine\n')
  const kept = await makeCommand(first)
  expect([kept.command, kept.remark]).toEqual([null, expect.stringContaining('something else')])
  await removeCommand(first)
  expect(await readFile(first.command, 'utf8')).toContain('mine')
  await rm(first.command)
  await symlink(at('nowhere'), first.command)
  expect((await makeCommand(first)).command).toBeNull()
  await rm(first.command)

  await writeService(first)
  await makeCommand(first)
  const second = serviceOf(at('second'), await program('two'))
  expect((await makeCommand(second)).remark).toContain(at('first'))
  await removeCommand(second)
  expect((await run(first.command)).stdout).toBe('one\n')
  await rm(at('first'), { recursive: true })
  expect((await makeCommand(second)).command).toBe(second.command)
  await removeCommand(first)
  expect((await run(second.command)).stdout).toBe('two\n')
  await removeCommand(second)
  await expect(stat(second.command)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('that cannot be made is told, and nothing fails', async () => {
  await writeFile(at('bin'), '')
  const made = await makeCommand(serviceOf(at('home'), await program('one')))
  expect([made.command, made.remark]).toEqual([null, expect.stringContaining('No ')])
})
