// Which swept parameter lies on the x axis and which make panels: the numeric one with the most
// values is x, if a line through them says anything; every other combination is a panel of its own.
// Also what a path is called in words.
import type { Placed } from './cells.ts'

export interface Axes {
  /** The path on the x axis; undefined where nothing numeric is swept. */
  readonly x: string | undefined
  /** Its values, ascending. */
  readonly values: readonly number[]
  /** Spread over more than a factor of 20, all above zero: drawn logarithmically. */
  readonly logarithmic: boolean
  /** Paths that make panels. */
  readonly panelPaths: readonly string[]
  /** Titles of the panels in order; one empty title where there is but one panel. */
  readonly panels: readonly string[]
  /** Routers in order of first appearance. */
  readonly routers: readonly string[]
  /** What each varied value is called: no two of a path alike. */
  readonly texts: ReadonlyMap<string, string>
}

/** Fewer points make no line: they are panels. */
const pointsOfLineMin = 3

export function axesOf(cells: readonly Placed[]): Axes {
  const paths = [...new Set(cells.flatMap(({ params }) => Object.keys(params)))]
  const varied = paths.filter((path) => distinct(cells, path).length > 1)
  const numeric = varied
    .filter((path) => distinct(cells, path).length >= pointsOfLineMin)
    .filter((path) => distinct(cells, path).every((value) => typeof value === 'number'))
    .sort((a, b) => distinct(cells, b).length - distinct(cells, a).length)
  const x = numeric[0]
  const values = x === undefined ? [] : (distinct(cells, x) as number[]).sort((a, b) => a - b)
  const panelPaths = varied.filter((path) => path !== x)
  const texts = new Map(paths.flatMap((path) => textsOf(path, distinct(cells, path))))
  return {
    x,
    values,
    texts,
    logarithmic: values.length > 2 && values[0]! > 0 && values.at(-1)! / values[0]! > 20,
    panelPaths,
    panels: [...new Set(cells.map((cell) => panelOf(cell, texts, panelPaths)))],
    routers: [...new Set(cells.map(({ router }) => router))],
  }
}

const distinct = (cells: readonly Placed[], path: string): unknown[] => {
  const seen = new Map<string, unknown>()
  for (const { params } of cells) seen.set(JSON.stringify(params[path]) ?? '', params[path])
  return [...seen.values()]
}

/** The title of the panel that a cell belongs to: 'g = 0.1, sybil'. */
export const panelOf = (cell: Placed, texts: Axes['texts'], paths: readonly string[]): string =>
  paths.map((path) => texts.get(keyOf(path, cell.params[path]))!).join(', ')

/** A varied value in a table under its path: whole specifications as panels call them. */
export const cellText = (texts: Axes['texts'], path: string, value: unknown): string =>
  typeof value === 'object' && value !== null
    ? (texts.get(keyOf(path, value)) ?? valueText(value))
    : valueText(value)

const keyOf = (path: string, value: unknown): string => `${path} ${JSON.stringify(value)}`

/** Numbers with their name, words and whole specifications as they are, in full where need be. */
function textsOf(path: string, values: readonly unknown[]): readonly (readonly [string, string])[] {
  const short = values.map((value) =>
    typeof value === 'string' || (typeof value === 'object' && value !== null)
      ? valueText(value).replace(/\.(csv|txt|graph|gz)$/g, '')
      : `${shortNameOf(path)} = ${valueText(value)}`,
  )
  return values.map((value, i) => {
    const isAlone = short.filter((text) => text === short[i]).length === 1
    return [keyOf(path, value), isAlone ? short[i]! : `${path} ${i + 1}: ${short[i]}`]
  })
}

/** A varied value as a reader sees it: a file by its last name, an object as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value.includes('/') ? value.replace(/^.*\//, '') : value
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const named = value as Readonly<Record<string, unknown>>
    const name = named.kind === 'file' ? named.file : (named.kind ?? named.name)
    if (typeof name === 'string') return valueText(name)
  }
  return JSON.stringify(value) ?? 'none'
}

interface PathName {
  readonly words: string
  /** The letter of the literature. */
  readonly symbol?: string
}

const names: ReadonlyMap<string, PathName> = new Map(
  Object.entries<PathName>({
    'attack.fraction': { words: 'malicious share of nodes', symbol: 'f' },
    'attack.sybilsPerHonest': { words: 'Sybil identities per honest node', symbol: 's' },
    'attack.attackEdgesPerHonest': { words: 'attack edges per honest node', symbol: 'g' },
    'attack.noticed': { words: 'share of raters who notice' },
    'attack.rounds': { words: 'rounds of joins' },
    'attack.slandered': { words: 'share of acquaintances rated −1 by slanderers' },
    'graph.nodes': { words: 'nodes' },
    'graph.degree': { words: 'mean degree of the rating graph' },
    'graph.file': { words: 'rating graph' },
    'graph.kind': { words: 'rating graph' },
    'ratings.negative': { words: 'share of negative ratings' },
  }),
)

/** In words and with its letter where we have them. */
function wordsOf(path: string): string | undefined {
  const name = names.get(path)
  if (name === undefined) return undefined
  return name.symbol === undefined ? name.words : `${name.words}, ${name.symbol}`
}

/** An axis title: in words where we have them, and the path itself where there is room for both. */
export function axisTitleOf(path: string, isWide = true): string {
  const words = wordsOf(path)
  if (words === undefined) return isWide ? path : shortNameOf(path)
  return isWide ? `${words} (${path})` : words
}

/** The letter of the literature, or the last word of the path: for panel titles. */
export const shortNameOf = (path: string): string =>
  names.get(path)?.symbol ?? path.split('.').at(-1) ?? path

/** What the letters in panel titles stand for, as sentences behind a caption; '' where there are none. */
export function lettersExplained(paths: readonly string[]): string {
  const known = paths.flatMap((path) => {
    const { words, symbol } = names.get(path) ?? { words: '' }
    return symbol === undefined ? [] : [`${symbol}: ${words} (${path}).`]
  })
  return known.length === 0 ? '' : ` ${known.join(' ')}`
}

/** First, middle and last of the values: what plots of whole distributions show of a long sweep. */
export function chosenValues(values: readonly number[]): readonly number[] {
  if (values.length <= 3) return values
  return [values[0]!, values[Math.floor(values.length / 2)]!, values.at(-1)!]
}
