// The sweep of a scenario file: which fields vary, over which values. Every value and every
// combination is read as a scenario of its own, so that no run starts with a value that is wrong.

import { didYouMean } from '../../core/near-words.ts'
import { withField } from './read-scenario-set.ts'
import type { Located } from './read-scenario-text.ts'
import { oneOf, Problems, shown } from './read-scenario-value.ts'
import type { Plan, Scenario } from './scenario.ts'
import { sweptValuesMax } from './schema.ts'
import { valueIn } from './sweep.ts'

const sweepable = ['graph', 'ratings', 'ids', 'attack', 'workload', 'engine'] as const

/** Points are whole scenarios in memory and in the report; a sweep of more is a mistyped one. */
const pointsMax = 10_000

/** Undefined where problems were told. Values come back with their defaults written in. */
export function readSweep(
  located: Located,
  scenario: Scenario,
  problems: Problems,
  read: (point: Located, problems: Problems) => Scenario | undefined,
): Plan['sweep'] | undefined {
  const field = located.is === 'mapping' ? located.entries.get('sweep')?.value : undefined
  if (field === undefined || (field.is === 'scalar' && field.value === null)) return {}
  if (field.is !== 'mapping')
    return problems.add(
      ...[field.at, 'sweep'],
      `${shown(field)} is no mapping: write { attack.fraction: [0.1, 0.2] }.`,
    )
  const before = problems.list.length
  const sweep: Record<string, unknown[]> = {}
  const axes: { readonly path: string; readonly items: readonly Located[] }[] = []
  for (const [path, { at, value }] of field.entries) {
    const items = valuesOf(path, at, value, [...field.entries.keys()], problems)
    if (items === undefined) continue
    axes.push({ path, items })
    sweep[path] = items.map((item) => {
      const found = new Problems()
      const point = read(withField(located, path.split('.'), item, item.at), found)
      for (const problem of found.list) problems.add(problem.at, problem.path, problem.why)
      return point === undefined ? undefined : valueIn(point, path)
    })
  }
  if (problems.list.length > before) return undefined
  if (checkPoints(axes, field, located, problems, read)) checkTwice(sweep, field, problems)
  return problems.list.length > before ? undefined : sweep

  function valuesOf(
    path: string,
    at: string,
    value: Located,
    all: readonly string[],
    told: Problems,
  ): readonly Located[] | undefined {
    const where = `sweep.${path}`
    const [root = ''] = path.split('.')
    if (!(sweepable as readonly string[]).includes(root))
      return told.add(at, where, `${whyNot(root)} A sweep varies fields of ${oneOf(sweepable)}.`)
    if (path.endsWith('.kind'))
      return told.add(
        ...[at, where],
        `Other kinds have other options: vary ${root} as a whole, such as ${root}: [{ kind: … }, { kind: … }].`,
      )
    const inside = all.find((other) => other !== path && path.startsWith(`${other}.`))
    if (inside !== undefined)
      return told.add(at, where, `The sweep replaces all of ${inside} already: vary one of them.`)
    if (root !== path && valueIn(scenario, path) === undefined && !isKnown(path))
      return told.add(
        ...[at, where],
        `There is no such field in this scenario.${didYouMean(path, pathsOf(scenario))} There are ${pathsOf(scenario).join(', ')}.`,
      )
    if (value.is !== 'list' || value.items.length === 0)
      return told.add(value.at, where, `${shown(value)} is no list of values: write [0.1, 0.2].`)
    if (value.items.length > sweptValuesMax)
      return told.add(value.at, where, `It has more than ${sweptValuesMax} values.`)
    return value.items
  }

  /** A field that may be absent: the reader of the value itself says whether it is allowed. */
  function isKnown(path: string): boolean {
    return valueIn(scenario, path.split('.').slice(0, -1).join('.')) !== undefined
  }
}

const whyNot = (root: string): string =>
  root === 'routers'
    ? 'Routers are compared side by side: list one several times with different options.'
    : root === 'seed' || root === 'seeds'
      ? 'Seeds count up by themselves: say how many with seeds.'
      : 'This cannot be varied.'

/** Paths of the fields that may vary. */
const pathsOf = (scenario: Scenario): string[] =>
  sweepable.flatMap((root) => {
    const value: unknown = scenario[root]
    if (typeof value !== 'object' || value === null) return [root]
    const inside = Object.keys(value).filter((name) => name !== 'kind')
    return [root, ...inside.map((name) => `${root}.${name}`)]
  })

/** Are all combinations right? Fields bind each other: a degree needs as many nodes. */
function checkPoints(
  axes: readonly { readonly path: string; readonly items: readonly Located[] }[],
  field: Located,
  located: Located,
  problems: Problems,
  read: (point: Located, problems: Problems) => Scenario | undefined,
): boolean {
  const points = axes.reduce((product, { items }) => product * items.length, 1)
  if (points > pointsMax) {
    problems.add(field.at, 'sweep', `It makes ${points} points: at most ${pointsMax} are run.`)
    return false
  }
  let rows: Located[] = [located]
  for (const { path, items } of axes)
    rows = rows.flatMap((row) =>
      items.map((item) => withField(row, path.split('.'), item, item.at)),
    )
  for (const row of rows) {
    const found = new Problems()
    read(row, found)
    for (const problem of found.list) problems.add(problem.at, problem.path, problem.why)
    if (found.list.length > 0) return false
  }
  return true
}

/** The same value twice would be the same runs twice, and two rows nobody can tell apart. */
function checkTwice(sweep: Plan['sweep'], field: Located, problems: Problems): void {
  for (const [path, values] of Object.entries(sweep)) {
    const texts = values.map((value) => JSON.stringify(value))
    const twice = texts.find((text, i) => texts.indexOf(text) !== i)
    if (twice !== undefined)
      problems.add(field.at, `sweep.${path}`, `${twice} stands there twice: name each value once.`)
  }
}
