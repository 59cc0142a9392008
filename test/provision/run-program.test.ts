// Other programs, run in earnest: what they find, and how it is told when they or their input are not
// there. An error that nobody hears would end this very process.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../../cli/provision/run-program.ts'
import { provisionOverSsh } from '../../cli/provision/ssh.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-run-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const none = join(tmpdir(), 'trustnet', 'no-such-file')
const heard: string[] = []
const line = (text: string): void => void heard.push(text)

test('a program finds the Node that runs this, also where the path has none', async () => {
  const script = join(folder, 'which-node')
  await writeFile(script, '#!/usr/bin/env node\nconsole.log(process.execPath)\n')
  await chmod(script, 0o755)
  const ended = await runProgram(script, [], { environment: { PATH: '/usr/bin:/bin' } })
  expect(ended).toMatchObject({ code: 0, out: `${process.execPath}\n` })
  const path = await runProgram('sh', ['-c', 'echo "$PATH"'], { environment: { PATH: '/bin' } })
  expect(path.out).toBe(`${dirname(process.execPath)}:/bin\n`)
})

test('a file becomes its input', async () => {
  const input = join(folder, 'input')
  await writeFile(input, 'one\ntwo\n')
  expect(await runProgram('cat', [], { input, line })).toMatchObject({ code: 0 })
  expect(heard.splice(0)).toEqual(['one', 'two'])
})

test.each([
  ['is not there', 'trustnet-no-such-program', [], -1],
  ['ends before it has read its input', 'sh', ['-c', 'echo gone >&2; exit 7'], 7],
])('a program that %s is told, not thrown', async (_, program, args, code) => {
  const input = join(folder, 'large')
  await writeFile(input, Buffer.alloc(4 * 2 ** 20))
  expect(await runProgram(program, args, { input, line })).toMatchObject({ code })
})

test('what npm complained of is told, not the news of npm that it prints after it', async () => {
  const said = [
    'npm error code E404',
    'npm error 404 The requested resource could not be found.',
    'npm error A complete log of this run can be found in: /somewhere/_logs/x.log',
    ...['npm notice', 'npm notice New major version of npm available!', 'npm notice Changelog: x'],
    'npm warn old lockfile',
  ]
  const ended = await runProgram('sh', ['-c', `printf '%s\\n' "$@" >&2; exit 1`, 'npm', ...said])
  expect(ended.why).toBe('code E404 The requested resource could not be found.')
})

test('a registry that lacks the package says so in one line, without the advice after it', async () => {
  const said = [
    ...['code E404', '404 Not Found - GET http://r/trustnet - Not found', '404'],
    ...["404  'trustnet@latest' is not in this registry.", '404'],
    ...['404 Note that you can also install from a', '404 tarball, folder, http url, or git url.'],
  ].map((line) => `npm error ${line}`)
  const ended = await runProgram('sh', ['-c', `printf '%s\\n' "$@" >&2; exit 1`, 'npm', ...said])
  expect(ended.why).toBe("'trustnet@latest' is not in this registry.")
})

test('an input that is not there ends the program, and is named', async () => {
  const ended = await runProgram('cat', [], { input: none, line })
  expect(ended.code).toBe(-1)
  expect(ended.why).toContain(none)
})

test('nothing is asked of another host for a file that cannot be carried there', async () => {
  const steps = { step: () => Promise.reject(new Error('asked')), told: () => {} }
  for (const from of [none, 'here', 'trustnet@0.1.0'])
    await expect(
      provisionOverSsh({ ssh: 'there', 'ssh-config': undefined, from, words: [] }, steps),
    ).rejects.toMatchObject({ code: 'service/not-packed', exitCode: 2 })
})
