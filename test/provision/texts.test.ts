// What provisioning and the shells are handed as text, read by those who read it in earnest: systemd
// reads the units, a YAML parser the user data, sh its script, bash the completions, man the manual.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { commandTable } from '../../cli/completion/command-table.ts'
import { manualPage } from '../../cli/completion/manual.ts'
import { completionsFor } from '../../cli/completion/shells.ts'
import { commandLine } from '../../cli/config.ts'
import { newMachine } from '../../cli/provision/cloud-init.ts'
import type { ProvisionFlags } from '../../cli/provision/flags.ts'
import type { Service } from '../../cli/provision/service.ts'
import { shellQuoted } from '../../cli/provision/shell-quoted.ts'
import { systemHome } from '../../cli/provision/system-home.ts'
import {
  nodeUnit,
  quoted,
  systemdVersionIn,
  updateTimer,
  updateUnit,
} from '../../cli/provision/units.ts'
import { compareVersions } from '../../cli/provision/versions.ts'

const run = promisify(execFile)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-texts-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const isThere = (program: string): Promise<boolean> =>
  run('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  )

const service = (manager: Service['manager'], home: string): Service => ({
  ...{
    schemaVersion: 1,
    manager,
    home,
    unit: 'trustnet',
    node: process.execPath,
    entry: '/bin/true',
  },
  ...{ programs: '/opt/trustnet', arguments: ['--owner', 'ada "100%" $HOME'] },
  ...{ autoUpdate: true, registry: null, refused: [] },
})

const systemdHere = async (): Promise<number> =>
  systemdVersionIn((await run('systemd-analyze', ['--version'])).stdout)

/** In pieces, as no file names a folder of a machine. */
const homeOfAda = ['', 'home', 'ada', 'node'].join('/')

describe('the systemd units', () => {
  test('wait longer after each crash where systemd can, and a second where it cannot', () => {
    const pauses = (version: number): string[] =>
      nodeUnit(service('systemd', systemHome), version).match(/^Restart(Sec|Steps|Max).*$/gm) ?? []
    expect(['systemd 254 (254.1)', 'systemd 252 (252.38)', ''].map(systemdVersionIn)).toEqual([
      ...[254, 252, 0],
    ])
    expect(pauses(252)).toEqual(['RestartSec=1'])
    expect(pauses(254)).toEqual(['RestartSec=1', 'RestartSteps=6', 'RestartMaxDelaySec=60'])
  })

  test('let a node see its own home wherever it lies, and no other home where it need not', () => {
    const { entry, node } = { entry: '/opt/trustnet/current/bin.js', node: '/usr/bin/node' }
    const homes = (home: string): string[] =>
      nodeUnit({ ...service('systemd', home), entry, node }, 252).match(
        /^(ProtectHome|ReadWritePaths)=.*$/gm,
      ) ?? []
    expect(homes(homeOfAda)).toEqual(['ProtectHome=read-only', `ReadWritePaths=${homeOfAda}`])
    expect(homes('/srv/ada')).toEqual(['ProtectHome=yes', 'ReadWritePaths=/srv/ada'])
    expect(homes(systemHome)).toEqual(['ProtectHome=yes'])
  })

  test('take no word that would end its line', () => {
    for (const word of ['a\nExecStartPre=/bin/false', 'a\rb', 'a\0b', 'a\u007f'])
      expect(() => quoted(word)).toThrow(expect.objectContaining({ code: 'service/bad-word' }))
  })

  test.each([
    ['of the machine', service('systemd', systemHome)],
    ['with a home of its own', service('systemd', '/srv/trustnet node')],
    [
      'with the home of somebody else',
      { ...service('systemd', '/srv/ada'), user: { uid: 65_534, gid: 65_534 } },
    ],
    ['of a user', service('systemd-user', '/srv/ada')],
  ])('%s are units that systemd takes without a word', async (_, one) => {
    if (!(await isThere('systemd-analyze'))) return console.log('skipped: no systemd-analyze here')
    const files = {
      'trustnet.service': nodeUnit(one, await systemdHere()),
      'trustnet-update.service': updateUnit(one),
    }
    const paths = []
    for (const [name, text] of Object.entries({ ...files, 'trustnet-update.timer': updateTimer })) {
      paths.push(join(folder, name))
      await writeFile(paths.at(-1)!, text)
    }
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...paths])
    expect(`${stdout}${stderr}`).toBe('')
  })

  test('let the node do little: systemd rates its exposure under 2 of 10', async () => {
    if (!(await isThere('systemd-analyze'))) return console.log('skipped: no systemd-analyze here')
    const file = join(folder, 'trustnet.service')
    await writeFile(file, nodeUnit(service('systemd', systemHome), await systemdHere()))
    const { stdout } = await run('systemd-analyze', [
      ...['security', '--offline=true', '--threshold=20', '--no-pager', file],
    ])
    expect(Number(/exposure level for \S+: (\S+)/.exec(stdout)?.[1])).toBeLessThan(2)
  })

  test('hand words on as they are', () => {
    expect([quoted('a b'), quoted('100%'), quoted('$HOME'), quoted('say "x"\\')]).toEqual([
      ...['"a b"', '100%%', '$$HOME', '"say \\"x\\"\\\\"'],
    ])
  })
})

