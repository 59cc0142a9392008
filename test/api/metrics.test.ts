// The metrics of a real node, alone in its network: they are all there, they count, and the pages
// and the dashboard that tell of them name none that does not exist.
import { readFileSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { current, pages } from '../../bench/reference.ts'
import { type ApiClient, apiClient } from '../../src/api/client.ts'
import { readConnection } from '../../src/api/connection-file.ts'
import { catalogue, type MetricDeclaration } from '../../src/runtime/metrics/catalogue.ts'
import { seriesNames } from '../../src/runtime/metrics/table.ts'
import { type Served, serveNode } from '../../src/runtime/serve.ts'
import { Readiness } from '../../src/runtime/service/readiness.ts'
import { member } from './members.ts'

const docs = (file: string): string =>
  readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8')

describe('a node', () => {
  let home: string
  let served: Served
  let api: ApiClient

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'trustnet-metrics-'))
    served = await serveNode({ home, engine: 'classic-level' }, { router: 'trust', port: 0 })
    api = apiClient((await readConnection(home))!)
    await api.rate({ peer: member('bob').peerId, value: '0.5', wait: 30 })
    await api.lookup({ key: 'anything' })
    await expect(api.resolve({ peer: 'nobody' })).rejects.toMatchObject({ code: 'peer/unknown' })
  })

  afterAll(async () => {
    await served.node.stop()
    await served.ended
    await rm(home, { recursive: true })
  })

  /** Values by series name and labels. */
  async function scrape(): Promise<Map<string, number>> {
    const lines = (await api.metrics()).split('\n').filter((line) => /^[a-z]/.test(line))
    return new Map(
      lines.map((line) => [
        line.slice(0, line.lastIndexOf(' ')),
        Number(line.slice(line.lastIndexOf(' ') + 1)),
      ]),
    )
  }

  test('tells every metric of the catalogue, with its kind and help, and no other', async () => {
    const text = await api.metrics()
    for (const [name, { kind, help }] of Object.entries(catalogue) as [string, MetricDeclaration][])
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`)
    const names = [...(await scrape()).keys()].map((series) => series.split('{')[0]!)
    expect(names.filter((name) => !seriesNames.has(name) && !name.startsWith('libp2p_'))).toEqual(
      [],
    )
    expect([...(await scrape()).values()].filter((value) => !Number.isFinite(value))).toEqual([])
  })

  test('counts every block, transaction and vote of a chain that it makes alone', async () => {
    const before = (await api.status()).height!
    const told = await scrape()
    const after = (await api.status()).height!
    const value = (series: string): number => told.get(series) ?? Number.NaN
    const height = value('trustnet_height')
    expect(height).toBeGreaterThanOrEqual(before)
    expect(height).toBeLessThanOrEqual(after)
    const { blocks } = await api.blocks({ limit: 100 })
    const counted = blocks.filter((block) => block.height <= height)
    const transactions = counted.reduce((sum, block) => sum + block.transactions, 0)
    expect({
      blocks: value('trustnet_blocks_total'),
      transactions: value('trustnet_transactions_total'),
      intervals: value('trustnet_block_interval_seconds_count'),
      // A commit stands in the next block.
      signed: value('trustnet_votes_signed_total'),
      missed: value('trustnet_votes_missed_total'),
      failed: value('trustnet_rounds_failed_total'),
      equivocations: value('trustnet_equivocations_total'),
    }).toEqual({
      ...{ blocks: counted.length, transactions, intervals: height - 1, signed: height - 1 },
      ...{ missed: 0, failed: 0, equivocations: 0 },
    })
    expect(transactions).toBeGreaterThanOrEqual(1)
    // The next height may have begun.
    for (const series of [
      'trustnet_rounds_total',
      'trustnet_votes_received_total{kind="prevote"}',
      'trustnet_votes_received_total{kind="precommit"}',
    ])
      expect([series, [0, 1].includes(value(series) - height)]).toEqual([series, true])
  })

  test('tells ratings, committee, peers and requests as they are', async () => {
    const { nodeId, chainId, startedAt, store } = await api.status()
    const told = await scrape()
    const info = [...told.keys()].find((series) => series.startsWith('trustnet_info{'))!
    for (const label of [`node_id="${nodeId}"`, `chain_id="${chainId}"`, `store="${store}"`])
      expect(info).toContain(label)
    const asked = (path: string, status: number): string =>
      `trustnet_api_requests_total{endpoint="${path}",status="${status}"}`
    const exact: Readonly<Record<string, number>> = {
      ...{ [info]: 1, trustnet_joined: 1, trustnet_ready: 1, trustnet_catching_up: 0 },
      ...{ trustnet_ratings_own: 1, trustnet_ratings_held: 1, trustnet_ratings_final: 1 },
      ...{ trustnet_committee_size: 1, trustnet_committee_member: 1, trustnet_committee_spare: 0 },
      ...{ 'trustnet_registered_nodes{status="ACTIVE"}': 1, trustnet_pool_transactions: 0 },
      ...{ trustnet_peers_known: 0, trustnet_links: 0, trustnet_leaves: 0, trustnet_epoch: 0 },
      trustnet_links_kept: 0,
      ...{ 'trustnet_lookups_total{outcome="delivered"}': 1, trustnet_lookup_seconds_count: 1 },
      ...{ trustnet_lookup_hops_sum: 0, trustnet_lookup_hops_count: 1 },
      ...{ [asked('/v1/ratings', 200)]: 1, [asked('/v1/route/lookup', 200)]: 1 },
      ...{ [asked('/v1/resolve', 404)]: 1, trustnet_api_listeners: 0 },
      trustnet_process_start_time_seconds: startedAt / 1_000,
    }
    const found = Object.keys(exact).map((series) => [series, told.get(series)])
    expect(Object.fromEntries(found)).toEqual(exact)
  })

  test('adds up what it writes, waits and takes', async () => {
    const told = await scrape()
    const value = (series: string): number => told.get(series) ?? Number.NaN
    const upSeconds = Date.now() / 1_000 - value('trustnet_process_start_time_seconds')
    const batches = value('trustnet_store_batches_total')
    const writes = value('trustnet_store_writes_total')
    // At least a batch a block, each with the block itself and its state.
    expect(batches).toBeGreaterThanOrEqual(value('trustnet_blocks_total'))
    expect(writes).toBeGreaterThan(batches)
    expect(value('trustnet_store_bytes_total')).toBeGreaterThan(writes)
    for (const series of ['trustnet_store_seconds_total', 'trustnet_lookup_seconds_sum']) {
      expect([series, value(series) > 0]).toEqual([series, true])
      expect(value(series)).toBeLessThan(upSeconds)
    }
    const [resident, heap] = ['resident_memory', 'heap'].map((part) =>
      value(`trustnet_process_${part}_bytes`),
    ) as [number, number]
    expect(heap).toBeGreaterThan(1e7)
    expect(resident).toBeGreaterThan(heap)
    const lags = ['0.5', '0.9', '0.99', '1'].map((quantile) =>
      value(`trustnet_event_loop_lag_seconds{quantile="${quantile}"}`),
    )
    expect(lags).toEqual(lags.toSorted((x, y) => x - y))
  })

  test('is ready while it can write, and says when it cannot', async () => {
    expect(await api.ready()).toEqual({
      ...{ ready: true, joined: true, storeWritable: true, caughtUp: true, why: [] },
    })
    const gone = `${home}-gone`
    await rename(home, gone)
    const readiness = await new Readiness(served.node).view()
    await rename(gone, home)
    expect(readiness).toMatchObject({ ready: false, joined: true, storeWritable: false })
    expect(readiness.why).toEqual([expect.stringContaining('ENOENT')])
  })

  test('asks its disk once in a while only, however often it is asked', async () => {
    const readiness = new Readiness(served.node)
    const first = await readiness.view()
    await rename(home, `${home}-gone`)
    const second = await readiness.view()
    await rename(`${home}-gone`, home)
    expect(second).toEqual(first)
  })
})

describe('what is written about metrics', () => {
  test.each(Object.entries(pages))('docs/%s is current', async (page, table) => {
    const text = docs(page)
    expect(text).toBe(current(text, await table()))
  })

  const expressions = (at: unknown): string[] =>
    Array.isArray(at)
      ? at.flatMap(expressions)
      : typeof at === 'object' && at !== null
        ? Object.entries(at).flatMap(([name, value]) =>
            (name === 'expr' || name === 'query') && typeof value === 'string'
              ? [value]
              : expressions(value),
          )
        : []

  test('the Grafana dashboard asks only for series that exist', () => {
    const asked = expressions(JSON.parse(docs('grafana/trustnet.json')))
    expect(asked.length).toBeGreaterThan(40)
    for (const expression of asked) {
      const names = expression.match(/\btrustnet_\w+/g) ?? []
      if (names.length === 0) expect(expression).toBe('prometheus')
      for (const name of names)
        expect([expression, seriesNames.has(name)]).toEqual([expression, true])
    }
  })

  test('so do the alarms of docs/metrics.md', () => {
    const named = docs('metrics.md').match(/`[^`]*\btrustnet_[^`]*`/g) ?? []
    const names = named.flatMap((code) => code.match(/\btrustnet_\w+/g) ?? [])
    expect(names.length).toBeGreaterThan(50)
    const known = new Set([...seriesNames, ...Object.keys(catalogue)])
    expect(names.filter((name) => !known.has(name))).toEqual([])
  })
})
