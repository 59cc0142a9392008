// `uninstall`: stops the service and takes its programs away. The home stays, for the key in it is
// the node: whoever installs again is the same node with the same reputation. Only what a node
// writes is ever deleted, name by name: a home named by mistake loses nothing else.
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeCommand } from './command.ts'
import { managerOf } from './manager.ts'
import { holdPrograms, removePrograms } from './programs.ts'
import { removeService, type Service, serviceOf } from './service.ts'
import type { Steps } from './steps.ts'
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

/** @throws Failure `service/none`, `service/busy`, `home/locked` when another node runs on the home */
export async function uninstall(flags: UninstallFlags, steps: Steps): Promise<Uninstalled> {
  const service = await serviceOf(await serviceHome(flags.home))
  const { home } = service
  const held = await stopped(service, steps)
  try {
    await steps.step('program', async () => {
      await removeCommand(service)
      return programGone(service)
    })
    await steps.step('home', async () => {
      await removeService(home)
      if (flags['delete-data'] || flags['delete-keys']) await removeNamed(home, dataOf)
      if (flags['delete-keys']) await removeNamed(home, keysOf)
      return { says: 'the service is forgotten' }
    })
  } finally {
    await held.release()
  }
  await rmdir(home).catch(() => {})
  const kept = await readdir(home).catch(() => [])
  return { event: 'uninstalled', home, kept }
}

/** Stops the service and holds its home, so that nothing is taken from under a node that runs. */
async function stopped(service: Service, steps: Steps) {
  const { lockHome } = await import('../../src/runtime/home/lock.ts')
  const { home, manager } = service
  const { held } = await steps.step('stop', async () => {
    const keeper = await managerOf(manager)
    // Its own node leaves with it. Where it does not run, whoever holds the home is somebody else.
    if (await keeper.isRunning(service)) await keeper.stop(service)
    const lock = await lockHome(home)
    await keeper.remove(service)
    return { says: 'nothing runs', held: lock }
  })
  return held
}

async function programGone({ programs, entry, home }: Service) {
  if (programs === null) return { says: `${entry} stays where it lies` }
  const held = await holdPrograms(programs, home)
  await removePrograms(programs).finally(() => held.release())
  await rmdir(programs).catch(() => {})
  return { says: `${programs} is gone` }
}

async function removeNamed(home: string, names: RegExp): Promise<void> {
  for (const name of await readdir(home).catch(() => []))
    if (names.test(name)) await rm(join(home, name), { recursive: true, force: true })
}
