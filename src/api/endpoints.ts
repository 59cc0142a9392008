// Every endpoint of the node API, declared once. The server, the typed client and the OpenAPI
// document follow from this table. It names the shapes instead of holding them: a command that asks
// a running node needs methods and paths, and loading the schema library would double its start.
import type { Static, TSchema } from 'typebox'
import type * as asks from './asks.ts'
import type * as chainShapes from './chain-shapes.ts'
import type { Shape } from './shape-words.ts'
import type * as shapes from './shapes.ts'

type SchemasOf<Module> = {
  [Name in keyof Module as Module[Name] extends TSchema ? Name : never]: Module[Name]
}
export type AskName = keyof SchemasOf<typeof asks>
type Shapes = SchemasOf<typeof shapes> & SchemasOf<typeof chainShapes>
export type ShapeName = keyof Shapes

export interface Endpoint {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** What it answers, in a sentence. */
  readonly says: string
  /** Does a caller have to show the token? */
  readonly token: boolean
  readonly query?: AskName
  readonly body?: AskName
  readonly answer: ShapeName
  /** Server-sent events, each of the shape `answer`. */
  readonly stream?: true
}

export const endpoints = {
  health: {
    method: 'GET',
    path: '/healthz',
    says: 'The process serves.',
    token: false,
    answer: 'Health',
  },
  status: {
    method: 'GET',
    path: '/v1/status',
    says: 'The node in one page.',
    token: true,
    answer: 'Status',
  },
  nodes: {
    method: 'GET',
    path: '/v1/nodes',
    says: 'The peers that this node knows.',
    token: true,
    answer: 'Peers',
  },
  resolve: {
    method: 'GET',
    path: '/v1/nodes/resolve',
    says: 'Which peer a name means.',
    token: true,
    query: 'AskPeer',
    answer: 'Named',
  },
  topology: {
    method: 'GET',
    path: '/v1/topology',
    says: 'The nodes and edges of the network as this node sees it.',
    token: true,
    answer: 'Topology',
  },
  ratings: {
    method: 'GET',
    path: '/v1/ratings',
    says: 'The ratings that hold now, by author and sequence number.',
    token: true,
    query: 'AskRatings',
    answer: 'Ratings',
  },
  history: {
    method: 'GET',
    path: '/v1/ratings/history',
    says: 'Every entry of the Trustchains, replaced ones included.',
    token: true,
    query: 'AskRatings',
    answer: 'Ratings',
  },
  rate: {
    method: 'POST',
    path: '/v1/ratings',
    says: 'Signs a rating of a peer into the Trustchain of this node; waits for its block when asked to.',
    token: true,
    body: 'AskRate',
    answer: 'Receipt',
  },
  reputation: {
    method: 'GET',
    path: '/v1/reputation',
    says: 'Reputation, stars, standing and status of a node, as of the last block.',
    token: true,
    query: 'AskPeer',
    answer: 'Reputation',
  },
  committee: {
    method: 'GET',
    path: '/v1/committee',
    says: 'Who decides the next block, and who was elected to follow.',
    token: true,
    answer: 'Committee',
  },
  blocks: {
    method: 'GET',
    path: '/v1/blocks',
    says: 'The finalized blocks, newest first.',
    token: true,
    query: 'AskBlocks',
    answer: 'Blocks',
  },
  block: {
    method: 'GET',
    path: '/v1/block',
    says: 'A finalized block: header, transactions and the votes that made it final.',
    token: true,
    query: 'AskBlock',
    answer: 'Block',
  },
  trustGraph: {
    method: 'GET',
    path: '/v1/trust/graph',
    says: 'The trust graph of an overlay, or the aggregate, and why a value is what it is.',
    token: true,
    query: 'AskGraph',
    answer: 'TrustGraph',
  },
  routeTable: {
    method: 'GET',
    path: '/v1/route/table',
    says: 'Routing tables and leaf set, with the reason for every slot.',
    token: true,
    query: 'AskTable',
    answer: 'RouteTable',
  },
  trace: {
    method: 'GET',
    path: '/v1/route/trace',
    says: 'Routes to the root of a key and tells every hop.',
    token: true,
    query: 'AskRoute',
    answer: 'Route',
  },
  lookup: {
    method: 'POST',
    path: '/v1/route/lookup',
    says: 'Finds the root of a key.',
    token: true,
    body: 'AskRoute',
    answer: 'Route',
  },
  send: {
    method: 'POST',
    path: '/v1/route/send',
    says: 'Delivers text or bytes at the root of a key.',
    token: true,
    body: 'AskSend',
    answer: 'Route',
  },
  events: {
    method: 'GET',
    path: '/v1/events',
    says: 'What happens at the node, as it happens (server-sent events).',
    token: true,
    query: 'AskEvents',
    answer: 'Event',
    stream: true,
  },
  stop: {
    method: 'POST',
    path: '/v1/stop',
    says: 'Stops the node gracefully.',
    token: true,
    answer: 'Done',
  },
} as const satisfies Record<string, Endpoint>

export type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints
/** Endpoints with one JSON answer. */
export type CallName = {
  [N in EndpointName]: Endpoints[N] extends { readonly stream: true } ? never : N
}[EndpointName]

type SchemaOf<Module, Name> = Name extends keyof Module
  ? Module[Name] extends TSchema
    ? Static<Module[Name]>
    : never
  : never

/** What the caller hands over: the query or the body; nothing for the rest. */
export type AskedOf<N extends EndpointName> = Endpoints[N] extends { readonly query: infer Q }
  ? SchemaOf<typeof asks, Q>
  : Endpoints[N] extends { readonly body: infer B }
    ? SchemaOf<typeof asks, B>
    : undefined

export type AnswerOf<N extends EndpointName> = Shape<
  Extract<Shapes[Endpoints[N]['answer']], TSchema>
>
