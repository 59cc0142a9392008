// The metrics of a running node: counts its events as they happen, and reads the rest of the machine
// when somebody asks.
import type { NodeEvent } from '../../node/node-ports.ts'
import { finalEntries, spareOf } from '../chain/ledger-views.ts'
import type { RunningNode } from '../running-node.ts'
import { ChainMetrics } from './chain-metrics.ts'
import type { Tally } from './meter.ts'
import { ProcessMetrics } from './process-metrics.ts'
import { MetricRegistry } from './registry.ts'

/** What a route came to, as far as it is counted. */
interface Routed {
  readonly delivered: boolean
  readonly hops: readonly unknown[]
}

/** Open connections and listeners of the API. */
export interface ApiLoad {
  readonly connections: number
  readonly listeners: number
}

export class NodeMetrics {
  readonly #node: RunningNode
  readonly #registry = new MetricRegistry()
  readonly #process: ProcessMetrics
  readonly #chain: ChainMetrics | undefined
  /** Malformed messages that were counted at the last scrape. */
  #malformedBefore = 0

  constructor(node: RunningNode) {
    this.#node = node
    this.#process = new ProcessMetrics(this.#registry, node.startedAt)
    const { ledger } = node.machine
    this.#chain = ledger && new ChainMetrics(this.#registry, ledger, node.nodeId)
    node.watch((event) => this.#saw(event))
    void node.ended.then(() => this.#process.close())
  }

  /** What stands in the labels of `trustnet_info`. */
  introduce(about: { readonly version: string; readonly router: string }): void {
    const { machine, network, nodeId, store } = this.#node
    this.#registry.set('trustnet_info', 1, {
      ...{ version: about.version, router: about.router, node_id: nodeId },
      ...{ chain_id: network.chainId, routing: machine.options.routing, store: store.engine },
    })
  }

  /** Counts a lookup or send around the doing of it. */
  async routing<R extends Routed>(route: () => Promise<R>): Promise<R> {
    const begun = performance.now()
    let outcome = 'failed'
    try {
      const routed = await route()
      outcome = routed.delivered ? 'delivered' : 'undelivered'
      if (routed.delivered) this.#registry.observe('trustnet_lookup_hops', routed.hops.length)
      return routed
    } finally {
      this.#registry.observe('trustnet_lookup_seconds', (performance.now() - begun) / 1_000)
      this.#registry.add('trustnet_lookups_total', 1, { outcome })
    }
  }

  /** An answer of the API left. @param path as declared */
  answered(path: string, status: number, ms: number): void {
    const labels = { endpoint: path === '' ? 'other' : path, status: String(status) }
    this.#registry.add('trustnet_api_requests_total', 1, labels)
    this.#registry.observe('trustnet_api_seconds', ms / 1_000)
  }

  /** Everything, as of now, in the text format of Prometheus. */
  async text(ready: boolean, load: ApiLoad | undefined): Promise<string> {
    const registry = this.#registry
    registry.set('trustnet_ready', ready)
    registry.set('trustnet_api_connections', load?.connections ?? 0)
    registry.set('trustnet_api_listeners', load?.listeners ?? 0)
    this.#collectPeers()
    this.#collectRatings()
    this.#collectValues()
    this.#collectChain()
    this.#collectMeter()
    this.#process.collect()
    return `${await registry.text()}${await this.#node.transport.figures()}`
  }

