// Adds what processes covered (V8's own dumps, by offsets in the source) to what vitest counted (Istanbul's
// form, by statements). A line is covered when a statement that begins there ran in any of them.

/** Istanbul's record of one file, as far as it is read here. */
export interface FileCoverage {
  readonly path: string
  readonly statementMap: Readonly<
    Record<string, { readonly start: { readonly line: number; readonly column: number } }>
  >
  /** How often each statement ran. */
  readonly s: Record<string, number>
}

/** One script of a V8 dump: functions, each with ranges, the outermost first. */
export interface ScriptCoverage {
  readonly url: string
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number
      readonly endOffset: number
      readonly count: number
    }[]
  }[]
}

/**
 * Marks statements of `file` that ran in a process.
 *
 * @param source the text of the file; Node strips types without moving anything
 */
export function addProcess(file: FileCoverage, source: string, script: ScriptCoverage): void {
  const missing = Object.keys(file.s).filter((id) => file.s[id] === 0)
  if (missing.length === 0) return
  const lineStarts = [0]
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1))
    lineStarts.push(at + 1)
  const ranges = script.functions.flatMap((one) => one.ranges)
  for (const id of missing) {
    const { line, column } = file.statementMap[id]!.start
    if (ranAt(ranges, (lineStarts[line - 1] ?? 0) + column)) file.s[id] = 1
  }
}

/** The smallest range around an offset says whether it ran. */
function ranAt(ranges: ScriptCoverage['functions'][number]['ranges'], offset: number): boolean {
  let size = Number.POSITIVE_INFINITY
  let count = 0
  for (const range of ranges) {
    if (offset < range.startOffset || offset >= range.endOffset) continue
    const own = range.endOffset - range.startOffset
    // Of two of one size the later one lies within.
    if (own > size) continue
    size = own
    count = range.count
  }
  return count > 0
}

export interface Lines {
  readonly covered: number
  readonly all: number
}

/** Lines on which a statement begins. */
export function linesOf(file: FileCoverage): Lines {
  const hits = new Map<number, number>()
  for (const [id, { start }] of Object.entries(file.statementMap))
    hits.set(start.line, Math.max(hits.get(start.line) ?? 0, file.s[id] ?? 0))
  return { covered: [...hits.values()].filter((count) => count > 0).length, all: hits.size }
}

export const sumOf = (some: readonly Lines[]): Lines => ({
  covered: some.reduce((sum, { covered }) => sum + covered, 0),
  all: some.reduce((sum, { all }) => sum + all, 0),
})

export const percentOf = ({ covered, all }: Lines): number =>
  all === 0 ? 100 : Math.round((10_000 * covered) / all) / 100
