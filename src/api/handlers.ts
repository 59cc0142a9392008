// What stands between an endpoint and the node: reads values and keys to the digit, finds the peers
// that were named, pages. One function for each endpoint with a JSON answer. Over HTTP what is asked
// was checked against its schema before; an embedding program asks here at once, so what would do harm
// unchecked is judged here or behind.
import { unhex } from '../core/bytes.ts'
import { Failure } from '../core/failure.ts'
import { peerIdOf, type RingKey, ringKeyOf } from '../core/id.ts'
import { payloadBytesMax } from '../core/limits.ts'
import { framed } from '../core/topic-frame.ts'
import { parseTrust } from '../core/trust.ts'
import { type ChainService, noChainStatus, waitSecondsMax } from './chain-service.ts'
import type { AnswerOf, AskedOf, CallName } from './endpoints.ts'
import { blocksPerPageMax, ratingsPerPageMax, valuesPerPageMax } from './page-sizes.ts'
import { payloadOf } from './payload.ts'
import type { NodeService, RatingView, RouteRequest } from './service.ts'
import { getValue, putValue } from './value-handlers.ts'

export type Handlers = {
  readonly [N in CallName]: (asked: AskedOf<N>) => AnswerOf<N> | Promise<AnswerOf<N>>
}

export function handlersOf(service: NodeService): Handlers {
  return {
    health: async () => ({ ok: true, version: (await service.status()).version }),
    status: async () => ({
      ...(await service.status()),
      ...(service.chain?.status() ?? noChainStatus),
    }),
    ready: () => service.readiness(),
    metrics: () => service.metrics(),
    reach: () => service.reach(),
    nodes: async () => ({ peers: byId(await service.peers()) }),
    node: ({ peer }) => nodeDetail(service, peer),
    async resolve({ peer }) {
      const { nodeId, publicKey, owner } = await service.resolve(peer)
      return { nodeId, peerId: publicKey === null ? null : peerIdOf(publicKey), owner }
    },
    topology: () => service.topology(),
    ratings: (asked) => pageOf(service, asked, false),
    history: (asked) => pageOf(service, asked, true),
    rate: (asked) => rate(service, asked),
    reputation: async ({ peer }) =>
      chainOf(service).reputation((await service.resolve(peer)).nodeId),
    succession: () => chainOf(service).succession(),
    async handOver({ transaction }) {
      await service.handOver(unhex(transaction))
      return { ok: true }
    },
    committee: () => chainOf(service).committee(),
    blocks: (asked) => blockPage(chainOf(service), asked),
    block: ({ height }) => chainOf(service).block(height === 'latest' ? undefined : height),
    trustGraph: (asked) => trustGraph(service, asked),
    routeTable: ({ overlay }) => service.routeTable({ overlay }),
    trace: (asked) => service.route(routeOf(asked), undefined),
    lookup: (asked) => service.route(routeOf(asked), undefined),
    send: (asked) => service.route(routeOf(asked), payloadToSend(asked)),
    values: ({ after, limit = valuesPerPageMax }) =>
      service.values.held(after as RingKey | undefined, Math.min(limit, valuesPerPageMax)),
    value: (asked) => getValue(service, asked),
    putValue: (asked) => putValue(service, asked),
    stop() {
      service.stop()
      return { ok: true }
    },
    restart() {
      service.restart()
      return { ok: true }
    },
  }
}

const byId = <P extends { readonly nodeId: string }>(peers: readonly P[]): P[] =>
  [...peers].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))

async function nodeDetail(service: NodeService, name: string): Promise<AnswerOf<'node'>> {
  const { nodeId, publicKey, owner, isSelf } = await service.resolve(name)
  const peer = (await service.peers()).find((one) => one.nodeId === nodeId)
  return {
    ...{ nodeId, peerId: publicKey === null ? null : peerIdOf(publicKey), owner, self: isSelf },
    peer: peer ?? null,
    reputation: service.chain?.reputation(nodeId) ?? null,
  }
}

/** @throws Failure `chain/none` */
function chainOf({ chain }: NodeService): ChainService {
  if (chain === undefined) throw new Failure('chain/none', {})
  return chain
}

