#!/usr/bin/env node
// The `trustnet` binary: plain JavaScript that an old Node can read too. npx starts it with the
// machine's Node; where that is older than the project needs, it hands over to the Node that the
// project pins as a package, and says what to do where there is none.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as modules from 'node:module'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
const root = join(here, '..', '..')
const entry = join(root, 'dist', 'cli', 'run.js')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const isOld = major < 22 || (major === 22 && minor < 13)

const stop = (message) => {
  process.stderr.write(`trustnet: ${message}\n`)
  process.exitCode = 1
}

/** The package `node` brings its binary here, in a checkout as well as beside an installed trustnet. */
const pinned = [
  join(root, 'node_modules', 'node', 'bin', 'node'),
  join(root, '..', 'node', 'bin', 'node'),
].find((file) => existsSync(file))

if (!existsSync(entry)) {
  stop(`${entry} is missing: run npm run build in ${root} first.`)
} else if (isOld && (pinned === undefined || process.env.TRUSTNET_HANDED_OVER !== undefined)) {
  stop(
    `Node ${process.versions.node} is too old: trustnet needs 22.13 or newer. Install it, or run npm ci in ${root}.`,
  )
} else if (isOld) {
  const child = spawn(pinned, [here, ...process.argv.slice(2)], {
    // The fourth one is a pipe that nobody writes to: it closes when this process dies, however.
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, TRUSTNET_HANDED_OVER: '1' },
  })
  // A terminal sends Ctrl-C to both processes: the child decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
} else {
  if (process.env.TRUSTNET_HANDED_OVER !== undefined) {
    delete process.env.TRUSTNET_HANDED_OVER
    const { Socket } = await import('node:net')
    const outlives = () => process.kill(process.pid, 'SIGTERM')
    new Socket({ fd: 3, readable: true })
      .on('error', outlives)
      .on('close', outlives)
      .resume()
      .unref()
  }
  const { XDG_CACHE_HOME: xdg, HOME: home } = process.env
  const cache = xdg !== undefined && isAbsolute(xdg) ? xdg : join(home || homedir(), '.cache')
  // Compiled code is kept for the next start: it takes a third off a light command.
  modules.enableCompileCache?.(join(cache, 'trustnet', 'compiled'))
  await import(new URL('../dist/cli/run.js', import.meta.url).href)
}
