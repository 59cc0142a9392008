// `uninstall`: stops the service and takes its programs away. The home stays, for the key in it is
// the node: whoever installs again is the same node with the same reputation. Only what a node
// writes is ever deleted, name by name: a home named by mistake loses nothing else.
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { managerOf } from './manager.ts'
import { serviceFolder, serviceOf } from './service.ts'
import type { Steps } from './steps.ts'
import { supervisorOf } from './supervised.ts'
import { serviceHome } from './which-service.ts'

export interface UninstallFlags {
  readonly home: string | undefined
  /** Also what can be fetched from peers again. */
  readonly 'delete-data': boolean
  /** Also the key: the node is gone for good. */
  readonly 'delete-keys': boolean
}

export interface Uninstalled {
  readonly event: 'uninstalled'
  readonly home: string
  readonly kept: readonly string[]
}

const dataOf = /^(store|log|api\.json|lock(\.after-.*)?)$/
const keysOf = /^(identity(\..*)?|genesis\.json|config\.json|settings\.json)$/

/** @throws Failure `service/none` */
export async function uninstall(flags: UninstallFlags, steps: Steps): Promise<Uninstalled> {
  const service = await serviceOf(await serviceHome(flags.home))
  const { home, programs } = service
  await steps.step('stop', async () => {
    await (await managerOf(service.manager)).remove(service)
    return { says: (await supervisorOf(home)) === undefined ? 'nothing runs' : 'still running' }
  })
  await steps.step('program', async () => {
    if (programs === null) return { says: `${service.entry} stays where it lies` }
    for (const name of ['versions', 'current'])
      await rm(join(programs, name), { recursive: true, force: true })
    await rmdir(programs).catch(() => {})
    return { says: `${programs} is gone` }
  })
  const kept = await steps.step('home', async () => {
    await rm(serviceFolder(home), { recursive: true, force: true })
    if (flags['delete-data'] || flags['delete-keys']) await removeNamed(home, dataOf)
    if (flags['delete-keys']) await removeNamed(home, keysOf)
    await rmdir(home).catch(() => {})
    const left = await readdir(home).catch(() => [])
    return {
      says: left.length === 0 ? `${home} is gone` : `${home} keeps ${left.join(', ')}`,
      left,
    }
  })
  return { event: 'uninstalled', home, kept: kept.left }
}

async function removeNamed(home: string, names: RegExp): Promise<void> {
  for (const name of await readdir(home).catch(() => []))
    if (names.test(name)) await rm(join(home, name), { recursive: true, force: true })
}
