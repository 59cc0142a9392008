// Are the tests awake? Each patch of mutations.ts breaks one of the 24 rules of consensus in a copy of
// the project; the rule's named tests (`rule N: …`) must fail, or a short simulation must.
// `node bench/mutate-consensus.ts [--rule N] [--json]`
import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Mutation, mutations } from './mutations.ts'
import { flagsOf, progress } from './report.ts'

const values = flagsOf({
  json: { type: 'boolean', default: false },
  rule: { type: 'string' },
})
const root = dirname(import.meta.dirname)
const rules = Array.from({ length: 24 }, (_, i) => i + 1)
const copied = ['src', 'consensus', 'trustchain', 'routing', 'overlay', 'test', 'bench', 'cli']
const files = ['package.json', 'tsconfig.json', 'vitest.config.ts']
/** A patch may make the code run for ever. */
const testMsMax = 180_000

/** A copy of the sources beside what tests read in place. */
function copyProject(): string {
  const above = mkdtempSync(join(tmpdir(), 'trustnet-mutations-'))
  const copy = join(above, 'project')
  mkdirSync(copy)
  for (const name of [...copied, ...files])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const shared = join(dirname(root), 'shared')
  if (existsSync(shared)) symlinkSync(shared, join(above, 'shared'))
  return copy
}

const testFiles = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))

/** Rule → the test files in which it has a named test. */
const namedTests = new Map(
  rules.map((rule) => [
    rule,
    testFiles('test').filter((file) =>
      new RegExp(`['"\`]rule ${rule}: `).test(readFileSync(join(root, file), 'utf8')),
    ),
  ]),
)

/** Runs a command in the copy: did it end well? */
const passes = (copy: string, command: string, parameters: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const options = {
      cwd: copy,
      timeout: testMsMax,
      killSignal: 'SIGKILL' as const,
      maxBuffer: 2 ** 26,
    }
    execFile(command, parameters, options, (error) => resolve(error === null))
  })

const runVitest = ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1']

const vitest = (copy: string, rule: number): Promise<boolean> =>
  passes(copy, process.execPath, [...runVitest, '-t', `rule ${rule}: `, ...namedTests.get(rule)!])

const simulations: readonly (readonly string[])[] = [
  ['--seeds', '60'],
  ['--seeds', '40', '--twins'],
]

async function simulationThatFails(copy: string): Promise<string | undefined> {
  for (const flags of simulations) {
    const parameters = ['bench/simulate-consensus.ts', ...flags, '--json']
    if (!(await passes(copy, process.execPath, parameters))) return `simulation ${flags.join(' ')}`
  }
  return undefined
}

interface Verdict {
  readonly rule: number
  readonly patch: string
  /** What failed; null: nothing did. */
  readonly caughtBy: string | null
}

async function judge(copy: string, mutation: Mutation): Promise<Verdict> {
  const { rule, patch, file, find, replace, also } = mutation
  const path = join(copy, file)
  const before = readFileSync(path, 'utf8')
  const places = before.split(find).length - 1
  if (places !== 1)
    throw new Error(`rule ${rule}, "${patch}": its text is in ${file} ${places} times, not once`)
  writeFileSync(
    path,
    before.replace(find, () => replace),
  )
  try {
    const tested = namedTests.get(rule)!.length > 0 && !failing.includes(rule)
    if (tested && !(await vitest(copy, rule)))
      return { rule, patch, caughtBy: `test 'rule ${rule}:'` }
    if (also !== undefined && !(await passes(copy, process.execPath, [...runVitest, also])))
      return { rule, patch, caughtBy: also }
    return { rule, patch, caughtBy: (await simulationThatFails(copy)) ?? null }
  } finally {
    writeFileSync(path, before)
  }
}

const chosen = mutations.filter(
  ({ rule }) => values.rule === undefined || rule === Number(values.rule),
)
const copy = copyProject()
const verdicts: Verdict[] = []
/** Rules whose tests fail without any patch: they prove nothing. */
const failing: number[] = []
try {
  // Untouched, everything must pass: a test that always fails catches nothing.
  for (const rule of new Set(chosen.map((mutation) => mutation.rule)))
    if (namedTests.get(rule)!.length > 0 && !(await vitest(copy, rule))) {
      progress(`the tests of rule ${rule} fail without any patch`)
      failing.push(rule)
    }
  const simulation = await simulationThatFails(copy)
  if (simulation !== undefined) throw new Error(`${simulation} fails without any patch`)
  for (const mutation of chosen) {
    const verdict = await judge(copy, mutation)
    verdicts.push(verdict)
    progress(`rule ${verdict.rule}, ${verdict.patch}: ${verdict.caughtBy ?? 'NOT CAUGHT'}`)
  }
} finally {
  rmSync(dirname(copy), { recursive: true, force: true })
}

const wanted = values.rule === undefined ? rules : [Number(values.rule)]
const caught = wanted.filter((rule) => {
  const of = verdicts.filter((verdict) => verdict.rule === rule)
  return of.length > 0 && of.every(({ caughtBy }) => caughtBy !== null)
})
const untested = wanted.filter((rule) => namedTests.get(rule)!.length === 0)
const result = {
  ...{ schemaVersion: 1, rules: wanted.length, caught: caught.length },
  missed: wanted.filter((rule) => !caught.includes(rule)),
  ...{ untested, failing, patches: verdicts },
}
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
else {
  process.stdout.write(`${caught.length}/${wanted.length} rules: every patch was caught\n`)
  if (untested.length > 0)
    process.stdout.write(`rules without a test of their name: ${untested.join(', ')}\n`)
}
process.exit(caught.length === wanted.length && failing.length === 0 ? 0 : 1)
