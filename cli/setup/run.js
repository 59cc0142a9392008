// `node cli/setup/run.js start|test|build [arguments]`: what the npm scripts call. Installs and
// builds as far as needed, then hands over to the pinned Node, whose exit code it returns.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build, environment, install, pinnedNode, root } from './project.js'

const [what, ...rest] = process.argv.slice(2)

const programs = {
  start: [
    join(root, 'cli', 'bin.js'),
    'devnet',
    'up',
    '-n',
    '4',
    '--ratings',
    'complete:0.9',
    ...rest,
  ],
  test: [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...rest],
}

if (what === 'build') {
  build()
} else {
  const program = programs[what]
  if (program === undefined) {
    process.stderr.write('usage: node cli/setup/run.js start|test|build\n')
    process.exit(2)
  }
  install()
  build()
  // Tests start some hundred processes: compiled code starts in half the time of its sources.
  const built =
    what === 'test'
      ? {
          TRUSTNET_BUILT: '1',
          NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'),
        }
      : {}
  const env = { ...environment(), ...built }
  const child = spawn(pinnedNode, program, { cwd: root, env, stdio: 'inherit' })
  // The terminal sends Ctrl-C to the whole group; the child decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}
