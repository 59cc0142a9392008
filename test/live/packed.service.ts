// From a packed tarball in an empty folder to a running node that has joined a devnet: one command,
// under 60 s, with nothing of the checkout in reach. It needs npm and the registry that npm is
// configured with. The Node that runs the suite runs the packed node; for another one:
//   npx -y -p node@22 -- node node_modules/vitest/vitest.mjs run test/live/packed.service.ts
//   npx -y -p node@26 -- node node_modules/vitest/vitest.mjs run test/live/packed.service.ts
// with TRUSTNET_SUITES=services in the environment.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statusOf } from '../../cli/provision/health.ts'
import { buildCheckout, checkout } from '../provision/packed.ts'
import { LiveNetwork, until } from './harness.ts'

const run = promisify(execFile)
const withinMs = 60_000

let network: LiveNetwork
beforeAll(async () => {
  await buildCheckout()
  network = await LiveNetwork.open()
}, 300_000)
afterAll(() => network[Symbol.asyncDispose]())

test('one command in an empty folder takes a packed tarball to a node joined to a devnet', async () => {
  const packs = join(network.folder, 'packs')
  await mkdir(packs)
  await run('npm', ['pack', checkout, '--ignore-scripts', '--pack-destination', packs])
  const packed = join(packs, (await readdir(packs))[0]!)
  const [founder] = await network.ring(3)
  const empty = join(network.folder, 'empty')
  await mkdir(empty)
  const home = join(network.folder, 'joined')
  const begun = performance.now()
  const child = spawn(
    'npm',
    [
      ...['exec', '--yes', `--package=${packed}`, '--', 'trustnet', 'node', 'start', '--json'],
      ...['--home', home, '--join', founder!.started.invite],
    ],
    {
      cwd: empty,
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
        // Caches of its own: everything is fetched, as on a new machine; where from is npm's own setting.
        npm_config_cache: join(network.folder, 'npm-cache'),
        XDG_CACHE_HOME: join(network.folder, 'cache'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    },
  )
  try {
    const lines = createInterface({ input: child.stdout })
    const [line] = (await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}`))),
    ])) as [string]
    expect(JSON.parse(line)).toMatchObject({ event: 'started' })
    const status = await until(
      'it joined and is connected',
      () => statusOf(home),
      (found) => found?.joined === true && found.peers.connected > 0,
      withinMs,
    )
    const ms = Math.round(performance.now() - begun)
    console.log(JSON.stringify({ node: process.version, ms, height: status?.height ?? null }))
    expect(status?.chainId).toBe(founder!.started.chainId)
    expect(ms).toBeLessThan(withinMs)
  } finally {
    // npm and the node below it are a group of their own.
    process.kill(-child.pid!, 'SIGTERM')
    await once(child, 'exit')
  }
}, 300_000)
