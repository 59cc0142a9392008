// `update`: the newest version beside the one that runs, a look whether it runs here at all (trial.ts), the
// swap, the restart, and the way back when the node is not healthy in time (swap.ts).
import { rm } from 'node:fs/promises'
import { Failure } from '../../src/core/failure.ts'
import { version } from '../version.ts'
import { statusOf } from './health.ts'
import { installVersion, integrityOf, ownIntegrity } from './install.ts'
import {
  currentInstallation,
  currentVersion,
  holdPrograms,
  installationFolder,
  pruneVersions,
  versionOf,
} from './programs.ts'
import { readService, type Service, serviceOf } from './service.ts'
import type { Steps } from './steps.ts'
import { finished, swapped, type Updatable } from './swap.ts'
import { tried, wayBackStays } from './trial.ts'
import { compareVersions, publishedIntegrity, publishedVersions } from './versions.ts'
import { serviceHome } from './which-service.ts'

export interface UpdateFlags {
  readonly home: string | undefined
  readonly registry: string | undefined
  readonly to: string | undefined
  /** Asked for by nobody: leaves versions out that were rolled back. */
  readonly automatic: boolean
  /** Seconds to be healthy. @default those of the update that is finished, else a minute */
  readonly within: number | undefined
}

const withinSeconds = 60

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
 *   `update/other-package`, `update/unproven`, `update/broken`, `update/raises-format`, `update/rolled-back`,
 *   `update/not-back`
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

async function updated(found: Updatable, flags: UpdateFlags, steps: Steps): Promise<Updated> {
  const service = found.trying === undefined ? found : await resumed(found, flags, steps)
  const { programs, home } = service
  const before = await statusOf(home)
  const asItIs = (version: string): Updated => ({
    ...{ event: 'updated', from: version, to: version, changed: false },
    nodeId: before?.nodeId ?? null,
  })
  // Only the rest of an update was to be done.
  if (flags.automatic && !service.autoUpdate)
    return asItIs((await currentVersion(programs)) ?? version())
  const checked = await steps.step('check', async () => {
    const found = await checkForUpdate(flags)
    return { ...found, says: `${found.current} runs, ${found.latest} is the newest` }
  })
  const { current: from, latest: to } = checked
  const wanted =
    flags.to === undefined ? checked.newer && !(flags.automatic && checked.refused) : to !== from
  if (!wanted) return asItIs(from)
  const old = (await currentInstallation(programs)) ?? from
  const { installation } = await steps.step('install', () => installed(service, flags, to))
  const peers = (before?.peers.connected ?? 0) > 0
  const within = flags.within ?? withinSeconds
  const trying = { from: old, to: installation, peers, heightMin: before?.height ?? null, within }
  let after: { readonly nodeId: string }
  try {
    await steps.step('trial', async () => {
      await tried(service, installation)
      if (flags.automatic) await wayBackStays(service, installation, await knownFormat())
      return { says: `${to} runs here` }
    })
    after = await steps.step('restart', async () => {
      const { height, nodeId } = await swapped({ service, trying, within })
      return { says: `${to} serves, height ${height ?? 0}`, nodeId }
    })
  } catch (error) {
    // Tried again it is installed again.
    if ((await currentInstallation(programs)) !== installation)
      await rm(installationFolder(programs, installation), { recursive: true, force: true })
    throw error
  }
  await pruneVersions(programs, [installation, old])
  return { event: 'updated', from, to, changed: true, nodeId: after.nodeId }
}

async function resumed(service: Updatable, flags: UpdateFlags, steps: Steps): Promise<Updatable> {
  await steps.step('resume', async () => {
    await finished(service, flags.within ?? service.trying?.within ?? withinSeconds)
    return { says: `${await currentVersion(service.programs)} serves: an update was interrupted` }
  })
  return { ...(await serviceOf(service.home)), programs: service.programs }
}

const knownFormat = async (): Promise<number> =>
  (await import('../../src/runtime/store/format.ts')).newestFormat

async function installed({ programs, ...service }: Updatable, flags: UpdateFlags, to: string) {
  const registry = flags.registry ?? service.registry
  const installation = await installVersion({ programs, from: `trustnet@${to}`, registry })
  return { says: `${to} lies beside it`, installation }
}