const url = 'https://example.org/trustnet-0.1.0.tgz'
const invite = `trustnet:/ip4/192.0.2.1/tcp/4001/p2p/12D3KooWGzyicyfRtYwKxYTcFjKHTwPV5hGmPf7LYyhoUzhF4yfP/genesis/${'5f'.repeat(32)}`
const asked: ProvisionFlags = {
  ...{ join: invite, owner: "ada's", listen: ['/ip4/0.0.0.0/tcp/4010'] },
  ...{ 'auto-update': false, within: 90, from: url, registry: undefined, anew: false },
  bin: undefined,
  ...{
    home: undefined,
    programs: undefined,
    manager: undefined,
    overlay: undefined,
    'api-port': undefined,
  },
}

describe('for other machines', () => {
  const commandsOf = (userData: string): string[][] =>
    (parse(userData) as { runcmd: string[][] }).runcmd

  test('the user data provisions with the flags given, and checks the Node that it fetches', async () => {
    const { userData } = await newMachine(asked)
    expect(userData.startsWith('#cloud-config\n')).toBe(true)
    const read = parse(userData) as { write_files: { path: string; content: string }[] }
    const commands = commandsOf(userData)
    const setup = '/opt/trustnet-setup'
    expect(commands.at(-1)).toEqual([
      ...['sh', '-c', `"$@" && rm -rf ${setup}`, 'sh', `${setup}/node_modules/.bin/trustnet`],
      ...['provision', '--join', invite, '--owner', "ada's"],
      ...['--listen', '/ip4/0.0.0.0/tcp/4010', '--no-auto-update', '--within', '90'],
    ])
    expect(commands[1]).toEqual([
      ...['npm', 'install', '--prefix', setup, '--ignore-scripts', '--omit=dev', url],
    ])
    const script = read.write_files[0]!
    expect([script.path, script.content.includes('sha256sum -c')]).toEqual([
      ...[commands[0]![0], true],
    ])
    await run('sh', ['-n', '-c', script.content])
  })

  test('nothing is installed from a registry that nobody named', async () => {
    for (const from of [undefined, 'trustnet@0.1.0'])
      await expect(newMachine({ ...asked, from })).rejects.toMatchObject({
        ...{ code: 'service/no-source', exitCode: 2 },
      })
    const registry = 'https://npm.example.org/'
    const { userData } = await newMachine({ ...asked, from: 'trustnet@1.2.3', registry })
    const [, install, provision] = commandsOf(userData)
    expect(install).toEqual(expect.arrayContaining([`--registry=${registry}`, 'trustnet@1.2.3']))
    expect(provision).toEqual(expect.arrayContaining(['--registry', registry]))
  })

  test.each([
    ['invite/malformed', { join: 'foo' }],
    ['node/malformed-listen', { listen: ['nonsense'] }],
    ['node/malformed-owner', { owner: 'a\u0007' }],
    ['service/bad-word', { home: '/srv/a\nb' }],
    ['service/not-fetchable', { from: './trustnet-0.1.0.tgz' }],
    ['service/not-fetchable', { from: 'here' }],
    ['service/not-fetchable', { from: 'other@1.0.0', registry: 'https://npm.example.org/' }],
    ['service/not-fetchable', { registry: 'npm.example.org' }],
  ])('no machine is told to begin with what it would refuse: %s of %j', async (code, wrong) => {
    await expect(newMachine({ ...asked, ...wrong })).rejects.toMatchObject({ code, exitCode: 2 })
  })

  test('the AWS call opens the port that is listened on, and names the file and a key', async () => {
    const { aws, remark } = await newMachine(asked)
    expect(aws).toMatch(/--port 4010 .*run-instances.*--key-name .*file:\/\/user-data\.yaml$/s)
    expect(remark).toBe('')
  })

  test('no port is opened for a node that nobody else reaches, and that is said', async () => {
    for (const listen of [undefined, ['/ip4/127.0.0.1/tcp/4001'], ['/ip4/0.0.0.0/tcp/0']]) {
      const { aws, remark } = await newMachine({ ...asked, listen })
      expect([aws.includes('--port'), remark]).toEqual([false, expect.stringContaining('--listen')])
    }
  })

  test('a remote shell gets each word whole', async () => {
    const words = ['plain', 'two words', "ada's", '$HOME', '`id`', 'a;b', '']
    const script = `printf '%s\\n' ${words.map(shellQuoted).join(' ')}`
    expect((await run('sh', ['-c', script])).stdout).toBe(`${words.join('\n')}\n`)
  })
})

