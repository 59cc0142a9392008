// Every metric of a node, declared once: the registry, the table in docs/metrics.md and the check of
// the Grafana dashboard follow from this. Names as Prometheus wants them: base units, `_total` on
// counters. https://prometheus.io/docs/practices/naming/

export interface MetricDeclaration {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels?: readonly string[]
  /** Upper ends, ascending. */
  readonly buckets?: readonly number[]
}

const counter = (help: string, ...labels: string[]) =>
  ({ kind: 'counter', help, labels }) satisfies MetricDeclaration
const gauge = (help: string, ...labels: string[]) =>
  ({ kind: 'gauge', help, labels }) satisfies MetricDeclaration
const histogram = (help: string, buckets: readonly number[], ...labels: string[]) =>
  ({ kind: 'histogram', help, buckets, labels }) satisfies MetricDeclaration

/** Seconds of a lookup: one hop on a LAN is a millisecond, the router gives up after some seconds. */
const lookupSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Seconds between blocks: a batch takes a few hundred milliseconds, an idle chain some seconds. */
const blockSeconds = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 40, 60, 120]

/** Seconds of an answer of the API. */
const answerSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

export const catalogue = {
  // The node
  trustnet_info: gauge(
    'Always 1; what the node is stands in the labels.',
    ...['version', 'node_id', 'chain_id', 'routing', 'router', 'store'],
  ),
  trustnet_ready: gauge('1 while /readyz says yes.'),
  trustnet_joined: gauge('1 since the node has found its place among its peers.'),

  // The chain
  trustnet_height: gauge('Height of the latest finalized block.'),
  trustnet_block_age_seconds: gauge(
    'Seconds since the time of the latest block; 0 before the first.',
  ),
  trustnet_block_interval_seconds: histogram(
    'Seconds between two blocks as seen here.',
    blockSeconds,
  ),
  trustnet_blocks_total: counter('Blocks finalized since the start.'),
  trustnet_transactions_total: counter('Transactions in those blocks.'),
  trustnet_transactions_refused_total: counter('Transactions that the pool refused.', 'code'),
  trustnet_round: gauge('The round of the height that is being decided; above 0 one failed.'),
  trustnet_rounds_total: counter('Rounds entered.'),
  trustnet_rounds_failed_total: counter(
    'Rounds that ended without a block, of heights decided since the start.',
  ),
  trustnet_votes_received_total: counter('Votes of members that counted.', 'kind'),
  trustnet_votes_signed_total: counter(
    'Commits of blocks since the start that hold the vote of this node.',
  ),
  trustnet_votes_missed_total: counter(
    'Commits without the vote of this node while it had a seat.',
  ),
  trustnet_equivocations_total: counter('Members that were seen to sign two things.'),
  trustnet_catching_up: gauge('1 while peers are ahead and this node fetches blocks.'),
  trustnet_committee_size: gauge('Seats of the committee.'),
  trustnet_committee_member: gauge('1 while this node has a seat.'),
  trustnet_committee_spare: gauge('Members that may fail while blocks are still made.'),
  trustnet_epoch: gauge('Number of the epoch.'),
  trustnet_registered_nodes: gauge('Nodes on record, by status.', 'status'),
  trustnet_pool_transactions: gauge('Transactions waiting for a block.'),
  trustnet_pool_bytes: gauge('Bytes of those.'),
  trustnet_transactions_unseen: gauge('Transactions of peers that wait to be looked at.'),
  trustnet_transactions_turned_away_total: counter('Transactions that found no room to wait.'),

  // Ratings
  trustnet_ratings_held: gauge('Entries of all Trustchains held here.'),
  trustnet_ratings_own: gauge('Entries of this node’s own Trustchain.'),
  trustnet_ratings_final: gauge('Entries that are in blocks.'),
  trustnet_forks_total: counter('Authors seen to sign two histories.', 'own'),

  // Peers
  trustnet_peers_known: gauge('Contacts on file.'),
  trustnet_links: gauge('Links that are up.'),
  trustnet_leaves: gauge('Peers in the leaf set.'),
  trustnet_links_kept: gauge(
    'Links kept beyond table and leaf set: 5 to 10 where there are so many peers, with the most trusted.',
  ),
  trustnet_connections: gauge('Links with a connection, by who dialled.', 'direction'),
  trustnet_queued_bytes: gauge('Bytes waiting to be sent, over all peers.'),
  trustnet_links_ended_total: counter('Links that ended.', 'why'),
  trustnet_peers_lost_total: counter('Neighbours that stopped answering.'),
  trustnet_messages_received_total: counter('Messages of peers.', 'protocol'),
  trustnet_messages_sent_total: counter('Messages handed to the transport.', 'protocol'),
  trustnet_messages_received_bytes_total: counter('Bytes of the messages received.', 'protocol'),
  trustnet_messages_sent_bytes_total: counter('Bytes of the messages sent.', 'protocol'),
  trustnet_messages_refused_total: counter(
    'Messages that were refused: malformed (no message of the protocol) or broke-rule (a message that its sender may not send).',
    'reason',
  ),

  // Routing
  trustnet_lookups_total: counter('Lookups and sends asked of this node.', 'outcome'),
  trustnet_lookup_seconds: histogram('Seconds until those were answered.', lookupSeconds),
  trustnet_lookup_hops: histogram('Hops of those that arrived.', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
  trustnet_delivered_total: counter('Messages for keys that this node roots.'),

  // Values kept for the network
  trustnet_values_held: gauge('Values held here.'),
  trustnet_values_held_bytes: gauge('Bytes of those.'),
  trustnet_values_errands: gauge('Puts and gets of this node under way.'),
  trustnet_values_repairs: gauge('Copies that this node is fetching, or waits to fetch.'),

  // The store
  trustnet_store_batches_total: counter('Synced batches written.'),
  trustnet_store_writes_total: counter('Keys written in those.'),
  trustnet_store_bytes_total: counter('Bytes of the values written.'),
  trustnet_store_seconds_total: counter('Seconds spent waiting for the disk.'),
  trustnet_store_memory_bytes: gauge(
    'Memory of the store outside of the heap: writes that gather, cached blocks.',
  ),

  // The API
  trustnet_api_requests_total: counter('Requests answered.', 'endpoint', 'status'),
  trustnet_api_seconds: histogram('Seconds until requests were answered.', answerSeconds),
  trustnet_api_connections: gauge('HTTP connections that are open.'),
  trustnet_api_listeners: gauge('Listeners to events.'),

  // The process
  trustnet_process_start_time_seconds: gauge(
    'When the node started, seconds since the Unix epoch.',
  ),
  trustnet_process_cpu_seconds_total: counter('Processor time.', 'mode'),
  trustnet_process_resident_memory_bytes: gauge('Memory that is in RAM.'),
  trustnet_process_heap_bytes: gauge('JavaScript heap in use.'),
  trustnet_process_external_bytes: gauge('Memory outside of the heap, buffers mostly.'),
  trustnet_process_open_files: gauge(
    'Open file descriptors; missing where the system does not tell.',
  ),
  trustnet_event_loop_lag_seconds: gauge(
    'How late the event loop was since the last scrape, by quantile.',
    'quantile',
  ),
} as const satisfies Record<string, MetricDeclaration>

export type MetricName = keyof typeof catalogue
