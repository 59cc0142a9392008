// `update`: the newest version beside the one that runs, a look whether it runs here at all, the
// swap, the restart, and the way back when the node is not healthy in time.
import { rm } from 'node:fs/promises'
import { Failure } from '../../src/core/failure.ts'
import { version } from '../version.ts'
import { bytesOfLog, type Status, statusOf, untilHealthy } from './health.ts'
import { installVersion, integrityOf, ownIntegrity } from './install.ts'
import { type Manager, managerOf } from './manager.ts'
import {
  currentInstallation,
  entryOf,
  holdPrograms,
  installationFolder,
  makeCurrent,
  pruneVersions,
  versionOf,
} from './programs.ts'
import { runProgram } from './run-program.ts'
import { logOf, readService, type Service, serviceOf, writeService } from './service.ts'
import type { Steps } from './steps.ts'
import { compareVersions, publishedIntegrity, publishedVersions } from './versions.ts'
import { serviceHome } from './which-service.ts'

export interface UpdateFlags {
  readonly home: string | undefined
  readonly registry: string | undefined
  readonly to: string | undefined
  /** Asked for by nobody: leaves versions out that were rolled back. */
  readonly automatic: boolean
  readonly within: number
}

export interface Checked {
  readonly event: 'checked'
  readonly current: string
  readonly latest: string
  readonly newer: boolean
  /** It was rolled back here. */
  readonly refused: boolean
}

export interface Updated {
  readonly event: 'updated'
  readonly from: string
  readonly to: string
  readonly changed: boolean
  readonly nodeId: string | null
}

/**
 * Is there a newer version than the service's, or than this program where nothing is provisioned?
 *
 * @throws Failure `update/no-registry`, `update/other-package`, `update/unproven`
 */
export async function checkForUpdate(flags: UpdateFlags): Promise<Checked> {
  const service = await readService(await serviceHome(flags.home))
  const runs = await whatRuns(service)
  const current = runs.version
  const registry = flags.registry ?? service?.registry ?? null
  const published = await publishedVersions(registry)
  // A name at a registry belongs to whoever took it first: without the version that runs here it is
  // not known to be ours, and nothing of it is run.
  if (!published.all.includes(current)) throw new Failure('update/other-package', { current })
  // Whoever names a registry says that he trusts it; any other has to have the very bytes that run here.
  if (registry === null) await proven(current, runs.integrity)
  const latest = flags.to ?? published.latest
  const refused = service?.refused.includes(latest) ?? false
  return {
    ...{ event: 'checked', current, latest, refused },
    newer: compareVersions(latest, current) > 0,
  }
}

/** The version that runs, and the integrity of its package. */
async function whatRuns(service: Service | undefined) {
  const programs = service?.programs ?? null
  const installation = programs === null ? undefined : await currentInstallation(programs)
  if (programs === null || installation === undefined)
    return { version: version(), integrity: await ownIntegrity() }
  return {
    version: versionOf(installation),
    integrity: await integrityOf(programs, installation),
  }
}

async function proven(current: string, integrity: string | undefined): Promise<void> {
  if (integrity === undefined)
    throw new Failure('update/unproven', {
      why: 'what runs here was not installed from a registry',
    })
  if ((await publishedIntegrity(current, null)) !== integrity)
    throw new Failure('update/unproven', { why: `its version ${current} is another one` })
}

/**
 * Updates the provisioned node.
 *
 * @throws Failure `service/none`, `service/busy`, `update/fixed-program`, `update/no-registry`,
 *   `update/other-package`, `update/unproven`, `update/broken`, `update/rolled-back`
 */
export async function update(flags: UpdateFlags, steps: Steps): Promise<Updated> {
  const service = await serviceOf(await serviceHome(flags.home))
  const { programs, entry, home } = service
  if (programs === null) throw new Failure('update/fixed-program', { entry })
  const held = await holdPrograms(programs, home)
  try {
    return await updated({ ...service, programs }, flags, steps)
  } finally {
    await held.release()
  }
}

type Updatable = Service & { readonly programs: string }

