// How long the light commands take as a user runs them: the packed package installed in an empty
// folder, its binary against a node that it started. It needs npm and the registry that npm is
// configured with. `node bench/commands.ts [--json] [--runs 20]`
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { peerIdOf } from '../src/core/id.ts'
import { flagsOf, progress, report } from './report.ts'

const values = flagsOf({
  json: { type: 'boolean', default: false },
  runs: { type: 'string', default: '20' },
})
const runs = Number(values.runs)
const run = promisify(execFile)
const checkout = join(import.meta.dirname, '..')
const peer = peerIdOf(new Uint8Array(32).fill(7))

/** Builds, packs and installs this checkout in a folder; the path of the binary. */
async function installed(folder: string): Promise<string> {
  progress('build, pack, install')
  await run(process.execPath, [join(checkout, 'cli', 'setup', 'run.js'), 'build'])
  const packs = join(folder, 'packs')
  const empty = join(folder, 'empty')
  for (const made of [packs, empty]) await mkdir(made)
  await run('npm', ['pack', checkout, '--ignore-scripts', '--pack-destination', packs])
  const packed = join(packs, (await readdir(packs))[0]!)
  await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', empty, packed])
  return join(empty, 'node_modules', '.bin', 'trustnet')
}

const folder = await mkdtemp(join(tmpdir(), 'trustnet-bench-commands-'))
try {
  const binary = await installed(folder)
  const home = join(folder, 'home')
  const node = spawn(binary, ['node', 'start', '--home', home, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await once(node.stdout, 'data')
    const words = [
      ...['--version', '--help', 'status', 'peers', 'committee', 'topology', 'route inspect'],
      ...[`trust set ${peer} 0.9`, `trust get ${peer}`, 'trust list', `rate ${peer} 4`],
      ...[`reputation ${peer}`, 'block', 'config show'],
    ]
    const series = []
    for (const line of words) {
      const args = line.split(' ')
      if (!line.startsWith('--')) args.push('--home', home)
      const ms: number[] = []
      for (let i = 0; i < runs; i++) {
        const begun = performance.now()
        await run(binary, args)
        ms.push(performance.now() - begun)
      }
      const name = line.replace(` ${peer}`, ' <peer>')
      series.push({ name, unit: 'ms', values: ms, params: { node: process.version } })
    }
    report(series, values.json)
  } finally {
    await run(binary, ['node', 'stop', '--home', home])
    if (node.exitCode === null) await once(node, 'exit')
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
