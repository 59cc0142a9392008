// `provision` on this host: program, service, start, healthy, connected. Every step looks first
// whether it is done already, so that the same command again changes nothing.
import { rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { readConnection } from '../../src/api/connection-file.ts'
import { Failure } from '../../src/core/failure.ts'
import { invitesOthers, opens } from '../join-command.ts'
import { commandFolder, commandIn, makeCommand } from './command.ts'
import { ownEntry } from './entry.ts'
import { judgeFlags, type ProvisionFlags, startFlags, toldOfFlags } from './flags.ts'
import { bytesOfLog, type Status, statusOf, untilHealthy } from './health.ts'
import {
  installVersion,
  isCurrent,
  ownInstallation,
  ownIntegrity,
  packOwn,
  sourceOf,
} from './install.ts'
import { hasSystemd, managerHere, managerOf } from './manager.ts'
import { nodeFor, placeNode, pruneNodes } from './own-node.ts'
import {
  currentEntry,
  currentInstallation,
  currentVersion,
  holdPrograms,
  isInstalled,
  makeCurrent,
  makeUpdater,
  programsFolder,
  pruneVersions,
  updaterInstallation,
  versionOf,
} from './programs.ts'
import { judgeReach, userOfHome } from './reach.ts'
import {
  logOf,
  type ManagerKind,
  readService,
  type Service,
  startArguments,
  unitFor,
  writeService,
} from './service.ts'
import type { Steps } from './steps.ts'
import { systemHome } from './system-home.ts'
import { judgeWord } from './units.ts'

export interface Provisioned {
  readonly event: 'provisioned'
  readonly nodeId: string
  readonly peerId: string
  readonly chainId: string
  readonly home: string
  readonly manager: ManagerKind
  readonly version: string
  readonly invite: string
  readonly connected: number
  readonly log: string
  /** The file that runs the service's program; null where none could be made. */
  readonly command: string | null
  /** Sentences for people: what does not keep the node from running, and that they may want otherwise. */
  readonly remarks: readonly string[]
  /** False when everything was as asked already. */
  readonly changed: boolean
}

/**
 * Sets the service up and waits until its node is healthy.
 *
 * @throws Failure of the flags, `service/*`, `home/locked`, `update/unproven`
 */
export async function provisionHost(flags: ProvisionFlags, steps: Steps): Promise<Provisioned> {
  await judgeFlags(flags)
  const plan = await plannedService(flags)
  for (const word of startArguments(plan)) judgeWord(word)
  // Before anything is installed for it.
  const { makeHome } = await import('../../src/runtime/home/home.ts')
  await makeHome(plan.home)
  const held = plan.programs === null ? undefined : await holdPrograms(plan.programs, plan.home)
  try {
    return await provisioned(flags, plan, steps)
  } finally {
    await held?.release()
  }
}

async function provisioned(
  flags: ProvisionFlags,
  plan: Planned,
  steps: Steps,
): Promise<Provisioned> {
  const manager = await managerOf(plan.manager)
  const before = await serviceIn(plan.home)
  const flagged = toldOfFlags(flags, before, plan)
  const program = await steps.step('program', async () => {
    await placeNode(plan)
    const placed = await placeProgram(flags, plan)
    await judgeReach(plan)
    return placed
  })
  const same = before !== undefined && isDeepStrictEqual({ ...before, refused: [] }, plan)
  const { units } = await steps.step('service', async () => {
    if (!same) await writeService({ ...plan, refused: before?.refused ?? [] })
    const units = await manager.install(plan)
    const as = same && !units ? ', as it was' : ''
    const says = `${plan.manager}${as}${flagged}${byHand(flags, plan)}`
    return { says, units }
  })
  const running = await manager.isRunning(plan)
  // A unit that changed is what the next start reads: the process that runs was started by the old one.
  const asWas = same && !program.changed && !units && running
  const log = logOf(plan)
  const logBytes = await bytesOfLog(log)
  const old = running ? await statusOf(plan.home) : undefined
  await steps.step('start', async () => {
    if (asWas) return { says: 'runs already' }
    const stranger = running ? undefined : await readConnection(plan.home)
    // Somebody's own `node start`: the service would wait for its lock for ever.
    if (stranger !== undefined)
      throw new Failure('home/locked', { folder: plan.home, pid: stranger.pid })
    await (running ? manager.restart(plan) : manager.start(plan))
    return { says: running ? 'restarted' : 'started' }
  })
  const demand = {
    ...{ home: plan.home, seconds: flags.within, log, logBytes },
    ...(asWas ? {} : { notPid: old?.pid }),
  }
  const { status } = await steps.step('healthy', async () => {
    const healthy = await untilHealthy(demand)
    await updatesFrom(plan.programs)
    await pruneNodes(plan)
    return { says: `process ${healthy.pid}, network ${healthy.chainId}`, status: healthy }
  })
  const { command, remark } = await makeCommand(plan)
  const found = flags.join === undefined ? status : await connected(demand, steps)
  return {
    event: 'provisioned',
    nodeId: found.nodeId,
    peerId: found.peerId,
    chainId: found.chainId,
    home: plan.home,
    manager: plan.manager,
    version: found.version,
    invite: found.invite,
    connected: found.peers.connected,
    log,
    command,
    remarks: [invitesOthers(found) ? '' : onLoopback, remark].filter((text) => text !== ''),
    changed: !asWas,
  }
}

const onLoopback = `The node listens on loopback alone: only nodes on this machine can join. The same command with ${opens}`

async function connected(
  demand: Parameters<typeof untilHealthy>[0],
  steps: Steps,
): Promise<Status> {
  const { status } = await steps.step('connected', async () => {
    const healthy = await untilHealthy({ ...demand, peers: true })
    return { says: `${healthy.peers.connected} peers`, status: healthy }
  })
  return status
}

type Planned = Service & { readonly command: string }

/** The service as it is to be. */
export async function plannedService(flags: ProvisionFlags): Promise<Planned> {
  const { locateHome } = await import('../../src/runtime/home/location.ts')
  const located = locateHome(flags.home)
  const own = await serviceIn(located.folder)
  const wanted = flags.manager ?? keptManager(own) ?? managerHere()
  const isSystems = wanted === 'systemd' && located.origin === 'default'
  const home = isSystems ? systemHome : located.folder
  const before = home === located.folder ? own : await serviceIn(home)
  const manager = flags.manager ?? keptManager(before) ?? wanted
  const kept = flags.anew ? undefined : before
  const registry = flags.registry ?? kept?.registry ?? null
  const others = locateHome(undefined, { ...process.env, TRUSTNET_HOME: undefined }).folder
  const unit = before?.unit ?? unitFor(home, home === (manager === 'systemd' ? systemHome : others))
  const folder = flags.programs ?? before?.programs ?? programsFolder(unit)
  const programs = flags.from === 'here' ? null : resolve(folder)
  const user = manager === 'systemd' && home !== systemHome ? await userOfHome(home) : undefined
  const who = { home, manager, ...(user === undefined ? {} : { user }) }
  return {
    ...{ schemaVersion: 1, unit, ...who },
    ...(await nodeFor({ ...who, programs }, before)),
    entry: programs === null ? ownEntry : currentEntry(programs),
    programs,
    arguments: startFlags(flags, kept?.arguments),
    autoUpdate: programs !== null && (await updatesItself(flags, kept)),
    command:
      flags.bin === undefined && before?.command !== undefined
        ? before.command
        : commandIn(resolve(flags.bin ?? commandFolder())),
    registry,
    refused: [],
  }
}

/** The service that is set up in a home; one that cannot be read is written anew. */
const serviceIn = (home: string): Promise<Service | undefined> =>
  readService(home).catch(() => undefined)

/** Another manager would start the node beside the one that keeps it running. */
function keptManager(before: Service | undefined): ManagerKind | undefined {
  if (before === undefined || (before.manager !== 'supervisor' && !hasSystemd())) return undefined
  return before.manager
}

/** May new versions be fetched without anybody looking? Only from where this program came. */
async function updatesItself(flags: ProvisionFlags, kept: Service | undefined): Promise<boolean> {
  const { 'auto-update': asked, registry: named, from } = flags
  if (asked === false) return false
  // Where a program ran where it lay there was nothing to update, and so no wish.
  if (asked === undefined && kept !== undefined && kept.programs !== null) return kept.autoUpdate
  const registry = named ?? kept?.registry ?? undefined
  if (registry !== undefined || from !== undefined || (await ownIntegrity()) !== undefined)
    return true
  if (asked === undefined) return false
  throw new Failure('update/unproven', { why: 'this program was not installed from a registry' })
}

/** Why a service looks for no new versions, where nobody said that it should not. */
function byHand(flags: ProvisionFlags, { autoUpdate, programs, registry }: Service): string {
  if (autoUpdate || programs === null || flags['auto-update'] === false) return ''
  return registry === null
    ? '; updates by hand: --registry URL --auto-update has them come by themselves'
    : '; updates by hand, as before: --auto-update has them come by themselves'
}

interface ProgramStep {
  readonly says: string
  readonly changed: boolean
}

async function placeProgram(flags: ProvisionFlags, plan: Service): Promise<ProgramStep> {
  const { programs } = plan
  if (programs === null) return { says: `${ownEntry}, where it lies`, changed: false }
  if (flags.from !== undefined) return installFrom(programs, flags.from, plan)
  // The program of a service provisions again with the version that it is.
  const own = ownInstallation(programs)
  if (own !== undefined) {
    if ((await currentInstallation(programs)) === own) return asItWas(versionOf(own))
    return made(programs, own)
  }
  const packed = await packOwn()
  try {
    return await installFrom(programs, packed, plan, await ownIntegrity())
  } finally {
    await rm(dirname(packed), { recursive: true, force: true })
  }
}

const asItWas = (version: string): ProgramStep => ({
  says: `${version}, as it was`,
  changed: false,
})

async function installFrom(
  programs: string,
  from: string,
  { registry }: Service,
  integrity?: string,
): Promise<ProgramStep> {
  if (await isCurrent(programs, await sourceOf(from)))
    return asItWas((await currentVersion(programs))!)
  return made(programs, await installVersion({ programs, from, registry, integrity }))
}

/** The program that was just seen healthy is the one that updates. */
async function updatesFrom(programs: string | null): Promise<void> {
  const current = programs === null ? undefined : await currentInstallation(programs)
  if (programs !== null && current !== undefined) await makeUpdater(programs, current)
}

async function made(programs: string, installed: string): Promise<ProgramStep> {
  if (!isInstalled(programs, installed))
    throw new Failure('service/install-failed', { what: installed, why: 'it holds no trustnet' })
  // What ran until now runs until the restart.
  const before = await currentInstallation(programs)
  await makeCurrent(programs, installed)
  // The units name it from the first start on.
  if ((await updaterInstallation(programs)) === undefined) await makeUpdater(programs, installed)
  await pruneVersions(programs, [installed, ...(before === undefined ? [] : [before])])
  return { says: `${versionOf(installed)} in ${programs}`, changed: true }
}
