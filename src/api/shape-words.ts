// The words that the shapes of the API are written in: TypeBox schemas of single values.
import { type Static, type TSchema, Type } from 'typebox'

/** The value of a schema, read-only all the way down. */
export type Shape<S extends TSchema> = Immutable<Static<S>>

type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Immutable<T[Key]> }
    : T

export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])
export const text = Type.String()
export const count = Type.Integer({ minimum: 0 })
export const trust = Type.Number({ description: 'at most six decimals' })
export const id = Type.String({
  pattern: '^[0-9a-f]{32}$',
  description: 'node id or ring key',
})
export const when = Type.Number({ description: 'ms since the Unix epoch' })
export const kind = <K extends string>(name: K) => Type.Literal(name)

/** How a node is named in every answer. `peerId` is null while its key is not known; `owner` is '' when it gave none. */
export const naming = { nodeId: id, peerId: nullable(text), owner: text }
