// The packed tarball as a library in an empty folder: its types compile in a program of somebody else, and
// that program runs two nodes and ends by itself. It needs npm and the registry that npm is configured
// with. The Node that runs the suite runs the program; for another one:
//   npx -y -p node@22 -- node node_modules/vitest/vitest.mjs run test/embed/packed.service.ts
//   npx -y -p node@26 -- node node_modules/vitest/vitest.mjs run test/embed/packed.service.ts
// with TRUSTNET_SUITES=services in the environment.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildCheckout, checkout } from '../provision/packed.ts'

const run = promisify(execFile)

const program = `
import { createNode, Failure, type AppMessage, type TrustnetNode } from 'trustnet'

const ada: TrustnetNode = await createNode({ owner: 'ada' })
const ben = await createNode({ owner: 'ben', join: ada.invite, policy: 'pastry' })
await ben.joined()
while ((await ada.lookup(ben.nodeId)).root !== ben.nodeId);
const heard = ben.listen('greetings')
const receipt = await ada.setTrust('ben', 0.7, { wait: 60 })
await ada.send(ben.nodeId, 'hello', { topic: 'greetings' })
const message: AppMessage = (await heard.next()).value!
const code = await ada.setTrust('nobody', 1).catch((error: unknown) => error instanceof Failure && error.code)
await ben.close()
await ada.close()
console.log(JSON.stringify({ text: message.text, final: receipt.final !== null, code, node: process.version }))
`

let folder = ''
beforeAll(async () => {
  await buildCheckout()
  folder = await mkdtemp(join(tmpdir(), 'trustnet-library-'))
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the packed library compiles and runs in a program of somebody else', async () => {
  const packs = join(folder, 'packs')
  const app = join(folder, 'app')
  await mkdir(packs)
  await mkdir(join(app, 'out'), { recursive: true })
  await run('npm', ['pack', checkout, '--ignore-scripts', '--pack-destination', packs])
  const packed = join(packs, (await readdir(packs))[0]!)
  await writeFile(join(app, 'package.json'), '{ "type": "module", "private": true }')
  await writeFile(join(app, 'main.ts'), program)
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
    npm_config_cache: join(folder, 'npm-cache'),
  }
  await run('npm', ['install', packed, '--no-audit', '--no-fund'], { cwd: app, env })
  const types = join(checkout, 'node_modules', '@types')
  const compiler = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc')
  const compiled = run(
    process.execPath,
    [
      ...[compiler, 'main.ts', '--outDir', 'out', '--rootDir', '.', '--strict', '--types', 'node'],
      ...['--typeRoots', types, '--module', 'nodenext', '--target', 'es2024'],
      ...['--lib', 'es2024,esnext.disposable', '--skipLibCheck'],
    ],
    { cwd: app },
  )
  await compiled.catch((error: { stdout: string }) => {
    throw new Error(error.stdout)
  })
  const { stdout, stderr } = await run(process.execPath, ['out/main.js'], { cwd: app })
  console.log(stdout.trim())
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toMatchObject({ text: 'hello', final: true, code: 'peer/unknown' })
}, 300_000)
