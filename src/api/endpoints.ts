// Every endpoint of the node API, declared once. The server, the typed client, the OpenAPI document
// and the table in docs/api.md follow from this table.
import type { Static, TSchema } from 'typebox'
import type { Asks, Endpoint, Shapes } from './endpoint.ts'
import type { Shape } from './shape-words.ts'

export const endpoints = {
  health: {
    method: 'GET',
    path: '/healthz',
    says: 'The process serves.',
    access: 'open',
    answer: 'Health',
  },
  ready: {
    method: 'GET',
    path: '/readyz',
    says: 'The node takes part: it joined, can write to its store, and is not catching up with the chain.',
    access: 'open',
    answer: 'Readiness',
    holds: 'ready',
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    says: 'Figures of the node for Prometheus; docs/metrics.md lists them.',
    access: 'local',
    answer: 'Metrics',
    text: true,
    cost: 10,
  },
  status: {
    method: 'GET',
    path: '/v1/status',
    says: 'The node in one page.',
    access: 'local',
    answer: 'Status',
  },
  reach: {
    method: 'GET',
    path: '/v1/reach',
    says: 'How peers reach this node: its addresses, what dial-backs found, relays, mapped ports, and its connections.',
    access: 'local',
    answer: 'Reach',
    cost: 5,
  },
  nodes: {
    method: 'GET',
    path: '/v1/nodes',
    says: 'The peers that this node knows.',
    access: 'local',
    answer: 'Peers',
    cost: 5,
  },
  node: {
    method: 'GET',
    path: '/v1/nodes/:peer',
    says: 'One node: how this one knows it, and its reputation.',
    access: 'local',
    asks: 'AskPeer',
    answer: 'NodeDetail',
    cost: 5,
  },
  resolve: {
    method: 'GET',
    path: '/v1/resolve',
    says: 'Which peer a name means.',
    access: 'local',
    asks: 'AskPeer',
    answer: 'Named',
  },
  topology: {
    method: 'GET',
    path: '/v1/topology',
    says: 'The nodes and edges of the network as this node sees it.',
    access: 'local',
    answer: 'Topology',
    cost: 20,
  },
  ratings: {
    method: 'GET',
    path: '/v1/ratings',
    says: 'The ratings that hold now, by author and sequence number.',
    access: 'local',
    asks: 'AskRatings',
    answer: 'Ratings',
    cost: 20,
  },
  history: {
    method: 'GET',
    path: '/v1/ratings/history',
    says: 'Every entry of the Trustchains, replaced ones included.',
    access: 'local',
    asks: 'AskRatings',
    answer: 'Ratings',
    cost: 20,
  },
  rate: {
    method: 'POST',
    path: '/v1/ratings',
    says: 'Signs a rating of a peer into the Trustchain of this node; waits for its block when asked to.',
    access: 'token',
    asks: 'AskRate',
    answer: 'Receipt',
  },
  reputation: {
    method: 'GET',
    path: '/v1/reputation/:peer',
    says: 'Reputation, stars, standing and status of a node, as of the last block.',
    access: 'local',
    asks: 'AskPeer',
    answer: 'Reputation',
  },
  committee: {
    method: 'GET',
    path: '/v1/committee',
    says: 'Who decides the next block, and who was elected to follow.',
    access: 'local',
    answer: 'Committee',
  },
  blocks: {
    method: 'GET',
    path: '/v1/blocks',
    says: 'The finalized blocks, newest first.',
    access: 'local',
    asks: 'AskBlocks',
    answer: 'Blocks',
    cost: 20,
  },
  block: {
    method: 'GET',
    path: '/v1/blocks/:height',
    says: 'A finalized block: header, transactions and the votes that made it final.',
    access: 'local',
    asks: 'AskBlock',
    answer: 'Block',
    cost: 5,
  },
  trustGraph: {
    method: 'GET',
    path: '/v1/trust/graph',
    says: 'The trust graph of an overlay, or the aggregate, and why a value is what it is.',
    access: 'local',
    asks: 'AskGraph',
    answer: 'TrustGraph',
    cost: 20,
  },
  routeTable: {
    method: 'GET',
    path: '/v1/route/table',
    says: 'Routing tables and leaf set, with the reason for every slot.',
    access: 'local',
    asks: 'AskTable',
    answer: 'RouteTable',
    cost: 5,
  },
  trace: {
    method: 'GET',
    path: '/v1/route/trace',
    says: 'Routes to the root of a key and tells every hop.',
    access: 'token',
    asks: 'AskRoute',
    answer: 'Route',
  },
  lookup: {
    method: 'POST',
    path: '/v1/route/lookup',
    says: 'Finds the root of a key.',
    access: 'token',
    asks: 'AskRoute',
    answer: 'Route',
  },
  send: {
    method: 'POST',
    path: '/v1/route/send',
    says: 'Delivers text or bytes at the root of a key.',
    access: 'token',
    asks: 'AskSend',
    answer: 'Route',
  },
  values: {
    method: 'GET',
    path: '/v1/dht',
    says: 'The values that this node holds, of whom, until when, and who else should have them.',
    access: 'local',
    asks: 'AskHeldValues',
    answer: 'HeldValues',
    cost: 20,
  },
  value: {
    method: 'GET',
    path: '/v1/dht/:key',
    says: 'The value of a key, asked of the nodes that hold it.',
    access: 'token',
    asks: 'AskValue',
    answer: 'Value',
  },
  putValue: {
    method: 'PUT',
    path: '/v1/dht/:key',
    says: 'Puts a value on the nodes nearest its key: under its hash, or signed under a name of this node.',
    access: 'token',
    asks: 'AskPutValue',
    answer: 'ValueReceipt',
  },
  events: {
    method: 'GET',
    path: '/v1/events',
    says: 'What happens at the node, as it happens (server-sent events); messages that it receives only with the token.',
    access: 'local',
    asks: 'AskEvents',
    answer: 'Event',
    stream: true,
  },
  succession: {
    method: 'GET',
    path: '/v1/succession',
    says: "What a hand-over of this node's name to a new key has to say, and who has it if that is done.",
    access: 'local',
    answer: 'Succession',
  },
  handOver: {
    method: 'POST',
    path: '/v1/succession',
    says: "Takes this node's name to the key that a signed hand-over names; it is done when a block holds it.",
    access: 'token',
    asks: 'AskHandOver',
    answer: 'Done',
  },
  stop: {
    method: 'POST',
    path: '/v1/stop',
    says: 'Stops the node gracefully.',
    access: 'token',
    answer: 'Done',
  },
  restart: {
    method: 'POST',
    path: '/v1/restart',
    says: 'Stops the node gracefully and starts it anew in the same process, with its settings as they are now, at the same address and with the same token.',
    access: 'token',
    answer: 'Done',
  },
} as const satisfies Record<string, Endpoint>

export type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints
/** Endpoints with one answer. */
export type CallName = {
  [N in EndpointName]: Endpoints[N] extends { readonly stream: true } ? never : N
}[EndpointName]

/** What the caller hands over, fields of the path included; nothing where the endpoint asks for nothing. */
export type AskedOf<N extends EndpointName> = Endpoints[N] extends {
  readonly asks: infer A extends keyof Asks
}
  ? Static<Asks[A]>
  : undefined

export type AnswerOf<N extends EndpointName> = Shape<
  Extract<Shapes[Endpoints[N]['answer']], TSchema>
>

/** The fields that stand in a path, in order. */
export const pathFields = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
