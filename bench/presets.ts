// Runs presets and prints every cell beside the range that the prototype saw:
//   node bench/presets.ts [--seeds N] [--workers N] [--only flood,half] [--set a.b=c]… [--out DIR] [--record] [--json]
// With --out the runs are kept, and a second call does only what is missing. --record writes
// experiments/results/PRESET.json. Exit code 1 where a cell of `trustnet` is below its range.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryBudget } from '../cli/experiment/memory.ts'
import { loadScenario, presetNames } from '../cli/experiment/presets.ts'
import { runExperiment } from '../cli/experiment/run-experiment.ts'
import { finishedIn } from '../cli/experiment/run-files.ts'
import { version } from '../cli/version.ts'
import { Failure } from '../src/core/failure.ts'
import { registryOf } from '../src/sim/experiment/registry.ts'
import { type GroupSummary, summarize } from '../src/sim/experiment/run/summary.ts'
import type { Plan } from '../src/sim/experiment/scenario.ts'
import { valueIn } from '../src/sim/experiment/sweep.ts'
import { expectedOfOneRoute } from './presets/one-route.ts'
import { rangeOf, verdictOf } from './presets/ranges.ts'
import { type RecordedCell as Cell, type Recorded, record } from './presets/recorded.ts'
import { flagsOf, progress } from './report.ts'

const flags = flagsOf({
  seeds: { type: 'string' },
  workers: { type: 'string' },
  only: { type: 'string' },
  set: { type: 'string', multiple: true },
  out: { type: 'string' },
  record: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
})
if (flags.record && flags.set !== undefined) {
  progress('--record keeps presets as they stand: leave out --set')
  process.exit(2)
}

const registry = registryOf()
const commit = commitHere()

/** Options that tell a router from its defaults; how many routes it takes is always told. */
function toldOptions(router: string, params: GroupSummary['params'], plan: Plan) {
  const defaults = (registry.routers.get(router)?.defaults ?? {}) as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(params).filter(
      ([name, value]) =>
        !Object.hasOwn(plan.sweep, name) && (name === 'routes' || value !== defaults[name]),
    ),
  )
}

function cellsOf(preset: string, plan: Plan, groups: readonly GroupSummary[]): Cell[] {
  return groups.map((group): Cell => {
    const { router, params, success } = group
    const options = toldOptions(router, params, plan)
    const point = Object.fromEntries(
      Object.entries(params).filter(([name]) => Object.hasOwn(plan.sweep, name)),
    )
    const range =
      rangeOf(preset, router, options, (path) => point[path] ?? valueIn(plan.scenario, path)) ??
      (preset === 'single-route' ? expectedOfOneRoute(group, groups) : undefined)
    return {
      ...{ preset, router, options, point, success },
      ...{ hops: group.hops?.mean ?? null, messages: group.messages.mean },
      range: range === undefined ? null : { low: range.low, high: range.high, from: range.from },
      verdict: range === undefined ? null : verdictOf(success.mean, range),
    }
  })
}

async function runPreset(name: string, folder: string): Promise<Recorded> {
  const { plan: read, base } = await loadScenario(name, { set: flags.set ?? [] })
  const plan = { ...read, seeds: flags.seeds === undefined ? read.seeds : Number(flags.seeds) }
  const kept = join(folder, name)
  const before = await finishedIn(kept)
  const ended = await runExperiment(plan, base, kept, {
    workers: Number(flags.workers ?? availableParallelism()),
    budgetBytes: memoryBudget(undefined),
    resume: true,
    withReport: false,
  })
  if (ended.is === 'interrupted') process.exit(130)
  const { engine, workload } = plan.scenario
  const isOurs = commit !== undefined && before.size === 0
  return {
    ...{ schemaVersion: 1, version: version() },
    ...(isOurs ? { commits: [{ commit, runs: ended.results.length }] } : {}),
    ...{ engine, seeds: plan.seeds, lookups: workload.lookups },
    cells: cellsOf(name, plan, summarize(ended.results)),
  }
}

/** The commit that runs; undefined outside of a clone, and where files differ from it. */
function commitHere(): string | undefined {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no', '..') !== ''
    return isChanged ? undefined : git('rev-parse', '--short', 'HEAD')
  } catch {
    return undefined
  }
}

const percent = (share: number): string => (100 * share).toFixed(1)
const told = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name.split('.').at(-1)}=${shortOf(value)}`)
    .join(' ')
const shortOf = (value: unknown): string =>
  typeof value !== 'object' || value === null
    ? String(value)
    : String((value as { file?: unknown }).file ?? (value as { kind?: unknown }).kind)

function lineOf(cell: Cell): string {
  const { success, range, verdict } = cell
  return [
    [cell.preset, cell.router, told(cell.options), told(cell.point)]
      .filter((part) => part !== '')
      .join(' '),
    `${percent(success.mean)} [${percent(success.low)}, ${percent(success.high)}]`,
    `${cell.messages.toFixed(1)} messages`,
    ...(range === null ? [] : [`${range.low}–${range.high} (${range.from}): ${verdict}`]),
  ].join('  ')
}

const folder = flags.out ?? (await mkdtemp(join(tmpdir(), 'trustnet-presets-')))
const names = flags.only?.split(',') ?? (await presetNames())
const cells: Cell[] = []
const measuredBy: Record<string, Omit<Recorded, 'schemaVersion' | 'cells'>> = {}
const skipped: { readonly preset: string; readonly why: string }[] = []
try {
  for (const name of names)
    try {
      progress(`${name} …`)
      const recorded = await runPreset(name, folder)
      const { cells: found, schemaVersion: _, ...by } = recorded
      cells.push(...found)
      measuredBy[name] = by
      if (flags.record) record(name, recorded)
      if (!flags.json) for (const cell of found) process.stdout.write(`${lineOf(cell)}\n`)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (error.code !== 'experiment/no-data') {
        if (flags.out === undefined) await rm(folder, { recursive: true, force: true })
        progress(error.message)
        process.exit(error.exitCode)
      }
      skipped.push({ preset: name, why: error.message })
      progress(`${name} is left out: ${error.message}`)
    }
} finally {
  if (flags.out === undefined) await rm(folder, { recursive: true, force: true })
}
const below = cells.filter(({ router, verdict }) => router === 'trustnet' && verdict === 'below')
if (flags.json)
  process.stdout.write(
    `${JSON.stringify({ schemaVersion: 1, measuredBy, cells, skipped, below: below.length })}\n`,
  )
else
  process.stdout.write(
    `${cells.filter(({ verdict }) => verdict === 'inside').length} of ${cells.filter(({ range }) => range !== null).length} cells with a range are inside it; of trustnet ${below.length} are below.\n`,
  )
if (below.length > 0) process.exitCode = 1
