// The schema of scenario files: every field with its bounds, its default and what it does. Reader,
// `experiment show` and the published JSON schema follow from it. Options of routers and attacks
// come from their own defaults (schema-options.ts), so that nothing is written down twice.
import { type TSchema, Type } from 'typebox'
import { ratingFormats } from '../../../trustchain/rating-file/rating-reader.ts'

/** A world of more nodes fits in no machine that we know; the memory check says it more exactly. */
const nodesMax = 4_000_000
/** At 10,000 lookups a second this is three hours of one run. */
const lookupsMax = 100_000_000
const seedMax = 2 ** 31 - 1
/** Bootstrapped intervals hardly change beyond; each one is a whole run. */
const seedsMax = 1_000
/** Of one field: more points than anybody reads off a plot. */
export const sweptValuesMax = 1_000

/** A field that may be left out; what is read then is written in. */
const optional = <S extends TSchema>(schema: S) => Type.Optional(schema)
const text = (description: string, value: string) =>
  optional(Type.String({ default: value, description }))
const count = (description: string, value: number, bounds: { minimum: number; maximum: number }) =>
  optional(Type.Integer({ ...bounds, default: value, description }))
const share = (description: string, value: number) =>
  optional(Type.Number({ minimum: 0, maximum: 1, default: value, description }))
const rating = (description: string, value: number) =>
  optional(Type.Number({ exclusiveMinimum: 0, maximum: 1, default: value, description }))
const form = <P extends Record<string, TSchema>>(
  description: string,
  properties: P,
  options: { default?: object } = {},
) => Type.Object(properties, { additionalProperties: false, description, ...options })
const words = <const W extends readonly string[]>(
  values: W,
  options: { default?: W[number]; description?: string } = {},
) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    options,
  )

const nodes = count('people in the graph', 5_000, { minimum: 1, maximum: nodesMax })
const degree = count('neighbours of a person, on average', 20, { minimum: 1, maximum: 100_000 })

export const Graph = Type.Union(
  [
    form('clustering and hubs (Holme, Kim 2002)', {
      kind: Type.Literal('holme-kim'),
      nodes,
      degree,
      triads: share('how often a tie closes a triangle instead of choosing by degree', 0.75),
    }),
    form('hubs by preferential attachment (Barabási, Albert 1999)', {
      ...{ kind: Type.Literal('barabasi-albert'), nodes, degree },
    }),
    form('a ring with shortcuts (Watts, Strogatz 1998)', {
      kind: Type.Literal('watts-strogatz'),
      ...{ nodes, degree },
      rewired: share('share of the ties that lead somewhere random', 0.1),
    }),
    form('communities (stochastic block model)', {
      kind: Type.Literal('stochastic-blocks'),
      ...{ nodes, degree },
      blocks: count('communities', 20, { minimum: 1, maximum: 100_000 }),
      between: share("share of a person's ties that leave the community", 0.1),
    }),
    form('everybody knows the next ones on a ring', { kind: Type.Literal('ring'), nodes, degree }),
    form('everybody knows everybody', {
      kind: Type.Literal('complete'),
      nodes: count('people in the graph', 50, { minimum: 1, maximum: 10_000 }),
    }),
    form('nobody knows anybody', { kind: Type.Literal('none'), nodes }),
    form('ratings or ties of real people', {
      // `file` alone says it.
      kind: optional(Type.Literal('file', { default: 'file' })),
      file: Type.String({
        pattern: '.',
        description: 'its path, seen from the scenario file, or the name of a known data set',
      }),
      format: words(ratingFormats as ['csv', 'snap', 'snap-signed', 'konect', 'metis'], {
        description: 'how its lines are written',
      }),
      map: optional(
        Type.String({
          pattern: '^(linear|half|sign:(1|0?\\.\\d{1,6}))$',
          description: 'linear, half or sign:X with X above 0 and at most 1, such as sign:0.8',
        }),
      ),
      overlay: optional(
        Type.String({
          pattern: '.',
          description: 'the overlay whose ratings are taken, of a csv with several',
        }),
      ),
      weight: rating('the rating of an edge that has no value', 0.8),
      undirected: optional(
        Type.Boolean({
          default: false,
          description: 'an edge rates both ways, as where each friendship is listed once',
        }),
      ),
      core: optional(
        Type.Boolean({
          default: false,
          description: 'only the largest strongly connected component of the positive edges',
        }),
      ),
    }),
  ],
  { description: 'who knows whom' },
)

