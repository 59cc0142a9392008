// One example of every endpoint for the documentation. Their types follow from the declarations, and a
// test checks each against its schema.
import type { AnswerOf, AskedOf, EndpointName } from './endpoints.ts'
import { block, blockHead, committee, reputation, succession } from './examples-of-chain.ts'
import { ada, alan, at, grace, idOfKey, rating } from './examples-of-people.ts'

type Examples = {
  readonly [N in EndpointName]: { readonly asked: AskedOf<N>; readonly answer: AnswerOf<N> }
}

const peer: AnswerOf<'nodes'>['peers'][number] = {
  ...grace,
  addresses: ['/ip4/127.0.0.1/tcp/4002'],
  overlays: ['social'],
  connected: true,
  relayed: false,
  kept: false,
  rttMs: 1.4,
  trust: { social: 0.9 },
  aggregate: 0.9,
  state: 'alive',
}

const status: AnswerOf<'status'> = {
  version: '0.1.0',
  ...ada,
  pid: 4711,
  home: '~/.local/share/trustnet',
  chainId: '6d7c3f0a55e1b2c4',
  invite: 'trustnet:…',
  addresses: ['/ip4/127.0.0.1/tcp/4001'],
  reachability: 'local',
  overlays: [{ name: 'social', policy: 'manual', manual: true }],
  routing: 'distnet',
  router: 'trust',
  store: 'rocksdb',
  joined: true,
  peers: { known: 3, connected: 3, leaves: 3, kept: 0 },
  ratings: { own: 1, held: 12, authors: 4, final: 12 },
  forked: false,
  startedAt: at,
  uptimeMs: 3_600_000,
  memoryBytes: 125_829_120,
  height: 42,
  lastBlockAgeMs: 1_350,
  nodes: [
    {
      ...{ name: 'grace', nodeId: grace.nodeId, status: 'ACTIVE' },
      ...{ reputation: 95.5, warned: false, committee: true },
    },
  ],
  census: { nodes: 4, active: 4 },
  committee: { size: 4, quorum: 3, epoch: 1, spare: 1, member: true },
  own: {
    ...{ status: 'ACTIVE', reputation: 95.5, warned: false, convicted: false },
    ...{ warnBelow: 30, banBelow: 10, healAbove: 20 },
  },
  ownToldBy: null,
}

const ratings: AnswerOf<'ratings'> = { ratings: [rating], next: null }

const route: AnswerOf<'trace'> = {
  key: idOfKey,
  root: alan.nodeId,
  delivered: true,
  hops: [
    { from: ada.nodeId, to: grace.nodeId, by: 'overlay:social', prefix: 1, trust: 0.9 },
    { from: grace.nodeId, to: alan.nodeId, by: 'leaf-set', prefix: 2, trust: 0.4 },
  ],
  messages: 3,
  ms: 4.2,
  answered: 1,
  agreeing: 1,
  roots: [{ nodeId: alan.nodeId, routes: 1, friends: 1, hops: 2 }],
}

const trustGraph: AnswerOf<'trustGraph'> = {
  root: ada,
  overlay: 'social',
  threshold: 0.4,
  rounds: 6,
  truncated: false,
  nodes: [
    {
      ...grace,
      ...{ trust: 0.9, raw: 0.9, round: 0, expanded: true, clamped: 0.9 },
      overlays: { social: 0.9 },
    },
  ],
  vetoed: [],
  distrust: [],
  edges: [{ from: ada.nodeId, to: grace.nodeId, overlay: 'social', value: 0.9 }],
  explanation: {
    ...grace,
    overlays: [
      {
        ...{ overlay: 'social', trust: 0.9, raw: 0.9, vetoed: false },
        steps: [{ round: 0, via: ada, viaTrust: 1, rating: 0.9, adds: 0.9 }],
      },
    ],
  },
}

const routeTable: AnswerOf<'routeTable'> = {
  overlay: 'social',
  policy: 'distnet',
  self: ada,
  rows: [
    {
      ...{ row: 0, column: 11, peer: grace.peerId, nodeId: grace.nodeId, owner: 'grace' },
      ...{ trust: 0.9, rttMs: 1.4, why: 'trust', displaced: null },
    },
  ],
  globalRows: [],
  leafSet: [
    {
      ...{ side: 'left', place: 0, peer: alan.peerId, nodeId: alan.nodeId, owner: 'alan' },
      ...{ trust: 0.4, rttMs: null, barred: false },
    },
  ],
  fill: { overlay: 1, global: 0, known: 3 },
  settled: true,
}

