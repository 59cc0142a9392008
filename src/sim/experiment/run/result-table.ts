// The results of an experiment as one table, a row a run, sorted by the run's index: the CSV and the
// Parquet file hold exactly this. The columns of a plan are the same whichever of its runs are done.
import type { Measurement } from '../measurement.ts'
import type { RunSpec } from '../scenario.ts'
import { meanOf, quantileOf } from '../statistics-histogram.ts'
import {
  allEndings,
  canonical,
  countOfEnding,
  paramsOf,
  type RunResult,
  rounded,
  successOf,
} from './run-result.ts'

export type Cell = number | string | boolean | undefined
export type CellType = 'integer' | 'real' | 'text' | 'boolean'

export interface ResultColumn {
  readonly name: string
  readonly type: CellType
}

export interface ResultTable {
  readonly columns: readonly ResultColumn[]
  readonly rows: readonly (readonly Cell[])[]
}

interface Figure extends ResultColumn {
  readonly of: (measurement: Measurement) => number | undefined
}

const integer = (name: string, of: Figure['of']): Figure => ({ name, type: 'integer', of })
const real = (name: string, of: Figure['of']): Figure => ({ name, type: 'real', of })

/** Rows of a routing table that are shown: a million nodes fill five or six (log16). */
const contaminationRows = 8

const camelCase = (words: string): string =>
  words.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** What is measured, in the order of the columns. */
const figures: readonly Figure[] = [
  integer('lookups', ({ lookups }) => lookups),
  ...allEndings.map((ending) =>
    integer(camelCase(ending), (measurement) => countOfEnding(measurement, ending)),
  ),
  real('success', successOf),
  real('hopsMean', ({ hops }) => meanOf(hops)),
  integer('hopsP50', ({ hops }) => quantileOf(hops, 0.5)),
  integer('hopsP95', ({ hops }) => quantileOf(hops, 0.95)),
  integer('hopsMax', ({ hops }) => quantileOf(hops, 1)),
  real('messages', ({ messages }) => messages),
  real('contaminationTable', ({ contamination }) => contamination.table),
  real('contaminationLeafSet', ({ contamination }) => contamination.leafSet),
  integer('eclipsed', ({ contamination }) => contamination.eclipsed),
  real('bytesPerNode', ({ bytesPerNode }) => bytesPerNode),
  real('gini', (measurement) => measurement.gini),
  real('latencyP50Ms', ({ latencyMs }) => latencyMs?.p50),
  real('latencyP95Ms', ({ latencyMs }) => latencyMs?.p95),
  ...Array.from({ length: contaminationRows }, (_, row) =>
    real(`contaminationRow${row}`, ({ contamination }) => contamination.byRow?.[row]),
  ),
]

/** Of the run itself, before what is varied. */
const ownColumns: readonly ResultColumn[] = [
  { name: 'index', type: 'integer' },
  { name: 'router', type: 'text' },
  { name: 'seed', type: 'integer' },
]

/** Names that stand for something in every table. */
const reserved = new Set([...ownColumns, ...figures].map(({ name }) => name))

/**
 * The table of the results that are there.
 *
 * @param runs all runs of the plan: they decide the columns of what tells runs apart
 */
export function tableOf(runs: readonly RunSpec[], results: readonly RunResult[]): ResultTable {
  const sorted = results.toSorted((a, b) => a.run.index - b.run.index)
  const given = givenOf(runs)
  const more = [
    ...new Set(sorted.flatMap(({ measurement }) => Object.keys(measurement.more ?? {}))),
  ].sort()
  const columns = [
    ...ownColumns,
    ...given.map(({ key, type }) => ({ name: reserved.has(key) ? `param.${key}` : key, type })),
    ...figures.map(({ name, type }) => ({ name, type })),
    ...more.map((name) => ({ name: `more.${name}`, type: 'real' as const })),
  ]
  const rows = sorted.map(({ run, measurement }) => {
    const params = paramsOf(run)
    return [
      ...[run.index, run.router.name, run.seed],
      ...given.map(({ key, type }) => cellOf(params[key], type)),
      ...figures.map(({ of }) => numberOf(of(measurement))),
      ...more.map((name) => numberOf(measurement.more?.[name])),
    ]
  })
  return { columns, rows }
}

const numberOf = (value: number | undefined): number | undefined =>
  value === undefined || !Number.isFinite(value) ? undefined : rounded(value)

/** What tells runs apart, in the order in which it first appears. */
function givenOf(runs: readonly RunSpec[]): { readonly key: string; readonly type: CellType }[] {
  const values = new Map<string, unknown[]>()
  for (const run of runs)
    for (const [key, value] of Object.entries(paramsOf(run))) {
      const known = values.get(key)
      if (known === undefined) values.set(key, [value])
      else known.push(value)
    }
  return [...values].map(([key, seen]) => ({ key, type: typeOf(seen) }))
}

function typeOf(values: readonly unknown[]): CellType {
  if (values.every((value) => typeof value === 'boolean')) return 'boolean'
  if (!values.every((value) => typeof value === 'number')) return 'text'
  return values.every((value) => Number.isSafeInteger(value)) ? 'integer' : 'real'
}

/** A varied value is not rounded: it was given, not measured. */
function cellOf(value: unknown, type: CellType): Cell {
  if (value === undefined) return undefined
  if (type !== 'text') return value as number | boolean
  return typeof value === 'string' ? value : canonical(value)
}