const negative = share('share of the edges that are negative ratings, uniform in -1..-0.1', 0.05)

export const Ratings = Type.Union(
  [
    form('positive ratings uniform between low and high', {
      kind: Type.Literal('uniform'),
      low: rating('the least positive rating', 0.2),
      high: rating('the greatest positive rating', 1),
      negative,
    }),
    form('one value', { kind: Type.Literal('constant'), value: rating('it', 0.8), negative }),
  ],
  {
    description: 'how ties become ratings where the graph brings none',
    default: { kind: 'uniform' },
  },
)

export const Ids = Type.Union(
  [
    form('everywhere on the ring', { kind: Type.Literal('uniform') }),
    form('people stand crowded behind 16 random points, each within 1/1024 of the ring', {
      kind: Type.Literal('clustered'),
    }),
  ],
  {
    description:
      'where people stand on the ring; made-up identities stand where their attack puts them',
    default: { kind: 'uniform' },
  },
)

export const Workload = form(
  'what is looked up',
  {
    lookups: count('lookups of one run', 500, { minimum: 1, maximum: lookupsMax }),
    keys: optional(
      Type.Union(
        [
          form('anywhere on the ring', { kind: Type.Literal('uniform') }),
          form('some keys are wanted more than others', {
            kind: Type.Literal('zipf'),
            exponent: optional(
              Type.Number({ minimum: 0, maximum: 10, default: 1, description: 'of the law' }),
            ),
            distinct: count('keys there are', 10_000, { minimum: 1, maximum: 10_000_000 }),
          }),
          form("the attack's victim, or its key", { kind: Type.Literal('victim') }),
        ],
        { description: 'which keys', default: { kind: 'uniform' } },
      ),
    ),
    sources: optional(
      Type.Union([Type.Literal('honest'), Type.Integer({ minimum: 0, maximum: nodesMax })], {
        default: 'honest',
        description: 'who looks up: every honest node alike, or the one person of this number',
      }),
    ),
  },
  { default: {} },
)

/** The fields of a scenario besides `routers` and `attack`, whose options their authors define. */
export const scenarioFields = {
  graph: Graph,
  ratings: optional(Ratings),
  ids: optional(Ids),
  workload: optional(Workload),
  engine: optional(
    words(['structural', 'protocol'], {
      default: 'structural',
      description:
        'structural: tables from global knowledge, up to a million nodes; protocol: whole nodes in virtual time, up to 10,000, some hundreds where they join again',
    }),
  ),
  metrics: optional(
    Type.Array(
      Type.String({
        pattern: '^\\.{0,2}/.+\\.(js|mjs|ts)$',
        description: 'a module such as ./m.js',
      }),
      { default: [], description: 'modules of own metrics' },
    ),
  ),
  seed: count('seed of the first run; the next ones count up', 1, { minimum: 0, maximum: seedMax }),
} as const

export const planFields = {
  title: text('one line, over the report', ''),
  about: text('what is asked, and whose numbers it is compared with', ''),
  seeds: count('runs of every point, each with the next seed', 10, {
    minimum: 1,
    maximum: seedsMax,
  }),
} as const

/** A field's path → its values; each is checked by the field's own schema. */
export const Sweep = Type.Record(Type.String(), Type.Array(Type.Any(), { minItems: 1 }), {
  default: {},
  description: 'path of a field → the values it takes; the product of all lists is run',
})
