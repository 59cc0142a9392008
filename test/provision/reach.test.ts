// Whom systemd runs a node as, and whether that user comes to Node, program and home. Judged by the modes of
// real folders; where root runs this, another user tries it in earnest.
import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nodeFor, placeNode, pruneNodes } from '../../cli/provision/own-node.ts'
import { canReach, judgeReach, userOfHome } from '../../cli/provision/reach.ts'
import { readService, type Service, writeService } from '../../cli/provision/service.ts'
import { systemHome } from '../../cli/provision/system-home.ts'
import { nodeUnit, updateUnit } from '../../cli/provision/units.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
const ada = { uid: 4_321, gid: 4_322 }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-reach-'))
  vi.stubEnv('TRUSTNET_ETC', at('etc'))
  await chmod(folder, 0o755)
  await mkdir(at('closed'), { mode: 0o700 })
  await writeFile(at('closed', 'node'), '#!/bin/sh\necho ran\n', { mode: 0o755 })
  await writeFile(at('open'), '', { mode: 0o755 })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})
const at = (...names: string[]): string => join(folder, ...names)

const machines: Service = {
  ...{ schemaVersion: 1, manager: 'systemd', home: systemHome, unit: 'trustnet' },
  ...{ node: process.execPath, entry: '/bin/true', programs: null, arguments: [] },
  ...{ autoUpdate: true, registry: null, refused: [] },
}

describe('the Node of a service', () => {
  test('is the one that provisions, where whoever runs the service comes to it', async () => {
    const programs = at('programs')
    const own = at('open')
    expect(await nodeFor({ ...machines, programs }, undefined, own)).toEqual({ node: own })
    // Whose own service it is runs what he runs.
    const users: Service = { ...machines, manager: 'systemd-user', programs }
    const closed = at('closed', 'node')
    expect(await nodeFor(users, undefined, closed)).toEqual({ node: closed })
  })

  test('is a copy among its programs where it lies in a folder that is closed to others', async () => {
    const programs = at('programs')
    const own = at('closed', 'node')
    const found = await nodeFor({ ...machines, programs }, undefined, own)
    const { node } = found
    expect(found).toEqual({ node: expect.stringContaining(programs), updatesBy: own })
    const service = { ...machines, ...found, programs }
    const old = umaskOf(0o077)
    await placeNode(service, own).finally(old)
    expect(await canReach(service, node)).toBe(true)
    if (isRoot) expect((await run(node, [], ada)).stdout).toBe('ran\n')
    // npm lies beside the original: it updates, and the copy that provisions again does not forget it.
    expect(updateUnit(service)).toContain(`ExecStart=${own} `)
    expect(nodeUnit(service, 252)).toContain(`ExecStart=${node} `)
    const { ino } = await stat(node)
    await placeNode(service, own)
    expect((await stat(node)).ino).toBe(ino)
    expect(await nodeFor({ ...machines, programs }, service, node)).toEqual(found)
    await mkdir(at('programs', 'node', '1.0.0'))
    await pruneNodes(service)
    expect(await readdir(at('programs', 'node'))).toEqual([process.versions.node])
    await pruneNodes({ ...service, node: own })
    expect(await readdir(at('programs', 'node'))).toEqual([])
  })

  test('or a program that nobody but root comes to is refused before a unit is written', async () => {
    const entry = at('closed', 'node')
    await expect(judgeReach({ ...machines, node: at('open'), entry })).rejects.toMatchObject({
      ...{ code: 'service/out-of-reach', facts: { by: at('closed'), file: entry, uid: null } },
    })
    await judgeReach({ ...machines, node: at('open'), entry: at('open') })
    await judgeReach({ ...machines, manager: 'supervisor', entry })
  })
})

describe('a home of somebody else', () => {
  test('is run on as him, and what is made in it is his', async () => {
    if (!isRoot) return console.log('skipped: only root makes services for others')
    await mkdir(at('ada'), { mode: 0o700 })
    await chown(at('ada'), ada.uid, ada.gid)
    const home = at('ada', 'nodes', 'first')
    const user = await userOfHome(home)
    expect(user).toEqual(ada)
    const service = { ...machines, home, user: user!, node: at('open'), entry: at('open') }
    await judgeReach(service)
    await writeService(service)
    expect(await readService(home)).toEqual(service)
    for (const made of [at('ada', 'nodes'), home, join(home, 'service', 'service.json')])
      expect(await stat(made)).toMatchObject(ada)
    await run('test', ['-w', join(home, 'service', 'service.json')], ada)
    const unit = nodeUnit(service, 252)
    expect(unit).toContain(`User=${ada.uid}\nGroup=${ada.gid}\n`)
    expect(unit).not.toContain('DynamicUser')
    // As before: root, who has no capabilities there, and did not come in.
    const { user: _, ...asRoot } = service
    await expect(judgeReach(asRoot)).rejects.toMatchObject({
      facts: { by: at('ada'), uid: 0 },
    })
  })

  test('or of root’s names no user', async () => {
    expect(await userOfHome('/no-such-folder/home')).toBeUndefined()
    expect(nodeUnit({ ...machines, home: '/srv/trustnet' }, 252)).not.toContain('User=')
  })
})

/** @returns what puts the old mask back */
function umaskOf(mask: number): () => void {
  const old = process.umask(mask)
  return () => void process.umask(old)
}
