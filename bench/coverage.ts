// Line coverage of the code under test by `npm test`, with the processes that tests start: prints it by
// folder, the files that have least, and ends with 1 below the bound. `npm run coverage`, `-- --json`,
// `-- test/cli` for a part of the tests.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import {
  addProcess,
  type FileCoverage,
  type Lines,
  linesOf,
  percentOf,
  type ScriptCoverage,
  sumOf,
} from './covered/merge.ts'

const percentMin = 85
const worstShown = 15

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const root = join(import.meta.dirname, '..')
const report = mkdtempSync(join(tmpdir(), 'trustnet-coverage-'))
const dumps = join(report, 'processes')
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

// Sources, not compiled code: offsets in the dumps must be offsets in the sources.
const { TRUSTNET_BUILT: _, ...environment } = process.env
const vitest = spawn(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    ...[
      'run',
      '--coverage',
      '--coverage.reporter=json',
      '--coverage.reportOnFailure',
      `--coverage.reportsDirectory=${report}/own`,
    ],
    ...positionals,
  ],
  {
    cwd: root,
    env: { ...environment, TRUSTNET_COVERAGE: dumps },
    // Results on stdout, progress on stderr.
    stdio: ['ignore', values.json ? process.stderr : 'inherit', 'inherit'],
    // A group of its own: its workers and their processes end with it.
    detached: true,
  },
)
process.once('exit', () => {
  if (vitest.exitCode === null && vitest.pid !== undefined) endGroup(vitest.pid)
  rmSync(report, { recursive: true, force: true })
})

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // A signal ended vitest, and nobody of its group is left.
  }
}

const [code, signal] = (await once(vitest, 'exit')) as [number | null, NodeJS.Signals | null]

const written = join(report, 'own', 'coverage-final.json')
if (!existsSync(written)) {
  const how = code === null ? `by ${signal}` : `with code ${code}`
  process.stderr.write(`coverage: vitest ended ${how} before it wrote any coverage.\n`)
  process.exit(1)
}
const files = JSON.parse(readFileSync(written, 'utf8')) as Record<string, FileCoverage>
const byUrl = new Map(
  Object.values(files).map((file) => [
    pathToFileURL(file.path).href,
    { file, source: readFileSync(file.path, 'utf8') },
  ]),
)
let processes = 0
for (const name of statSync(dumps, { throwIfNoEntry: false }) ? readdirSync(dumps) : []) {
  const text = readFileSync(join(dumps, name), 'utf8')
  rmSync(join(dumps, name))
  // A process that was killed while it wrote leaves half a dump.
  const dump = parsed(text)
  if (dump === undefined) continue
  processes += 1
  for (const script of dump.result) {
    const known = byUrl.get(script.url.replace(/\?.*$/, ''))
    if (known !== undefined) addProcess(known.file, known.source, script)
  }
}

function parsed(text: string): { readonly result: readonly ScriptCoverage[] } | undefined {
  try {
    return JSON.parse(text) as { readonly result: readonly ScriptCoverage[] }
  } catch {
    return undefined
  }
}

const told = [...byUrl.keys()].map((url) => {
  const { file } = byUrl.get(url)!
  const path = relative(root, fileURLToPath(url))
  const folder = path.startsWith('src/')
    ? path.split('/').slice(0, 2).join('/')
    : path.split('/')[0]!
  return { path, folder, lines: linesOf(file) }
})
const folders = [...Map.groupBy(told, ({ folder }) => folder)]
  .map(([folder, some]) => ({ folder, lines: sumOf(some.map(({ lines }) => lines)) }))
  .sort((a, b) => (a.folder < b.folder ? -1 : 1))
const all = sumOf(folders.map(({ lines }) => lines))
const percent = percentOf(all)

const line = (name: string, lines: Lines): string =>
  `${name.padEnd(52)} ${percentOf(lines).toFixed(2).padStart(6)}%  ${lines.covered} of ${lines.all} lines`
const say = (text: string): void => void process.stderr.write(`${text}\n`)
for (const { folder, lines } of folders) say(line(folder, lines))
say('\nleast covered:')
const missingOf = ({ covered, all }: Lines): number => all - covered
for (const { path, lines } of told
  .toSorted((a, b) => missingOf(b.lines) - missingOf(a.lines))
  .slice(0, worstShown))
  say(line(path, lines))
say(`\n${line(`everything, with ${processes} processes`, all)}; at least ${percentMin}%`)
if (values.json)
  process.stdout.write(
    `${JSON.stringify({
      ...{ schemaVersion: 1, percent, ...all, processes, percentMin, ok: percent >= percentMin },
      folders: Object.fromEntries(folders.map(({ folder, lines }) => [folder, percentOf(lines)])),
    })}\n`,
  )
if (code !== 0) say('tests failed: what they would have covered is missing')
process.exitCode = percent >= percentMin && code === 0 ? 0 : 1
