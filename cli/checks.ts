// What `doctor` looks at: the machine, the home, the node that runs there. Every check says what it
// found and, where something is wrong, how to mend it; none of them changes anything.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { apiClient } from '../src/api/client.ts'
import { isProcess } from '../src/api/connection-file.ts'
import type { FoundNode } from './home.ts'

export interface Check {
  readonly name: string
  /** `note`: worth knowing, nothing to mend. */
  readonly result: 'ok' | 'note' | 'wrong'
  readonly says: string
}

const ok = (name: string, says: string): Check => ({ name, result: 'ok', says })
const note = (name: string, says: string): Check => ({ name, result: 'note', says })
const wrong = (name: string, says: string): Check => ({ name, result: 'wrong', says })

/** All checks, in the order in which a person would go through them. */
export async function examine(found: FoundNode): Promise<readonly Check[]> {
  const home = await homeChecks(found.home)
  return [
    nodeVersion(),
    await clock(found.home),
    await storeEngine(),
    await signatures(),
    ...home,
    ...(await runningChecks(found)),
  ]
}

function nodeVersion(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 13)
    ? ok('Node', `${process.version} on ${process.platform}-${process.arch}`)
    : wrong('Node', `${process.version} is too old: install 22.13 or newer.`)
}

/** Entries carry the time as advice only; a wrong clock still confuses people and certificates. */
async function clock(home: string): Promise<Check> {
  const now = Date.now()
  const written = (await stat(join(home, 'identity')).catch(() => undefined))?.mtimeMs ?? 0
  if (now + 60_000 < written || now < Date.UTC(2025, 0, 1))
    return wrong('clock', `It says ${new Date(now).toISOString()}, which is past: set it.`)
  return ok('clock', new Date(now).toISOString())
}

async function storeEngine(): Promise<Check> {
  try {
    await (await import('../src/runtime/store/rocksdb.ts')).loadRocksDb()
    return ok('store engine', 'RocksDB loads')
  } catch {
    try {
      await import('../src/runtime/store/classic-level.ts')
      return note('store engine', 'RocksDB has no build for this machine: classic-level is used')
    } catch (error) {
      return wrong('store engine', `None loads (${(error as Error).message}): run npm ci again.`)
    }
  }
}

async function signatures(): Promise<Check> {
  try {
    const { backend } = await import('../src/runtime/ed25519/fastest.ts')
    return ok('signatures', `Ed25519 by ${backend.name}`)
  } catch (error) {
    return wrong('signatures', `No Ed25519 works here (${(error as Error).message}).`)
  }
}

async function homeChecks(home: string): Promise<readonly Check[]> {
  const folder = await stat(home).catch(() => undefined)
  if (folder === undefined)
    return [note('home', `${home} does not exist yet: trustnet node start makes it`)]
  if (!folder.isDirectory()) return [wrong('home', `${home} is not a folder: use --home.`)]
  const open = (folder.mode & 0o022) !== 0
  return [
    open ? wrong('home', `Others may write in ${home}: run chmod 700 on it.`) : ok('home', home),
    await secretFile(join(home, 'identity'), 'key'),
    await lockHolder(home),
  ]
}

async function secretFile(file: string, name: string): Promise<Check> {
  const there = await stat(file).catch(() => undefined)
  if (there === undefined) return note(name, `${file} does not exist yet`)
  if ((there.mode & 0o077) !== 0)
    return wrong(name, `Others can read ${file}: run chmod 600 on it.`)
  try {
    const { parseIdentity } = await import('../src/runtime/home/identity.ts')
    parseIdentity(await readFile(file, 'utf8'), file)
    return ok(name, `${file} is sound and yours alone`)
  } catch (error) {
    return wrong(name, (error as Error).message)
  }
}

async function lockHolder(home: string): Promise<Check> {
  try {
    const { pid } = JSON.parse(await readFile(join(home, 'lock'), 'utf8')) as { pid: number }
    return isProcess(pid)
      ? note('lock', `process ${pid} runs on this home`)
      : note('lock', `left by process ${pid}, which is gone: the next start takes it over`)
  } catch {
    return ok('lock', 'free')
  }
}

async function runningChecks({ home, connection, devnet }: FoundNode): Promise<readonly Check[]> {
  if (connection === undefined)
    return [note('node', `None runs in ${home}: start one with trustnet node start`)]
  const { url, token } = connection
  try {
    const status = await apiClient({ url, token, home, timeoutSeconds: 5 }).status()
    const { peers, forked, joined } = status
    const named = devnet === undefined ? '' : `devnet node ${devnet}, `
    return [
      ok('API', `${named}${url} answers`),
      forked
        ? wrong('node', 'Forked: the network froze its key. Start with a new one.')
        : ok('node', `${status.nodeId}, ${joined ? 'joined' : 'joining'}`),
      peers.connected > 0
        ? ok('peers', `${peers.connected} connected, ${peers.known} known`)
        : note(
            'peers',
            `None is connected. Invite one: trustnet node start --join ${status.invite}`,
          ),
    ]
  } catch (error) {
    return [wrong('API', (error as Error).message)]
  }
}
