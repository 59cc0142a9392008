// What root believes of a service whose home is another user's: nothing that this user, and so a node that
// was taken over, can write. Root's update would otherwise start whatever program is named there.
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  readService,
  removeService,
  type Service,
  writeService,
} from '../../cli/provision/service.ts'

const nobody = 65_534
const isRoot = process.getuid?.() === 0
if (!isRoot) console.log('skipped: only root can give a home to somebody else')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-believed-'))
  vi.stubEnv('TRUSTNET_ETC', join(folder, 'etc'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

const serviceAt = (home: string): Service => ({
  ...{ schemaVersion: 1, manager: 'supervisor', home, unit: 'trustnet', programs: '/opt/trustnet' },
  ...{ node: process.execPath, entry: 'run.js', arguments: [], autoUpdate: true },
  ...{ registry: null, refused: [] },
})

async function provisioned(): Promise<{ home: string; file: string; evil: string }> {
  const home = join(folder, 'home')
  await mkdir(home)
  await chown(home, nobody, nobody)
  await writeService(serviceAt(home))
  const evil = JSON.stringify({ ...serviceAt(home), node: '/tmp/evil' })
  return { home, file: join(home, 'service', 'service.json'), evil }
}

describe.runIf(isRoot)('root, in the home of somebody else,', () => {
  test('goes by what it wrote itself, whatever stands in the home', async () => {
    const { home, file, evil } = await provisioned()
    expect((await stat(file)).uid).toBe(nobody)
    await writeFile(file, evil)
    expect(await readService(home)).toEqual(serviceAt(home))
    await writeService({ ...serviceAt(home), refused: ['9.9.9'] })
    await rm(file)
    expect((await readService(home))?.refused).toEqual(['9.9.9'])
  })

  test('follows no link there, and takes no file of its own from elsewhere', async () => {
    const { home, file, evil } = await provisioned()
    const roots = join(folder, 'roots.json')
    await writeFile(roots, evil, { mode: 0o644 })
    await rm(file)
    await symlink(roots, file)
    expect(await readService(home)).toEqual(serviceAt(home))
    const other = join(folder, 'other')
    await mkdir(other)
    await writeService({ ...serviceAt(other), node: '/elsewhere' })
    await rm(file)
    await link(join(other, 'service', 'service.json'), file)
    expect(await readService(home)).toEqual(serviceAt(home))
    await rename(join(home, 'service'), join(home, 'away'))
    await symlink(join(other, 'service'), join(home, 'service'))
    expect(await readService(home)).toEqual(serviceAt(home))
  })

  test('believes nothing that others may write, though it is root’s', async () => {
    const home = join(folder, 'own')
    await writeService(serviceAt(home))
    expect(await readService(home)).toEqual(serviceAt(home))
    expect(await readdir(folder)).toEqual(['own'])
    await writeFile(join(home, 'service', 'service.json'), JSON.stringify(serviceAt(home)), {
      mode: 0o666,
    })
    await chmod(join(home, 'service', 'service.json'), 0o666)
    expect(await readService(home)).toBeUndefined()
  })

  test('forgets it with the service', async () => {
    const { home } = await provisioned()
    await removeService(home)
    expect(await readService(home)).toBeUndefined()
    expect(await readdir(join(folder, 'etc'))).toEqual([])
  })
})