test('versions are ordered as semver has it', () => {
  const ordered = ['0.9.0', '0.10.0-a', '0.10.0-a.2', '0.10.0-a.10', '0.10.0-b', '0.10.0', '1.0.0']
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered)
})

describe('from the command table', () => {
  const table = async () => commandTable(await commandLine(true))

  test('bash completes commands, flags and their values', async () => {
    const script = completionsFor('bash', await table())
    const complete = async (...words: string[]): Promise<string[]> => {
      const asks = `${script}\nCOMP_WORDS=(${words.map(shellQuoted).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _trustnet; printf '%s\\n' "\${COMPREPLY[@]}"`
      return (await run('bash', ['--norc', '-c', asks])).stdout.trim().split('\n')
    }
    expect(await complete('trustnet', 'prov')).toEqual(['provision'])
    expect(await complete('trustnet', 'trust', 's')).toEqual(['set'])
    expect(await complete('trustnet', 'provision', '--no')).toEqual(['--no-auto-update', '--node'])
    expect(await complete('trustnet', 'provision', '--manager', 'systemd')).toEqual([
      ...['systemd', 'systemd-user'],
    ])
  })

  test('zsh and fish get every command and no hidden flag', async () => {
    const found = await table()
    for (const shell of ['zsh', 'fish'] as const) {
      const script = completionsFor(shell, found)
      for (const { id } of found.commands) expect(script).toContain(id.split(' ').at(-1))
      expect(script).not.toContain('exit-with-stdin')
      const file = join(folder, shell)
      await writeFile(file, script)
      if (await isThere(shell)) await run(shell, ['-n', file])
      else console.log(`not read by ${shell}: it is not installed here`)
    }
  })

  test('man reads the manual without a warning, and finds every command in it', async () => {
    if (!(await isThere('man'))) return console.log('skipped: no man here')
    const found = await table()
    const page = join(folder, 'trustnet.1')
    await writeFile(page, manualPage(found, '0.1.0'))
    const { stdout, stderr } = await run('man', ['--warnings', '-E', 'UTF-8', '-l', page], {
      env: { ...process.env, MANWIDTH: '100', PAGER: 'cat' },
    })
    expect(stderr).toBe('')
    for (const { id } of found.commands) expect(stdout).toContain(`trustnet ${id}`)
  })
})
