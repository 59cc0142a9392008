// YAML or JSON text as a tree in which every value knows where it was written: what the reader of
// scenarios walks, so that each complaint names a line. `--set` values join the same tree.
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { Failure } from '../../core/failure.ts'
import type { ScenarioProblem } from '../../core/failures-of-experiments.ts'

/** Where a value was written: `line 3, column 8`, or the `--set` that brought it. */
export type At = string

export type Located =
  | {
      readonly is: 'mapping'
      readonly at: At
      readonly entries: Map<string, { readonly at: At; readonly value: Located }>
    }
  | { readonly is: 'list'; readonly at: At; readonly items: readonly Located[] }
  | {
      readonly is: 'scalar'
      readonly at: At
      readonly value: string | number | boolean | null
    }

/** A scenario is a page of text; what is longer is another file. */
const scenarioCharactersMax = 200_000
/** A scenario nests four deep; what nests much deeper only breaks the stack. */
const depthMax = 32
/** Aliases repeat what they name: a short text could grow without end. */
const valuesMax = 100_000

const nowhere = 'line 1, column 1'

/**
 * Reads text as a tree.
 *
 * @param file how complaints name the text
 * @throws Failure `experiment/broken-scenario` when it is no YAML, with the line
 */
export function parseLocated(text: string, file: string): Located {
  if (text.length > scenarioCharactersMax)
    throw brokenAt(file, nowhere, `It is longer than ${scenarioCharactersMax} characters.`)
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // Mistakes in YAML are told by us, not printed by the parser.
    logLevel: 'silent',
  })
  const atOffset = (offset: number): At => {
    const { line, col } = lines.linePos(offset)
    return `line ${Math.max(line, 1)}, column ${Math.max(col, 1)}`
  }
  if (document.errors.length > 0)
    throw new Failure('experiment/broken-scenario', {
      file,
      problems: document.errors.map(({ pos, message }) => ({
        at: atOffset(pos[0]),
        path: '',
        why: `This is no YAML and no JSON: ${oneLine(message)}`,
      })),
    })
  if (document.contents === null)
    throw brokenAt(file, nowhere, 'It is empty: a scenario names at least graph and routers.')

  let values = 0
  const locate = (node: Node | null | undefined, near: At, depth: number): Located => {
    const at = node?.range ? atOffset(node.range[0]) : near
    values++
    if (values > valuesMax) throw brokenAt(file, at, `It has more than ${valuesMax} values.`)
    if (depth > depthMax) throw brokenAt(file, at, `It nests deeper than ${depthMax} levels.`)
    if (node === null || node === undefined) return { is: 'scalar', at, value: null }
    if (isAlias(node)) {
      const meant = node.resolve(document)
      if (meant === undefined) throw brokenAt(file, at, `No anchor &${node.source} stands before.`)
      return locate(meant, at, depth + 1)
    }
    if (isScalar(node)) return { is: 'scalar', at, value: scalarOf(node.value) }
    if (isSeq<Node>(node))
      return { is: 'list', at, items: node.items.map((item) => locate(item, at, depth + 1)) }
    if (!isMap<Node, Node>(node)) throw brokenAt(file, at, 'This form of YAML is not used here.')
    const entries = new Map<string, { at: At; value: Located }>()
    for (const { key, value } of node.items) {
      const keyAt = key.range ? atOffset(key.range[0]) : at
      if (!isScalar(key)) throw brokenAt(file, keyAt, 'A name of a field is plain text.')
      entries.set(String(key.value), { at: keyAt, value: locate(value, keyAt, depth + 1) })
    }
    return { is: 'mapping', at, entries }
  }
  return locate(document.contents as Node, nowhere, 0)
}

/** A plain value as a tree, all of it written at one place. */
export function locatedOf(value: unknown, at: At): Located {
  if (Array.isArray(value))
    return { is: 'list', at, items: value.map((item) => locatedOf(item, at)) }
  if (typeof value === 'object' && value !== null)
    return {
      ...{ is: 'mapping', at },
      entries: new Map(
        Object.entries(value)
          .filter(([, field]) => field !== undefined)
          .map(([name, field]) => [name, { at, value: locatedOf(field, at) }]),
      ),
    }
  return { is: 'scalar', at, value: scalarOf(value) }
}

/** The tree as a plain value, without its places. */
export function plainOf(located: Located): unknown {
  switch (located.is) {
    case 'scalar':
      return located.value
    case 'list':
      return located.items.map(plainOf)
    case 'mapping':
      return Object.fromEntries(
        [...located.entries].map(([name, { value }]) => [name, plainOf(value)]),
      )
  }
}

/** Dates, big integers and the like are texts to us: the schema then says what it wants instead. */
const scalarOf = (value: unknown): string | number | boolean | null =>
  value === undefined || value === null
    ? null
    : typeof value === 'number' || typeof value === 'boolean'
      ? value
      : String(value)

const oneLine = (message: string): string => `${message.replace(/\s+/g, ' ').replace(/\.$/, '')}.`

export const brokenAt = (file: string, at: At, why: string, path = ''): Failure => {
  const problems: readonly ScenarioProblem[] = [{ at, path, why }]
  return new Failure('experiment/broken-scenario', { file, problems })
}