async function rate(service: NodeService, asked: AskedOf<'rate'>): Promise<AnswerOf<'rate'>> {
  const given = givenIn(asked)
  const { nodeId, publicKey, isSelf } = await service.resolve(asked.peer)
  if (isSelf) throw new Failure('trust/own-id', { nodeId })
  if (publicKey === null) throw new Failure('peer/key-unknown', { nodeId })
  const { overlay, reason, wait } = asked
  // Before anything is signed: who wants to wait for a block and cannot shall not have rated.
  if (wait !== undefined && !(Number.isInteger(wait) && wait >= 1 && wait <= waitSecondsMax))
    throw new Failure('api/bad-request', {
      why: `wait is a whole number of seconds from 1 to ${waitSecondsMax}`,
    })
  const chain = wait === undefined ? undefined : chainOf(service)
  const begun = performance.now()
  const receipt = await service.rate({ subject: publicKey, overlay, reason, ...given })
  const successor = service.chain?.successorOf(nodeId) ?? null
  if (chain === undefined || wait === undefined) return { ...receipt, successor, final: null }
  const height = await chain.finalAt(receipt.seq, wait)
  return {
    ...receipt,
    successor,
    final: { height, afterMs: Math.round(performance.now() - begun) },
  }
}

/** Trust or stars, one of them. */
function givenIn({ value, stars, category }: AskedOf<'rate'>) {
  if ((value === undefined) === (stars === undefined))
    throw new Failure('api/bad-request', { why: 'a rating has a value or stars, one of them' })
  if (stars !== undefined) return { stars, category: category ?? 'reliability' }
  if (category !== undefined)
    throw new Failure('api/bad-request', { why: 'a category belongs to stars, not to a value' })
  return { value: parseTrust(value ?? '') }
}

async function blockPage(
  chain: ChainService,
  { before, limit = 20 }: AskedOf<'blocks'>,
): Promise<AnswerOf<'blocks'>> {
  const blocks = await chain.blocks(before, Math.min(limit, blocksPerPageMax))
  const last = blocks.at(-1)
  return { blocks, next: last === undefined || last.height === 1 ? null : last.height }
}

async function trustGraph(
  service: NodeService,
  { overlay, aggregate, root, explain }: AskedOf<'trustGraph'>,
): Promise<AnswerOf<'trustGraph'>> {
  if (aggregate === true && overlay !== undefined)
    throw new Failure('api/bad-request', { why: 'overlay and aggregate exclude each other' })
  return service.trustGraph({
    overlay: aggregate === true ? null : overlay,
    root: await idOf(service, root),
    explain: await idOf(service, explain),
  })
}

const idOf = async (service: NodeService, name: string | undefined): Promise<string | undefined> =>
  name === undefined ? undefined : (await service.resolve(name)).nodeId

const routeOf = (asked: AskedOf<'trace'>): RouteRequest => ({
  key: ringKeyOf(asked.key),
  overlay: asked.overlay,
  routes: asked.routes,
  fallback: asked.fallback,
})

function payloadToSend(asked: AskedOf<'send'>): Uint8Array {
  const bytes = framed(asked.topic, payloadOf(asked))
  if (bytes.length > payloadBytesMax)
    throw new Failure('api/too-large', { bytesMax: payloadBytesMax })
  return bytes
}

/** Where an entry stands among all: by author, then by sequence number. */
const cursorOf = (rating: RatingView): string =>
  `${rating.author.nodeId}/${String(rating.seq).padStart(10, '0')}`

async function pageOf(
  service: NodeService,
  { author, subject, overlay, limit = 200, after }: AskedOf<'ratings'>,
  history: boolean,
): Promise<AnswerOf<'ratings'>> {
  const filter = {
    author: await idOf(service, author),
    subject: await idOf(service, subject),
    overlay,
  }
  const [id = '', seq = ''] = after?.split('/') ?? []
  const from = after === undefined ? '' : `${id}/${seq.padStart(10, '0')}`
  const rest = [...(await service.ratings(filter, history))]
    .map((rating) => ({ rating, at: cursorOf(rating) }))
    .filter(({ at }) => at > from)
    .sort((a, b) => (a.at < b.at ? -1 : 1))
  const page = rest.slice(0, Math.min(limit, ratingsPerPageMax))
  return {
    ratings: page.map(({ rating }) => rating),
    next: rest.length > page.length ? (page.at(-1)?.at ?? null) : null,
  }
}
