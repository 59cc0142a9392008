// The shapes of what the node API is asked and answers about keyed values.
import { Type } from 'typebox'
import { payloadBytesMax } from '../core/limits.ts'
import { valuesPerPageMax } from './page-sizes.ts'
import { count, id, kind, naming, nullable, text, when } from './shape-words.ts'

const closed = { additionalProperties: false } as const

const key = Type.String({
  minLength: 1,
  maxLength: 256,
  description: '32 hex digits are the key itself, any other text is the name of a signed value',
})

export const AskValue = Type.Object(
  {
    key,
    of: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description:
          'whose value has this name: a PeerId, node id, its prefix or an owner; this node unless given',
      }),
    ),
  },
  closed,
)

export const AskHeldValues = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: valuesPerPageMax })),
    /** The last key of the page before. */
    after: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$' })),
  },
  closed,
)

/** `text` or `base64`, not both. */
export const AskPutValue = Type.Object(
  {
    key,
    text: Type.Optional(Type.String({ maxLength: 2 * payloadBytesMax })),
    base64: Type.Optional(
      Type.String({
        maxLength: Math.ceil((2 * payloadBytesMax) / 3) * 4,
        pattern: '^[A-Za-z0-9+/]*={0,2}$',
      }),
    ),
    expires: Type.Optional(
      Type.Number({ description: 'seconds that it lives from now; a day unless given' }),
    ),
  },
  closed,
)

const about = {
  key: id,
  /** `content`: under the hash of its bytes; `signed`: under the hash of its author's key and its name. */
  kind: Type.Union([kind('content'), kind('signed')]),
  /** Null of a content-addressed value, as is `sequence`. */
  name: nullable(text),
  /** Of a signed value the highest counts. */
  sequence: nullable(count),
  bytes: count,
  expiresAt: when,
}

export const Value = Type.Object({
  ...about,
  author: nullable(Type.Object(naming)),
  /** Null when the bytes are not UTF-8. */
  text: nullable(text),
  base64: text,
  /** Nodes asked, those that answered, and those that had this very value. */
  asked: count,
  answered: count,
  agreeing: count,
  ms: Type.Number(),
})

export const HeldValues = Type.Object({
  /** By key. */
  values: Type.Array(
    Type.Object({
      ...about,
      author: nullable(Type.Object(naming)),
      /** The node itself and those that it takes for the others that hold it, best first. */
      holders: Type.Array(Type.Object(naming)),
    }),
  ),
  /** Of all pages; the bytes as they count against the bound, bodies of signed values included. */
  held: count,
  heldBytes: count,
  /** `after` of the next page; null on the last. */
  next: nullable(id),
})

export const ValueReceipt = Type.Object({
  ...about,
  /** Who has it on disk, nearest to the key first. */
  holders: Type.Array(Type.Object(naming)),
  /** So many had to take it. */
  quorum: count,
  /** Holders that did not take it, by reason. */
  refused: Type.Record(text, count),
  ms: Type.Number(),
})