async function updated(service: Updatable, flags: UpdateFlags, steps: Steps): Promise<Updated> {
  const { programs, home } = service
  const checked = await steps.step('check', async () => {
    const found = await checkForUpdate(flags)
    return { ...found, says: `${found.current} runs, ${found.latest} is the newest` }
  })
  const { current: from, latest: to } = checked
  const wanted =
    flags.to === undefined ? checked.newer && !(flags.automatic && checked.refused) : to !== from
  const before = await statusOf(home)
  if (!wanted)
    return { event: 'updated', from, to: from, changed: false, nodeId: before?.nodeId ?? null }
  const old = await currentInstallation(programs)
  const { installation } = await steps.step('install', () => installed(service, flags, to))
  let after: { readonly nodeId: string }
  try {
    await steps.step('trial', () => tried(service, installation))
    after = await steps.step('restart', () =>
      swapped({ service, flags, old: old ?? from, fresh: installation, before }),
    )
  } catch (error) {
    // Tried again it is installed again.
    if ((await currentInstallation(programs)) !== installation)
      await rm(installationFolder(programs, installation), { recursive: true, force: true })
    throw error
  }
  await pruneVersions(programs, [installation, ...(old === undefined ? [] : [old])])
  await writeService({ ...service, refused: service.refused.filter((one) => one !== to) })
  return { event: 'updated', from, to, changed: true, nodeId: after.nodeId }
}

async function installed({ programs, ...service }: Updatable, flags: UpdateFlags, to: string) {
  const registry = flags.registry ?? service.registry
  const installation = await installVersion({ programs, from: `trustnet@${to}`, registry })
  return { says: `${to} lies beside it`, installation }
}

/** Does it start at all on this machine? Asked before anything that runs is touched. */
async function tried({ node, programs }: Updatable, installation: string) {
  const to = versionOf(installation)
  const ended = await runProgram(node, [entryOf(programs, installation), '--version'], {
    timeoutMs: 60_000,
  })
  if (ended.code !== 0 || !ended.out.includes(to))
    throw new Failure('update/broken', {
      to,
      why: ended.code === 0 ? `it says that it is ${ended.out.trim()}` : ended.why,
    })
  return { says: `${to} runs here` }
}

interface Swap {
  readonly service: Updatable
  readonly flags: UpdateFlags
  /** Installations. */
  readonly old: string
  readonly fresh: string
  readonly before: Status | undefined
}

async function swapped(swap: Swap): Promise<{ readonly says: string; readonly nodeId: string }> {
  const { service, flags, old, fresh, before } = swap
  const manager = await managerOf(service.manager)
  const [from, to] = [versionOf(old), versionOf(fresh)]
  const log = logOf(service)
  const logBytes = await bytesOfLog(log)
  await makeCurrent(service.programs, fresh)
  try {
    await manager.restart(service)
    const status = await untilHealthy({
      ...{ home: service.home, seconds: flags.within, log, logBytes, version: to },
      ...{ notPid: before?.pid, peers: (before?.peers.connected ?? 0) > 0 },
      heightMin: before?.height ?? null,
    })
    return { says: `${to} serves, height ${status.height ?? 0}`, nodeId: status.nodeId }
  } catch (error) {
    await goneBack(swap, manager)
    const why = whyOf(error)
    throw new Failure('update/rolled-back', { from, to, why })
  }
}

/** The reason alone: the sentence around it says what to do about a node that is not healthy. */
function whyOf(error: unknown): string {
  if (error instanceof Failure) {
    const { why } = error.facts as { readonly why?: string }
    return why ?? error.message
  }
  return String(error)
}

async function goneBack({ service, flags, old, fresh, before }: Swap, manager: Manager) {
  await makeCurrent(service.programs, old)
  const refused = [...new Set([...service.refused, versionOf(fresh)])]
  await writeService({ ...service, refused })
  const log = logOf(service)
  const logBytes = await bytesOfLog(log)
  await manager.restart(service)
  await untilHealthy({
    ...{ home: service.home, seconds: flags.within, log, logBytes, version: versionOf(old) },
    notPid: before?.pid,
  })
}
