// What a provisioned node is: service/service.json in its home, written by `provision`, read by the
// supervisor at every start, by `update` and by `uninstall`.
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { heapFlags } from '../../src/core/heap-flags.ts'

export const managers = ['systemd', 'systemd-user', 'supervisor'] as const
export type ManagerKind = (typeof managers)[number]

/** User and group by number. */
interface Owner {
  readonly uid: number
  readonly gid: number
}

export interface Service {
  readonly schemaVersion: 1
  /** Absolute. */
  readonly home: string
  readonly manager: ManagerKind
  /** Its name among the manager's services; what else a machine has one of per node is named after it. */
  readonly unit: string
  /** The Node that runs it. */
  readonly node: string
  /** The Node that updates and has npm beside it, where `node` is a copy of it. @default node */
  readonly updatesBy?: string
  /** Who runs it under the machine's systemd, by number. @default nobody in particular, or root in a home of root's */
  readonly user?: Owner
  /** The program: trustnet's binary, under `current` where versions are kept. */
  readonly entry: string
  /** The folder of versions; null where the program runs where it lies. */
  readonly programs: string | null
  /** After `node start --home HOME`. */
  readonly arguments: readonly string[]
  readonly autoUpdate: boolean
  /** The file of the command `trustnet` that runs its program. @default none was made */
  readonly command?: string
  /** null: what npm is configured with. */
  readonly registry: string | null
  /** Versions that were rolled back: not tried again by themselves. */
  readonly refused: readonly string[]
  /** Only while an update is under way, and after its updater was killed: whoever comes next finishes it. */
  readonly trying?: Trying
}

/** An update that was begun, with what its node must reach to be healthy. */
export interface Trying {
  /** Installations. */
  readonly from: string
  readonly to: string
  /** It had peers before. */
  readonly peers: boolean
  readonly heightMin: number | null
  /** Seconds that it may take to be healthy, as whoever began it asked. @default a minute, as before it was noted */
  readonly within?: number
}

/** The unit of the default home; any other home has one of its own, so that nodes beside each other stay apart. */
const defaultUnit = 'trustnet'
export const unitFor = (home: string, isDefault: boolean): string =>
  isDefault
    ? defaultUnit
    : `${defaultUnit}-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`

/** Folder of the service within a home. */
export const serviceFolder = (home: string): string => join(home, 'service')
const serviceFile = (home: string): string => join(serviceFolder(home), 'service.json')
/**
 * The same for root, of a home in which others write: what root runs by it stands where they cannot. A node
 * that was taken over would otherwise name the program that root's next update starts.
 */
const rootsFile = (home: string): string => join(rootsFolder(), `${unitFor(home, false)}.json`)
const rootsFolder = (): string => process.env.TRUSTNET_ETC ?? '/etc/trustnet'
const isRoot = (): boolean => process.geteuid?.() === 0
/** Where a supervised node's words go. */
export const logFile = (home: string): string => join(home, 'log', 'node.log')

/** How an operator reads the log of a service. */
export const logOf = ({ manager, home, unit }: Service): string =>
  manager === 'supervisor'
    ? logFile(home)
    : `journalctl ${manager === 'systemd-user' ? '--user ' : ''}-u ${unit}`

/** How an operator starts a service that was stopped; the supervisor then runs in the foreground. */
export const startCommandOf = ({ manager, home, unit }: Service): string =>
  manager === 'supervisor'
    ? `trustnet node supervise --home ${home}`
    : `systemctl ${manager === 'systemd-user' ? '--user ' : ''}start ${unit}`

const texts = (list: unknown): boolean =>
  Array.isArray(list) && list.every((one) => typeof one === 'string')

function isTrying(said: unknown): boolean {
  if (said === undefined) return true
  const { from, to, heightMin, within } = (said ?? {}) as Partial<Trying>
  const isCounted = within === undefined || typeof within === 'number'
  return texts([from, to]) && (heightMin === null || typeof heightMin === 'number') && isCounted
}

const documentAt = async (file: string): Promise<Record<string, unknown> | undefined> =>
  (await import('../../src/runtime/home/home.ts')).readDocument(file)

/** What root goes by: a file of the home if root alone can have written it, for this very home, else root's own copy. */
async function believed(home: string): Promise<Record<string, unknown> | undefined> {
  const { readRootsOwn } = await import('../../src/runtime/home/atomic-file.ts')
  const { documentIn } = await import('../../src/runtime/home/home.ts')
  for (const file of [serviceFile(home), rootsFile(home)]) {
    const bytes = await readRootsOwn(file)
    const said = bytes && documentIn(file, bytes)
    // Root's word on another home was put here from there; what names none is malformed, and told so.
    if (said !== undefined && (said.home ?? home) === home) return said
  }
  return undefined
}

function isOwner(said: unknown): boolean {
  const { uid, gid } = (said ?? {}) as Partial<Owner>
  return said === undefined || (Number.isInteger(uid) && Number.isInteger(gid))
}

/** @throws Failure `service/malformed`, `home/not-yours` */
export async function readService(home: string): Promise<Service | undefined> {
  const file = serviceFile(home)
  let said: Record<string, unknown> | undefined
  try {
    said = await (isRoot() ? believed(home) : documentAt(file))
  } catch (error) {
    if (error instanceof Failure && error.code === 'home/not-yours')
      throw new Failure('home/not-yours', { folder: home })
    throw new Failure('service/malformed', { file, why: (error as Error).message })
  }
  if (said === undefined) return undefined
  const sound =
    said.schemaVersion === 1 &&
    managers.includes(said.manager as ManagerKind) &&
    texts([said.home, said.node, said.entry]) &&
    texts(said.arguments) &&
    texts(said.refused) &&
    isOwner(said.user) &&
    texts([said.command ?? '', said.updatesBy ?? '']) &&
    isTrying(said.trying)
  if (!sound) throw new Failure('service/malformed', { file, why: 'a part of it is missing' })
  return { unit: defaultUnit, ...said } as unknown as Service
}

/** @throws Failure `service/none`, `service/malformed` */
export async function serviceOf(home: string): Promise<Service> {
  const service = await readService(home)
  if (service === undefined) throw new Failure('service/none', { home })
  return service
}

/** @throws Failure `home/unusable` */
export async function writeService(service: Service): Promise<void> {
  const { makeFolder, ownerOf } = await import('../../src/runtime/home/atomic-file.ts')
  const { makeHome, writeDocument } = await import('../../src/runtime/home/home.ts')
  const { home, manager } = service
  await makeHome(home, service.user)
  const owner = await ownerOf(home)
  await makeFolder(serviceFolder(home), owner)
  await writeDocument(serviceFile(home), service)
  // systemd gives the home of its unit away when the node first starts.
  if (!isRoot() || (owner === undefined && manager !== 'systemd')) return
  await makeFolder(rootsFolder(), undefined, 0o755)
  await writeDocument(rootsFile(home), service)
}

/** Takes back what `writeService` wrote. */
export async function removeService(home: string): Promise<void> {
  await rm(serviceFolder(home), { recursive: true, force: true })
  if (isRoot()) await rm(rootsFile(home), { force: true })
}

/** How Node runs the service's node. */
export const startArguments = ({ entry, home, arguments: args }: Service): readonly string[] => [
  ...[...heapFlags, entry, 'node', 'start', '--home', home],
  ...args,
]
