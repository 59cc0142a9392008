// `update`: the newest version beside the one that runs, a look whether it runs here at all, the
// swap, the restart, and the way back when the node is not healthy in time.
import { Failure } from '../../src/core/failure.ts'
import { version } from '../version.ts'
import { type Status, statusOf, untilHealthy } from './health.ts'
import { type Manager, managerOf } from './manager.ts'
import { currentVersion, entryOf, installVersion, makeCurrent, pruneVersions } from './programs.ts'
import { runProgram } from './run-program.ts'
import { logOf, readService, type Service, serviceOf, writeService } from './service.ts'
import type { Steps } from './steps.ts'
import { compareVersions, publishedVersions } from './versions.ts'

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

/** Is there a newer version than the service's, or than this program where nothing is provisioned? */
export async function checkForUpdate(flags: UpdateFlags): Promise<Checked> {
  const service = await readService(await homeOf(flags))
  const programs = service?.programs ?? null
  const current = (programs === null ? undefined : await currentVersion(programs)) ?? version()
  const published = await publishedVersions(flags.registry ?? service?.registry ?? null)
  // A name at a registry belongs to whoever took it first: without the version that runs here it is
  // not known to be ours, and nothing of it is run.
  if (!published.all.includes(current)) throw new Failure('update/other-package', { current })
  const latest = flags.to ?? published.latest
  const refused = service?.refused.includes(latest) ?? false
  return {
    ...{ event: 'checked', current, latest, refused },
    newer: compareVersions(latest, current) > 0,
  }
}

async function homeOf({ home }: UpdateFlags): Promise<string> {
  const { serviceHome } = await import('./which-service.ts')
  return serviceHome(home)
}

/**
 * Updates the provisioned node.
 *
 * @throws Failure `service/none`, `update/fixed-program`, `update/no-registry`, `update/other-package`,
 *   `update/broken`, `update/rolled-back`
 */
export async function update(flags: UpdateFlags, steps: Steps): Promise<Updated> {
  const service = await serviceOf(await homeOf(flags))
  const { programs, entry, home } = service
  if (programs === null) throw new Failure('update/fixed-program', { entry })
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
  await steps.step('install', () => installed(service, flags, to))
  await steps.step('trial', () => tried(service, programs, to))
  const after = await steps.step('restart', () =>
    swapped({ service, programs, flags, from, to, before }),
  )
  await pruneVersions(programs, [to, from])
  await writeService({ ...service, refused: service.refused.filter((one) => one !== to) })
  return { event: 'updated', from, to, changed: true, nodeId: after.nodeId }
}

async function installed(service: Service, flags: UpdateFlags, to: string) {
  const registry = flags.registry ?? service.registry
  await installVersion({ programs: service.programs!, from: `trustnet@${to}`, registry })
  return { says: `${to} lies beside it` }
}

/** Does it start at all on this machine? Asked before anything that runs is touched. */
async function tried(service: Service, programs: string, to: string) {
  const ended = await runProgram(service.node, [entryOf(programs, to), '--version'], {
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
  readonly service: Service
  readonly programs: string
  readonly flags: UpdateFlags
  readonly from: string
  readonly to: string
  readonly before: Status | undefined
}

async function swapped(swap: Swap): Promise<{ readonly says: string; readonly nodeId: string }> {
  const { service, programs, flags, from, to, before } = swap
  const manager = await managerOf(service.manager)
  await makeCurrent(programs, to)
  try {
    await manager.restart(service)
    const status = await untilHealthy({
      ...{ home: service.home, seconds: flags.within, log: logOf(service), version: to },
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

async function goneBack({ service, programs, flags, from, to, before }: Swap, manager: Manager) {
  await makeCurrent(programs, from)
  await writeService({ ...service, refused: [...new Set([...service.refused, to])] })
  await manager.restart(service)
  await untilHealthy({
    ...{ home: service.home, seconds: flags.within, log: logOf(service), version: from },
    notPid: before?.pid,
  })
}
