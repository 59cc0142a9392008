// Homes that cannot be: every command that would make one ends at once and says what, why and how to mend it.
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openHome } from '../../src/runtime/home/home.ts'
import { endOf, type Ran, Terminal } from './terminal.ts'

let terminal: Terminal
beforeAll(async () => {
  terminal = await Terminal.open()
  await writeFile(join(terminal.folder, 'file'), '')
  await symlink(join(terminal.folder, 'nowhere'), join(terminal.folder, 'link'))
})
afterAll(() => terminal.close())

/** A command that hangs is killed, and fails its test by how it ended. */
async function run(...args: string[]): Promise<Ran> {
  const child = terminal.start([...args, '--json'])
  child.stdin!.end()
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const ran = await endOf(child)
  clearTimeout(timer)
  return ran
}

const errorOf = (ran: Ran) => ran.json.error as { readonly code: string; readonly message: string }

/** What the kernel does not let anybody make is there on Linux alone. */
const kernels = process.platform === 'linux' ? ['/proc/x', '/proc/x/home', '/sys/x'] : []
const homes = [...kernels, 'file', 'file/home', 'link']

describe('a home that cannot be made', () => {
  test.each(homes)('is refused by node start at once: %s', async (home) => {
    const ran = await run('node', 'start', '--home', home)
    expect([ran.signal, ran.code, errorOf(ran).code]).toEqual([null, 1, 'home/unusable'])
    expect(errorOf(ran).message).toMatch(/^The home \S+ cannot be used \(.+\): .*--home/)
  })

  test.each([
    ['keys', 'show'],
    ['network', 'create'],
    ['config', 'set', 'owner', 'ada'],
    ['provision', '--from', 'here', '--manager', 'supervisor', '--within', '5'],
  ])('is refused by %s %s', async (...words) => {
    const ran = await run(...words, '--home', kernels[0] ?? 'file')
    expect([ran.signal, ran.code, errorOf(ran).code]).toEqual([null, 1, 'home/unusable'])
  })
})

test.each([...kernels.slice(0, 1), 'file'])(
  'a folder of programs that cannot be made is refused before anything is installed: %s',
  async (programs) => {
    const provision = ['provision', '--from', 'trustnet@1.0.0', '--manager', 'supervisor']
    const ran = await run(...provision, '--home', 'home', '--programs', programs)
    expect([ran.signal, ran.code, errorOf(ran).code]).toEqual([
      ...[null, 1, 'service/programs-unusable'],
    ])
    expect(errorOf(ran).message).toContain('--programs')
  },
)

test('a home without rights to it is refused, with the reason', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trustnet-closed-'))
  await chmod(folder, 0o555)
  // Root may do anything: as somebody else, for as long as this takes.
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    for (const home of [folder, join(folder, 'home')])
      await expect(openHome(home)).rejects.toMatchObject({
        code: 'home/unusable',
        facts: { folder: home, why: expect.stringContaining('EACCES') },
      })
  } finally {
    if (isRoot) process.seteuid?.(0)
    await rm(folder, { recursive: true })
  }
})
