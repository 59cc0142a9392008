// Reads what is asked of an endpoint: fields of the path and the query come as text and are
// converted, a JSON body is taken as it is; the whole must match the endpoint's schema.
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { Value } from 'typebox/value'
import { Failure } from '../core/failure.ts'
import type { Given } from './reader.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * A reader for one endpoint. The body counts only where the endpoint takes one.
 *
 * @throws Failure `api/bad-request`
 */
export function readerOf<S extends TSchema>(
  schema: S,
  hasBody: boolean,
): (given: Given) => Static<S> {
  const compiled = Compile(schema)
  return ({ params, query, body }) => {
    if (hasBody && !isObject(body)) throw bad('the body must be a JSON object')
    const texts = joined(params as Fields, query as Fields)
    const converted = Value.Convert(schema, texts) as Fields
    const value = hasBody ? joined(converted, body as Fields) : converted
    if (!compiled.Check(value)) throw bad(complaint(compiled.Errors(value)))
    return value as Static<S>
  }
}

const bad = (why: string): Failure => new Failure('api/bad-request', { why })

const isObject = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && !Array.isArray(body)

/** Both together. The same field in both would leave open which one counts. */
function joined(some: Fields, more: Fields): Fields {
  const twice = Object.keys(more).find((name) => Object.hasOwn(some, name))
  if (twice !== undefined) throw bad(`${twice} is given twice`)
  return { ...some, ...more }
}

/** The first thing that does not match, by the field's name. */
function complaint(errors: readonly TLocalizedValidationError[]): string {
  const [first] = errors
  const field = first?.instancePath.replace(/^\//, '').replaceAll('/', '.') ?? ''
  if (first?.keyword === 'boolean') return `it has no field ${field}`
  return `${field} ${first?.message ?? 'does not match'}`.trim()
}

/** Throws where an answer is not of its shape: for tests. */
export function assertShape(schema: TSchema, answer: unknown, path: string): void {
  const [first] = Value.Errors(schema, answer)
  if (first === undefined) return
  throw new Error(
    `the answer of ${path} is not of its shape: ${first.instancePath} ${first.message}`,
  )
}