const text = 'see you at the moon'
const aboutValue = {
  kind: 'signed' as const,
  ...{ key: idOfKey, name: 'news', sequence: at, bytes: text.length },
  expiresAt: at + 86_400_000,
}
const value: AnswerOf<'value'> = {
  ...aboutValue,
  ...{ author: ada, text, base64: btoa(text), asked: 6, answered: 6, agreeing: 5, ms: 3.1 },
}
const valueReceipt: AnswerOf<'putValue'> = {
  ...aboutValue,
  ...{ holders: [grace, alan], quorum: 2, refused: { silent: 1 }, ms: 41 },
}

const heldValues: AnswerOf<'values'> = {
  values: [{ ...aboutValue, author: ada, holders: [grace, alan] }],
  ...{ held: 1, heldBytes: text.length, next: null },
}

const reach: AnswerOf<'reach'> = {
  reachability: 'private',
  addresses: ['/ip4/198.51.100.7/tcp/4001/p2p/12D3KooW…/p2p-circuit'],
  ...{ proven: [], asked: 2, mapped: [] },
  relays: [{ ...grace, addresses: ['/ip4/198.51.100.7/tcp/4001'] }],
  relaying: false,
  connections: [
    {
      ...{ ...alan, direction: 'outbound', openedAt: at },
      ...{ remoteAddress: '/ip4/203.0.113.9/tcp/4001', relayed: false, punched: true },
    },
  ],
}

const topology: AnswerOf<'topology'> = {
  nodes: [
    { ...ada, self: true, connected: false, aggregate: 0 },
    { ...grace, self: false, connected: true, aggregate: 0.9 },
  ],
  edges: [{ from: ada.nodeId, to: grace.nodeId, kind: 'link', overlay: null, value: null }],
}

export const examples: Examples = {
  health: { asked: undefined, answer: { ok: true, version: '0.1.0' } },
  ready: {
    asked: undefined,
    answer: { ready: true, joined: true, storeWritable: true, caughtUp: true, why: [] },
  },
  metrics: { asked: undefined, answer: '# TYPE trustnet_height gauge\ntrustnet_height 42\n' },
  status: { asked: undefined, answer: status },
  reach: { asked: undefined, answer: reach },
  nodes: { asked: undefined, answer: { peers: [peer] } },
  node: { asked: { peer: 'grace' }, answer: { ...grace, self: false, peer, reputation } },
  resolve: { asked: { peer: 'grace' }, answer: grace },
  topology: { asked: undefined, answer: topology },
  ratings: { asked: { subject: 'grace', limit: 100 }, answer: ratings },
  history: { asked: { author: 'ada' }, answer: ratings },
  rate: {
    asked: { peer: 'grace', value: '0.9', overlay: 'social', reason: 'reliable', wait: 10 },
    answer: {
      ...{ author: ada, subject: grace, overlay: 'social', kind: 'trust', value: 0.9 },
      ...{ stars: null, reason: 'reliable', seq: 1, hash: rating.hash },
      successor: null,
      final: { height: 42, afterMs: 810 },
    },
  },
  reputation: { asked: { peer: 'grace' }, answer: reputation },
  committee: { asked: undefined, answer: committee },
  blocks: { asked: { limit: 1 }, answer: { blocks: [blockHead], next: 42 } },
  block: { asked: { height: 42 }, answer: block },
  trustGraph: { asked: { overlay: 'social', explain: 'grace' }, answer: trustGraph },
  routeTable: { asked: { overlay: 'social' }, answer: routeTable },
  trace: { asked: { key: 'photo of the moon' }, answer: route },
  lookup: { asked: { key: 'photo of the moon', routes: 4 }, answer: route },
  send: { asked: { key: alan.nodeId, text: 'hello' }, answer: route },
  values: { asked: { limit: 100 }, answer: heldValues },
  value: { asked: { key: 'news', of: 'ada' }, answer: value },
  putValue: { asked: { key: 'news', text, expires: 86_400 }, answer: valueReceipt },
  events: { asked: { kinds: 'rated,block' }, answer: { event: 'rated', at, rating } },
  succession: { asked: undefined, answer: succession },
  handOver: { asked: { transaction: '08'.repeat(201) }, answer: { ok: true } },
  stop: { asked: undefined, answer: { ok: true } },
  restart: { asked: undefined, answer: { ok: true } },
}
