// What `doctor` asks of the machine: Node, clock, the native builds, the disk.
import { readFile, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Check, note, ok, wrong } from './check.ts'
import { clockOffsetMs } from './time-server.ts'

/** Entries and votes carry times; peers take a little difference for the way. */
const clockToleranceMs = 5_000
/** A store that compacts needs room for a second copy of its newest files. */
const diskBytesMin = 64 * 2 ** 20
const diskBytesEasy = 2 ** 30

export function nodeVersion(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 13)
    ? ok('Node', `${process.version} on ${process.platform}-${process.arch}`)
    : wrong('Node', `${process.version} is too old: install 22.13 or newer.`)
}

/** The latest of what this machine is known to have lived through. */
async function latestPast(home: string): Promise<number> {
  const written = await Promise.all(
    ['identity', 'config.json', 'genesis.json'].map((name) =>
      stat(join(home, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  )
  return Math.max(Date.UTC(2025, 0, 1), ...written)
}

const seconds = (ms: number): string => `${(Math.abs(ms) / 1_000).toFixed(1)} s`

const setIt = 'Let the machine keep it: timedatectl set-ntp true.'

/**
 * Against the files of the home, the newest block and, when one is named, a time server.
 *
 * @param blockAt when the newest block was made, as its committee says; null when none is known
 */
export async function clock(
  home: string,
  blockAt: number | null,
  timeServer: string | undefined,
): Promise<Check> {
  const now = Date.now()
  if (now + 60_000 < (await latestPast(home)))
    return wrong('clock', `It says ${new Date(now).toISOString()}, which is past. ${setIt}`)
  if (blockAt !== null && blockAt > now + clockToleranceMs)
    return wrong('clock', `It is ${seconds(blockAt - now)} behind the newest block. ${setIt}`)
  if (timeServer === undefined)
    return ok('clock', `${new Date(now).toISOString()} (--time-server compares it)`)
  try {
    const offset = await clockOffsetMs(timeServer)
    return Math.abs(offset) > clockToleranceMs
      ? wrong(
          'clock',
          `It is ${seconds(offset)} ${offset > 0 ? 'behind' : 'ahead of'} ${timeServer}. ${setIt}`,
        )
      : ok('clock', `within ${seconds(offset)} of ${timeServer}`)
  } catch (error) {
    return note('clock', `${timeServer} gave no time (${(error as Error).message})`)
  }
}

/** The engine that made the home's store must load; for a new home the portable one is enough. */
export async function storeEngine(home: string): Promise<Check> {
  const used = await readFile(join(home, 'store', 'ENGINE'), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
  const rocks = await loads(async () =>
    (await import('../../src/runtime/store/rocksdb.ts')).loadRocksDb(),
  )
  if (rocks === undefined && used !== 'classic-level') return ok('store engine', 'RocksDB loads')
  if (used === 'rocksdb')
    return wrong(
      'store engine',
      `This home was made by RocksDB, whose build does not load here (${rocks}): install the packages again on this machine (a copied node_modules has another machine's builds).`,
    )
  const level = await loads(() => import('../../src/runtime/store/classic-level.ts'))
  if (level !== undefined)
    return wrong('store engine', `None loads (${level}): install the packages again.`)
  return note(
    'store engine',
    used === undefined
      ? `RocksDB does not load here (${rocks}): classic-level is used`
      : 'classic-level, which made this home, loads',
  )
}

export async function signatures(): Promise<Check> {
  try {
    const { backend } = await import('../../src/runtime/ed25519/fastest.ts')
    if (backend.name === 'sodium') return ok('signatures', `Ed25519 by ${backend.name}`)
    const sodium = await loads(() => import('../../src/runtime/ed25519/sodium.ts'))
    return note(
      'signatures',
      `Ed25519 by ${backend.name}: sodium-native, the fastest, does not work here${sodium === undefined ? '' : ` (${sodium})`}`,
    )
  } catch (error) {
    return wrong('signatures', `No Ed25519 works here (${(error as Error).message}).`)
  }
}

/** Why something does not load, in a line; undefined when it does. */
async function loads(load: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await load()
    return undefined
  } catch (error) {
    return (error as Error).message.split('\n', 1)[0]!.slice(0, 200)
  }
}

/** Room on the disk of the home, or of the folder in which it will be made. */
export async function disk(home: string): Promise<Check> {
  const found = await statfs(home).catch(() => undefined)
  if (found === undefined) {
    const above = dirname(home)
    return above === home ? note('disk', 'its free space is not told') : disk(above)
  }
  const free = found.bavail * found.bsize
  const told = `${free < diskBytesEasy ? `${Math.floor(free / 2 ** 20)} MiB` : `${(free / 2 ** 30).toFixed(1)} GiB`} free for ${home}`
  if (free < diskBytesMin)
    return wrong('disk', `Full: ${told}. Free some: a node that cannot write stops.`)
  // File systems without a fixed number of files say 0 of 0.
  if (found.files > 0 && found.ffree < 1_000)
    return wrong('disk', `Only ${found.ffree} more files fit on the disk of ${home}: delete some.`)
  return free < diskBytesEasy ? note('disk', `Little room: ${told}`) : ok('disk', told)
}
