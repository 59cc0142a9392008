// What `doctor` asks of the home: rights, key, lock, and that all in it belongs to one network.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isProcess } from '../../src/api/connection-file.ts'
import { type Invite, parseInvite } from '../../src/core/invite.ts'
import { type Check, note, ok, wrong } from './check.ts'

export async function homeChecks(
  home: string,
  invite: string | undefined,
): Promise<readonly Check[]> {
  const folder = await stat(home).catch(() => undefined)
  if (folder === undefined)
    return [note('home', `${home} does not exist yet: trustnet node start makes it`)]
  if (!folder.isDirectory()) return [wrong('home', `${home} is not a folder: use --home.`)]
  const open = (folder.mode & 0o022) !== 0
  return [
    open ? wrong('home', `Others may write in ${home}: run chmod 700 on it.`) : ok('home', home),
    await secretFile(join(home, 'identity'), 'key'),
    await lockHolder(home),
    await network(home, invite),
  ]
}

async function secretFile(file: string, name: string): Promise<Check> {
  const there = await stat(file).catch(() => undefined)
  if (there === undefined) {
    const used = await stat(join(file, '..', 'genesis.json')).catch(() => undefined)
    return used === undefined
      ? note(name, `${file} does not exist yet`)
      : wrong(
          name,
          `The key ${file} is lost: 'trustnet keys import FILE' brings an export back; without one the next start makes a new node, and people have to rate it anew.`,
        )
  }
  if ((there.mode & 0o077) !== 0)
    return wrong(name, `Others can read ${file}: run chmod 600 on it.`)
  try {
    const { parseIdentity } = await import('../../src/runtime/home/identity.ts')
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

/** The invites that the home keeps. */
export async function keptInvites(home: string): Promise<readonly Invite[]> {
  try {
    const said = JSON.parse(await readFile(join(home, 'config.json'), 'utf8')) as {
      readonly invites?: readonly string[]
    }
    return (said.invites ?? []).map(parseInvite)
  } catch {
    return []
  }
}

/** Genesis, kept invites and the invite at hand must name one network. */
async function network(home: string, invite: string | undefined): Promise<Check> {
  try {
    const { loadNetwork } = await import('../../src/runtime/home/genesis.ts')
    const own = await loadNetwork(join(home, 'genesis.json'))
    if (own === undefined) return note('genesis', 'this home belongs to no network yet')
    const asked = invite === undefined ? undefined : parseInvite(invite)
    const kept = await keptInvites(home)
    const other = [...(asked === undefined ? [] : [asked]), ...kept].find(
      ({ genesisHash }) => genesisHash !== own.genesisHash,
    )
    if (other === undefined)
      return ok(
        'genesis',
        `network ${own.chainId}, founded by ${own.genesis.members.length} member${own.genesis.members.length === 1 ? '' : 's'}`,
      )
    const theirs = other.genesisHash.slice(0, 16)
    return other === asked
      ? wrong(
          'genesis',
          `The invite is for network ${theirs}, this home belongs to ${own.chainId}: join with another --home, or ask for an invite to ${own.chainId}.`,
        )
      : wrong(
          'genesis',
          `config.json keeps an invite to network ${theirs}, genesis.json is of ${own.chainId}: one of them was copied from another home. Take that entry out of invites, or start with a new --home.`,
        )
  } catch (error) {
    return wrong('genesis', (error as Error).message)
  }
}
