// The shapes of what the node API is asked: queries (text, converted where a number is meant) and
// JSON bodies (taken as they are). Unknown fields are refused, so that a misspelt filter never
// answers with everything.
import { Type } from 'typebox'
import {
  overlayNameBytesMax,
  parallelRoutesMax,
  payloadBytesMax,
  reasonBytesMax,
  transactionBytesMax,
} from '../core/limits.ts'
import { topicBytesMax } from '../core/topic-frame.ts'
import { waitSecondsMax } from './chain-service.ts'
import { blocksPerPageMax, ratingsPerPageMax } from './page-sizes.ts'

const closed = { additionalProperties: false } as const
const peer = Type.String({
  minLength: 1,
  maxLength: 256,
  description: "PeerId, node id or its unique prefix, petname, or an owner's name",
})
// A little above the bound: the node's own sentence says more than a schema does.
const overlay = Type.String({ minLength: 1, maxLength: 8 * overlayNameBytesMax })
const routes = Type.Integer({
  minimum: 1,
  maximum: parallelRoutesMax,
  description: "left out: the routing policy's own, 1 or under trustnet 4",
})
const key = Type.String({
  minLength: 1,
  maxLength: 1_024,
  description: '32 hex digits are a position, any other text is hashed',
})

export const AskRatings = Type.Object(
  {
    author: Type.Optional(peer),
    subject: Type.Optional(peer),
    overlay: Type.Optional(overlay),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: ratingsPerPageMax })),
    after: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}/[0-9]{1,10}$' })),
  },
  closed,
)

/** `value`, or `stars` with a `category`. */
export const AskRate = Type.Object(
  {
    peer,
    value: Type.Optional(
      Type.String({ maxLength: 64, description: 'a plain decimal in [-1, 1], as text' }),
    ),
    stars: Type.Optional(Type.Number({ description: '1 to 5 in steps of one half' })),
    category: Type.Optional(
      Type.String({ maxLength: 64, description: 'reliability, performance or honesty' }),
    ),
    overlay: Type.Optional(overlay),
    reason: Type.Optional(Type.String({ maxLength: 8 * reasonBytesMax })),
    /** Answer when the rating is final in a block, or fail after so many seconds. */
    wait: Type.Optional(Type.Integer({ minimum: 1, maximum: waitSecondsMax })),
  },
  closed,
)

const height = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

export const AskBlocks = Type.Object(
  {
    /** Only blocks below this height. */
    before: Type.Optional(height),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: blocksPerPageMax })),
  },
  closed,
)

export const AskBlock = Type.Object(
  { height: Type.Union([height, Type.Literal('latest')]) },
  closed,
)

export const AskGraph = Type.Object(
  {
    overlay: Type.Optional(overlay),
    aggregate: Type.Optional(Type.Boolean()),
    root: Type.Optional(peer),
    explain: Type.Optional(peer),
  },
  closed,
)

export const AskTable = Type.Object({ overlay: Type.Optional(overlay) }, closed)

export const AskPeer = Type.Object({ peer }, closed)

export const AskHandOver = Type.Object(
  {
    transaction: Type.String({
      pattern: '^([0-9a-f]{2})+$',
      maxLength: 2 * transactionBytesMax,
      description: 'signed by both keys, in hex',
    }),
  },
  closed,
)

const route = { key, overlay: Type.Optional(overlay), routes: Type.Optional(routes) }

export const AskRoute = Type.Object(
  {
    ...route,
    fallback: Type.Optional(
      Type.Boolean({
        description:
          'by the global tables alone: when the roots of the first answer did not have the value',
      }),
    ),
  },
  closed,
)

/** `text` or `base64`, not both. */
export const AskSend = Type.Object(
  {
    ...route,
    topic: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: topicBytesMax,
        description: 'keeps programs apart that share a network; none unless given',
      }),
    ),
    text: Type.Optional(Type.String({ maxLength: payloadBytesMax })),
    base64: Type.Optional(
      Type.String({
        maxLength: Math.ceil(payloadBytesMax / 3) * 4,
        pattern: '^[A-Za-z0-9+/]*={0,2}$',
      }),
    ),
  },
  closed,
)

export const AskEvents = Type.Object(
  {
    kinds: Type.Optional(
      Type.String({
        pattern: '^[a-z-]{1,32}(,[a-z-]{1,32}){0,31}$',
        description: 'kinds of events separated by commas; all when left out',
      }),
    ),
  },
  closed,
)
