// What whoever may not read a home is told: whose it is, not that there is no node.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findNode } from '../../cli/home.ts'
import { showKey } from '../../cli/keys/transfer.ts'
import { readService } from '../../cli/provision/service.ts'
import { settle } from '../../cli/settings.ts'

/** A folder that everybody may enter, and in it a home that one user alone may. */
let folder: string
let home: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-foreign-'))
  home = join(folder, 'home')
  await mkdir(home, { mode: 0o700 })
  await writeFile(join(home, 'identity'), 'of somebody else\n')
  vi.stubEnv('XDG_DATA_HOME', join(folder, 'data'))
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'))
  vi.stubEnv('TRUSTNET_HOME', '')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

const asks: Readonly<Record<string, () => Promise<unknown>>> = {
  'for its node': () => findNode({ home, node: undefined }),
  'for its node, which would be the machine’s': () =>
    findNode({ home: undefined, node: undefined }, home),
  'for its settings': () => settle(home, {}, {}),
  'for its service': () => readService(home),
  'for its key': () => showKey(home),
}

/** Root may read anything: as somebody else, for as long as this takes. */
async function asStranger<T>(act: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) {
    await chmod(home, 0)
    return act().finally(() => chmod(home, 0o700))
  }
  await chmod(folder, 0o755)
  process.seteuid?.(65_534)
  return act().finally(() => process.seteuid?.(0))
}

test.each(Object.keys(asks))('who asks a home of another user %s is told so', async (what) => {
  const ask = asks[what]!
  // What it loads only now may lie where a stranger cannot read it either.
  await ask().catch(() => {})
  const told = asStranger(ask)
  await expect(told).rejects.toMatchObject({ code: 'home/not-yours', facts: { folder: home } })
  await expect(told).rejects.toThrow(/another user.*sudo/)
})

test('the machine’s node is nobody’s business who has a home of his own', async () => {
  const own = join(folder, 'data', 'trustnet')
  await mkdir(own, { recursive: true })
  const chosen = { home: undefined, node: undefined }
  await findNode(chosen, home)
  await Promise.all([folder, join(folder, 'data'), own].map((one) => chmod(one, 0o755)))
  expect(await asStranger(() => findNode(chosen, home))).toMatchObject({
    ...{ home: own, connection: undefined },
  })
})
