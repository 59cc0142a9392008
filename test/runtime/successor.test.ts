// A new key takes the place of a home's key, whatever crashes in between.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openHome } from '../../src/runtime/home/home.ts'
import { identityText, loadOrCreateIdentity, newIdentity } from '../../src/runtime/home/identity.ts'
import { settleSuccessor, successorPaths } from '../../src/runtime/home/successor.ts'

let home: string
let before: string

/** Whose key a start finds. */
async function opened(): Promise<string> {
  await using held = await openHome(home)
  return (await loadOrCreateIdentity(held.identity)).peerId
}

const files = async (): Promise<string[]> =>
  (await readdir(home)).filter((name) => name.startsWith('identity')).sort()

const key = () => {
  const { seed, peerId } = newIdentity()
  return { peerId, text: identityText(seed) }
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'trustnet-successor-'))
  before = await opened()
})
afterEach(() => rm(home, { recursive: true, force: true }))

test('a key whose hand-over is not final stays beside the present one', async () => {
  await writeFile(successorPaths(home).next, key().text, { mode: 0o600 })
  expect(await opened()).toBe(before)
  expect(await files()).toEqual(['identity', 'identity.next'])
})

test('once final it is in place after the next start, for good, and the key before is kept', async () => {
  const { text, peerId } = key()
  await writeFile(successorPaths(home).next, text, { mode: 0o600 })
  await settleSuccessor(home)
  expect(await files()).toEqual(['identity', 'identity.final'])
  for (let starts = 0; starts < 2; starts++) expect(await opened()).toBe(peerId)
  expect(await files()).toEqual(['identity', `identity.${before}`])
  expect(await readFile(join(home, `identity.${before}`), 'utf8')).toContain(`peer ${before}`)
})

test('a crash after the old key was kept, or with it gone, is made good by the next start', async () => {
  const { text, peerId } = key()
  const { identity, final } = successorPaths(home)
  await writeFile(final, text, { mode: 0o600 })
  await writeFile(`${identity}.${before}`, 'torn', { mode: 0o600 })
  expect(await opened()).toBe(peerId)
  expect(await readFile(`${identity}.${before}`, 'utf8')).toContain(`peer ${before}`)
  const next = key()
  await writeFile(final, next.text, { mode: 0o600 })
  await rm(identity)
  expect(await opened()).toBe(next.peerId)
})

test('what is no key takes no place', async () => {
  await writeFile(successorPaths(home).final, 'nonsense', { mode: 0o600 })
  await expect(opened()).rejects.toMatchObject({ code: 'home/malformed' })
  await rm(successorPaths(home).final)
  expect(await opened()).toBe(before)
})
