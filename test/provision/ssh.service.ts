// `provision --ssh` through the system's ssh client against a real sshd on loopback. It needs
// openssh-server (sshd) and openssh-client; without them it says so and is skipped.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statusOf } from '../../cli/provision/health.ts'
import { Terminal } from '../cli/terminal.ts'
import { until } from '../live/harness.ts'
import { buildCheckout, linkDependencies, pack } from './packed.ts'

const run = promisify(execFile)
const sshd = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((file) => existsSync(file))
if (sshd === undefined) console.log('skipped: no sshd here (apt-get install openssh-server)')

let terminal: Terminal
let daemon: ChildProcess
let config: string
let packed: string
let home: string
let programs: string

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A daemon with keys, users and an environment of its own; nothing of the machine's is touched. */
async function startDaemon(folder: string, port: number): Promise<ChildProcess> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host')])
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'user')])
  await copyFile(join(folder, 'user.pub'), join(folder, 'allowed'))
  await chmod(join(folder, 'allowed'), 0o600)
  const path = `${dirname(process.execPath)}:${process.env.PATH ?? ''}`
  const lines = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${join(folder, 'host')}`],
    ...[`AuthorizedKeysFile ${join(folder, 'allowed')}`, 'StrictModes no', 'UsePAM no'],
    ...['PermitRootLogin yes', 'PasswordAuthentication no', `PidFile ${join(folder, 'pid')}`],
    `SetEnv PATH=${path} TMPDIR=${join(folder, 'tmp')} npm_config_cache=${join(folder, 'cache')}`,
  ]
  await writeFile(join(folder, 'sshd_config'), `${lines.join('\n')}\n`)
  // sshd insists on it, as the service's own unit would make it.
  await mkdir('/run/sshd', { recursive: true })
  return spawn(sshd!, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' })
}

beforeAll(async () => {
  if (sshd === undefined) return
  await buildCheckout()
  terminal = await Terminal.open()
  const folder = join(terminal.folder, 'ssh')
  await linkDependencies(join(folder, 'tmp'))
  home = join(folder, 'home')
  programs = join(folder, 'programs')
  await linkDependencies(programs)
  const port = await freePort()
  daemon = await startDaemon(folder, port)
  config = join(folder, 'ssh_config')
  const lines = [
    ...['Host there', 'HostName 127.0.0.1', `Port ${port}`, `User ${userInfo().username}`],
    ...[`IdentityFile ${join(folder, 'user')}`, 'IdentitiesOnly yes', 'BatchMode yes'],
    ...[
      'StrictHostKeyChecking no',
      `UserKnownHostsFile ${join(folder, 'known')}`,
      'LogLevel ERROR',
    ],
  ]
  await writeFile(config, `${lines.join('\n')}\n`)
  packed = await pack(terminal.folder, '7.0.0')
  await until(
    'sshd lets us in',
    () =>
      run('ssh', ['-F', config, 'there', 'true']).then(
        () => true,
        () => false,
      ),
    (in_) => in_,
  )
}, 300_000)

afterAll(async () => {
  if (sshd === undefined) return
  await terminal.run(['uninstall', '--home', home, '--delete-keys'])
  daemon.kill()
  await terminal.close()
})

describe.skipIf(sshd === undefined)('provision --ssh', () => {
  const provision = (target: string, ...more: string[]) =>
    terminal.run([
      ...['provision', '--ssh', target, '--ssh-config', config, '--from', packed],
      ...['--home', home, '--programs', programs, '--manager', 'supervisor'],
      ...['--bin', join(terminal.folder, 'bin')],
      ...['--owner', "ada's node", '--no-auto-update', ...more],
    ])

  test('sets the node up there, tells each step with a tick, and ends with its id', async () => {
    const ran = await provision('there')
    const status = await statusOf(home)
    expect([ran.code, status?.owner]).toEqual([0, "ada's node"])
    const ticks = [...ran.err.matchAll(/^✓ (\S+)/gm)].map(([, step]) => step)
    expect(ticks).toEqual(['ssh', 'Node', 'program', 'service', 'start', 'healthy'])
    expect(ran.out.trim().split(/\s+/).at(-1)).toBe(status?.nodeId)
  }, 180_000)

  test('is the same node when it is done again', async () => {
    const before = await statusOf(home)
    const ran = await provision('there', '--json')
    expect(ran.json).toMatchObject({ event: 'provisioned', nodeId: before?.nodeId })
  }, 180_000)

  test('brings the failure of the other host home', async () => {
    const ran = await provision('there', '--join', 'trustnet:none', '--json')
    expect([ran.code, ran.json.error]).toMatchObject([2, { code: 'invite/malformed' }])
  }, 180_000)

  test('says when ssh is not let in, and what no host is', async () => {
    const outside = await provision('127.0.0.1', '--json')
    expect([outside.code, outside.json.error]).toMatchObject([1, { code: 'service/ssh-failed' }])
    const option = await provision('-oProxyCommand=true', '--json')
    expect([option.code, option.json.error]).toMatchObject([2, {}])
  })
})
