// A key leaves its home under a passphrase and becomes the same node somewhere else.
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportKey, importKey } from '../../cli/keys/transfer.ts'
import { openHome } from '../../src/runtime/home/home.ts'
import { loadOrCreateIdentity } from '../../src/runtime/home/identity.ts'
import { type Ran, Terminal } from './terminal.ts'

const passphrase = 'correct horse battery staple'

let terminal: Terminal
let home: string
let peerId: string
const at = (name: string): string => join(terminal.folder, name)

beforeAll(async () => {
  terminal = await Terminal.open()
  home = at('home')
  peerId = await founded(home)
})
afterAll(() => terminal.close())

async function founded(folder: string): Promise<string> {
  await using opened = await openHome(folder)
  return (await loadOrCreateIdentity(opened.identity)).peerId
}

const codeOf = (ran: Ran) => [ran.code, (ran.json.error as { code: string }).code]

describe('a key', () => {
  test('is exported for its owner alone, without its secret in the file', async () => {
    const ran = await terminal.run(['keys', 'export', 'key.json', '--home', home, '--json'], {
      environment: { TRUSTNET_PASSPHRASE: passphrase },
    })
    expect([ran.code, ran.err, ran.json.peerId]).toEqual([0, '', peerId])
    expect((await stat(at('key.json'))).mode & 0o777).toBe(0o600)
    const seed = /^seed (\S+)$/m.exec(await readFile(join(home, 'identity'), 'utf8'))![1]!
    const text = await readFile(at('key.json'), 'utf8')
    expect([text.includes(seed), text.includes(peerId)]).toEqual([false, true])
  })

  test('is the same node in another home', async () => {
    const ran = await terminal.run(
      ['keys', 'import', 'key.json', '--home', at('other'), '--passphrase-file', '-', '--json'],
      { input: `${passphrase}\n` },
    )
    expect([ran.code, ran.err, ran.json]).toMatchObject([0, '', { peerId, changed: true }])
    expect(await founded(at('other'))).toBe(peerId)
  })

  test('opens with its passphrase alone, and not after any change of its file', async () => {
    const text = await readFile(at('key.json'), 'utf8')
    const into = (sealed: string, words: string) =>
      importKey(at('wrong'), { text: sealed, file: 'key.json' }, words, false)
    await expect(into(text, `${passphrase}!`)).rejects.toMatchObject({
      code: 'keys/wrong-passphrase',
    })
    const stolen = text.replace(
      peerId,
      peerId.replace(/.$/, (end) => (end === 'a' ? 'b' : 'a')),
    )
    await expect(into(stolen, passphrase)).rejects.toMatchObject({ code: 'keys/wrong-passphrase' })
    for (const odd of ['', '{}', text.replace('"N": 131072', '"N": 1073741824')])
      await expect(into(odd, passphrase)).rejects.toMatchObject({ code: 'keys/malformed' })
  })

  test('does not displace another one unless told, and then that one stays beside it', async () => {
    const taken = at('taken')
    const before = await founded(taken)
    const sealed = { text: await readFile(at('key.json'), 'utf8'), file: 'key.json' }
    await expect(importKey(taken, sealed, passphrase, false)).rejects.toMatchObject({
      code: 'keys/other-key',
      facts: { peerId: before },
    })
    const { kept } = await importKey(taken, sealed, passphrase, true)
    expect(await readFile(kept!, 'utf8')).toContain(before)
    expect(await founded(taken)).toBe(peerId)
  })

  test('is not put into a home that a node runs on', async () => {
    await using _running = await openHome(at('running'))
    const sealed = { text: await readFile(at('key.json'), 'utf8'), file: 'key.json' }
    await expect(importKey(at('running'), sealed, passphrase, false)).rejects.toMatchObject({
      code: 'home/locked',
    })
  })

  test('is refused with a hint: no passphrase, a short one, a file that is there, no key', async () => {
    const none = await terminal.run(['keys', 'export', 'new.json', '--home', home, '--json'])
    expect(codeOf(none)).toEqual([2, 'keys/no-passphrase'])
    await expect(exportKey(home, at('new.json'), 'short')).rejects.toMatchObject({
      code: 'keys/short-passphrase',
    })
    await writeFile(at('there.json'), 'mine')
    await expect(exportKey(home, at('there.json'), passphrase)).rejects.toMatchObject({
      code: 'keys/file-there',
    })
    expect(await readFile(at('there.json'), 'utf8')).toBe('mine')
    await expect(exportKey(home, at('none/new.json'), passphrase)).rejects.toMatchObject({
      ...{ code: 'cli/unwritable-file', facts: { file: at('none/new.json') } },
    })
    await expect(exportKey(at('empty'), at('new.json'), passphrase)).rejects.toMatchObject({
      code: 'keys/none',
    })
  })
})
