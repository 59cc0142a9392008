// Which node a command talks to. A home named by --home or TRUSTNET_HOME is meant and nothing else.
// Without one it is the default home's node, and where none runs there, the machine's own (what root
// provisions under systemd), and where there is none either, the first node of a local
// network (devnet) that runs: `npm start` in one terminal, `trustnet trust set …` in another. A
// machine's own node that is not for this user is said to be so, rather than that there is none. The
// devnet leaves a pointer to its nodes' homes in the XDG state folder.
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { type Connection, isProcess, readConnection } from '../src/api/connection-file.ts'
import { type Environment, xdgFolder } from '../src/api/xdg-folder.ts'
import { Failure } from '../src/core/failure.ts'
import { systemHome } from './provision/system-home.ts'

export interface DevnetNode {
  /** n1, n2, … */
  readonly name: string
  /** Absolute. */
  readonly home: string
  /** What it does, where it attacks (`devnet up --adversary`). */
  readonly adversary?: string
}

interface DevnetPointer {
  readonly schemaVersion: 1
  /** The devnet's own process: when it is gone the pointer means nothing. */
  readonly pid: number
  readonly nodes: readonly DevnetNode[]
}

/** `trustnet/devnet.json` in XDG_STATE_HOME, by default `~/.local/state`. */
export const devnetPointerFile = (environment: Environment = process.env): string =>
  join(xdgFolder('state', environment), 'trustnet', 'devnet.json')

/** Says that this process runs a devnet of these nodes; the newest devnet replaces an older one's pointer. */
export async function writeDevnetPointer(nodes: readonly DevnetNode[]): Promise<void> {
  const file = devnetPointerFile()
  const pointer: DevnetPointer = { schemaVersion: 1, pid: process.pid, nodes }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const beside = `${file}.${process.pid}.tmp`
  await writeFile(beside, `${JSON.stringify(pointer)}\n`, { mode: 0o600 })
  await rename(beside, file)
}

/** The nodes of the devnet that runs; none when there is none. */
export async function readDevnetPointer(): Promise<readonly DevnetNode[]> {
  const pointer = await pointerOnDisk()
  return pointer !== undefined && isProcess(pointer.pid) ? pointer.nodes : []
}

/** Takes back this process's own pointer; another devnet's stays. */
export async function removeDevnetPointer(): Promise<void> {
  if ((await pointerOnDisk())?.pid === process.pid) await rm(devnetPointerFile(), { force: true })
}

async function pointerOnDisk(): Promise<DevnetPointer | undefined> {
  try {
    const said = JSON.parse(await readFile(devnetPointerFile(), 'utf8')) as DevnetPointer
    const sound =
      said.schemaVersion === 1 &&
      Number.isInteger(said.pid) &&
      said.nodes.every(({ name, home }) => typeof name === 'string' && isAbsolute(home))
    return sound ? said : undefined
  } catch {
    return undefined
  }
}

export interface NodeChoice {
  /** --home */
  readonly home: string | undefined
  /** --node: a node of the devnet */
  readonly node: string | undefined
}

export interface FoundNode {
  readonly home: string
  readonly connection: Connection | undefined
  /** The devnet node's name, where it is one. */
  readonly devnet: string | undefined
}

/** @throws Failure `node/no-such-name` */
async function devnetHome(name: string): Promise<string> {
  const nodes = await readDevnetPointer()
  const named = nodes.find((node) => node.name === name)
  if (named !== undefined) return named.home
  throw new Failure('node/no-such-name', { name, known: nodes.map((node) => node.name) })
}

/**
 * The home that is meant, whether or not a node runs there: for its key and its settings.
 *
 * @throws Failure `node/no-such-name`
 */
export async function homeOf({ home, node }: NodeChoice): Promise<string> {
  if (node !== undefined) return devnetHome(node)
  const { serviceHome } = await import('./provision/which-service.ts')
  return serviceHome(home)
}

/**
 * The home that is meant and the connection of the node that runs there, if one does.
 *
 * @param machines the home of the machine's own service
 * @throws Failure `node/no-such-name`, `home/not-yours`
 */
export async function findNode(
  { home, node }: NodeChoice,
  machines: string = systemHome,
): Promise<FoundNode> {
  if (node !== undefined) {
    const named = await devnetHome(node)
    return { home: named, connection: await readConnection(named), devnet: node }
  }
  const { locateHome } = await import('../src/runtime/home/location.ts')
  const { folder, origin } = locateHome(home)
  const connection = await readConnection(folder)
  if (connection !== undefined || origin !== 'default')
    return { home: folder, connection, devnet: undefined }
  const shared = await readConnection(machines).catch((error: Error) => error)
  if (shared !== undefined && !(shared instanceof Error))
    return { home: machines, connection: shared, devnet: undefined }
  for (const one of await readDevnetPointer()) {
    const running = await readConnection(one.home)
    if (running !== undefined) return { home: one.home, connection: running, devnet: one.name }
  }
  // Whoever has a home of his own means that; anybody else can only mean the machine's node.
  if (shared instanceof Error && !existsSync(folder)) throw shared
  return { home: await homeOf({ home, node }), connection: undefined, devnet: undefined }
}

/** What to say where no node runs in a home: how its service is started, where it has one. */
export async function notRunning(home: string): Promise<Failure> {
  const { readService, startCommandOf } = await import('./provision/service.ts')
  const service = await readService(home).catch(() => undefined)
  return new Failure(
    'node/not-running',
    service === undefined ? { home } : { home, service: startCommandOf(service) },
  )
}