  #saw(event: NodeEvent): void {
    const registry = this.#registry
    switch (event.event) {
      case 'misbehaved':
        return registry.add('trustnet_messages_refused_total', 1, { reason: 'broke-rule' })
      case 'disconnected':
        return registry.add('trustnet_links_ended_total', 1, { why: event.why })
      case 'lost':
        return registry.add('trustnet_peers_lost_total')
      case 'forked':
        return registry.add('trustnet_forks_total', 1, { own: String(event.own) })
      case 'delivered':
        return registry.add('trustnet_delivered_total')
      default:
        this.#chain?.saw(event, performance.now())
    }
  }

  #collectPeers(): void {
    const { machine, transport } = this.#node
    const registry = this.#registry
    registry.set('trustnet_joined', machine.membership.joined)
    registry.set('trustnet_peers_known', [...machine.contacts.all()].length)
    registry.set('trustnet_links', machine.links.size)
    registry.set('trustnet_leaves', machine.routing.leaves().length)
    registry.set('trustnet_links_kept', this.#node.kept.up.length)
    const connections = transport.connections()
    for (const direction of ['inbound', 'outbound'] as const) {
      const count = connections.filter((one) => one.direction === direction).length
      registry.set('trustnet_connections', count, { direction })
    }
    const queued = connections.reduce((sum, { queuedBytes }) => sum + queuedBytes, 0)
    registry.set('trustnet_queued_bytes', queued)
  }

  #collectValues(): void {
    const { values, bytes, errands, repairs } = this.#node.machine.values.counts()
    this.#registry.set('trustnet_values_held', values)
    this.#registry.set('trustnet_values_held_bytes', bytes)
    this.#registry.set('trustnet_values_errands', errands)
    this.#registry.set('trustnet_values_repairs', repairs)
  }

  #collectRatings(): void {
    const { machine, nodeId } = this.#node
    const { trustchains } = machine.trustchain
    this.#registry.set('trustnet_ratings_held', trustchains.entriesHeld)
    this.#registry.set('trustnet_ratings_own', trustchains.head(nodeId).seq)
    if (machine.ledger !== undefined)
      this.#registry.set('trustnet_ratings_final', finalEntries(trustchains, machine.ledger))
  }

  #collectChain(): void {
    const { machine, nodeId } = this.#node
    if (machine.finality === undefined) return
    const { ledger, consensus } = machine.finality
    const registry = this.#registry
    const { height, time, committee, epoch } = ledger
    registry.set('trustnet_height', height)
    const ageMs = height === 0 ? 0 : Math.max(0, Date.now() - time)
    registry.set('trustnet_block_age_seconds', ageMs / 1_000)
    registry.set('trustnet_round', consensus.engine.round)
    registry.set('trustnet_catching_up', consensus.isCatchingUp)
    registry.set('trustnet_committee_size', committee.size)
    registry.set('trustnet_committee_member', committee.has(nodeId))
    registry.set('trustnet_committee_spare', spareOf(committee.members.map(({ power }) => power)))
    registry.set('trustnet_epoch', epoch.number)
    registry.set('trustnet_pool_transactions', consensus.pool.size)
    registry.set('trustnet_pool_bytes', consensus.pool.bytes)
    registry.set('trustnet_transactions_unseen', consensus.door.waiting)
    registry.total('trustnet_transactions_turned_away_total', [[{}, consensus.door.turnedAway]])
    const statuses = { ACTIVE: 0, INACTIVE: 0, BANNED: 0 }
    for (const { status } of ledger.nodes()) statuses[status] += 1
    for (const [status, count] of Object.entries(statuses))
      registry.set('trustnet_registered_nodes', count, { status })
  }

  #collectMeter(): void {
    const { received, receivedBytes, sent, sentBytes, malformed, store } = this.#node.meter
    const registry = this.#registry
    registry.total('trustnet_messages_received_total', byProtocol(received))
    registry.total('trustnet_messages_received_bytes_total', byProtocol(receivedBytes))
    registry.total('trustnet_messages_sent_total', byProtocol(sent))
    registry.total('trustnet_messages_sent_bytes_total', byProtocol(sentBytes))
    registry.total('trustnet_store_batches_total', [[{}, store.batches]])
    registry.total('trustnet_store_writes_total', [[{}, store.writes]])
    registry.total('trustnet_store_bytes_total', [[{}, store.bytes]])
    registry.total('trustnet_store_seconds_total', [[{}, store.seconds]])
    registry.set('trustnet_store_memory_bytes', this.#node.store.memoryBytes())
    registry.add('trustnet_messages_refused_total', malformed - this.#malformedBefore, {
      reason: 'malformed',
    })
    this.#malformedBefore = malformed
  }
}

const byProtocol = (tally: Tally) =>
  [...tally.entries()].map(([protocol, count]) => [{ protocol }, count] as const)
