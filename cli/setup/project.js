// What `npm start` and `npm test` do before anything else on a fresh clone: install from the
// lockfile when node_modules is missing or older than it, and build. Plain JavaScript without
// dependencies, since it runs under whatever Node the machine has (20 is enough) before there is
// any other.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const modules = join(root, 'node_modules')
const marker = join(modules, '.trustnet-installed')

/** The pinned Node of the project: the npm package `node`. */
export const pinnedNode = join(modules, 'node', 'bin', 'node')

/** The environment of everything that the project runs: the pinned Node comes first in PATH. */
export const environment = () => ({
  ...process.env,
  PATH: `${join(modules, '.bin')}:${process.env.PATH ?? ''}`,
})

const run = (command, args, what) => {
  const done = spawnSync(command, args, {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 2, 2],
  })
  endUnless(done, what)
}

const endUnless = ({ status, error }, what) => {
  if (status === 0) return
  process.stderr.write(`trustnet: ${what} failed (${error?.message ?? `exit ${status}`})\n`)
  process.exit(1)
}

const lockDigest = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

/** Installs exactly what the lockfile says, unless that was done already. */
export function install() {
  const digest = lockDigest()
  if (existsSync(marker) && readFileSync(marker, 'utf8') === digest && existsSync(pinnedNode))
    return
  process.stderr.write('trustnet: installing packages (once)\n')
  const npm = process.env.npm_execpath
  if (npm === undefined) run('npm', ['ci', '--ignore-scripts=false'], 'npm ci')
  else run(process.execPath, [npm, 'ci', '--ignore-scripts=false'], 'npm ci')
  writeFileSync(marker, digest)
}

/** Compiles to dist/ and links the binary so that `npx trustnet` finds it in the checkout. */
export function build() {
  const compiler = join(modules, 'typescript', 'bin', 'tsc')
  if (!existsSync(compiler)) return
  run(
    existsSync(pinnedNode) ? pinnedNode : process.execPath,
    [compiler, '-p', join(root, 'tsconfig.build.json')],
    'the build',
  )
  const manual = spawnSync(
    existsSync(pinnedNode) ? pinnedNode : process.execPath,
    [join(root, 'dist', 'cli', 'run.js'), 'manual'],
    { cwd: root, env: environment(), encoding: 'utf8', stdio: ['ignore', 'pipe', 2] },
  )
  endUnless(manual, 'the manual')
  writeFileSync(join(root, 'dist', 'trustnet.1'), manual.stdout)
  const vite = join(modules, 'vite', 'bin', 'vite.js')
  if (existsSync(vite))
    run(
      existsSync(pinnedNode) ? pinnedNode : process.execPath,
      [vite, 'build', join(root, 'web')],
      'the build of the dashboard',
    )
  const bin = join(modules, '.bin')
  mkdirSync(bin, { recursive: true })
  rmSync(join(bin, 'trustnet'), { force: true })
  symlinkSync(join('..', '..', 'cli', 'bin.js'), join(bin, 'trustnet'))
  chmodSync(join(root, 'cli', 'bin.js'), 0o755)
}
