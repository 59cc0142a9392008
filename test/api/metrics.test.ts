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
    expect(names.filter((name) => !seriesNames.has(name))).toEqual([])
    expect([...(await scrape()).values()].filter((value) => !Number.isFinite(value))).toEqual([])
  })

  test('counts blocks, ratings, votes, lookups, writes and requests', async () => {
    const { height } = await api.status()
    const told = await scrape()
    const value = (series: string): number => told.get(series) ?? Number.NaN
    expect(value('trustnet_height')).toBeGreaterThanOrEqual(height!)
    expect(value('trustnet_blocks_total')).toBeGreaterThanOrEqual(1)
    expect(value('trustnet_transactions_total')).toBeGreaterThanOrEqual(1)
    expect(value('trustnet_rounds_total')).toBeGreaterThanOrEqual(1)
    expect(value('trustnet_votes_missed_total')).toBe(0)
    expect(value('trustnet_ratings_own')).toBe(1)
    expect(value('trustnet_ratings_final')).toBe(1)
    expect(value('trustnet_committee_member')).toBe(1)
    expect(value('trustnet_lookups_total{outcome="delivered"}')).toBe(1)
    expect(value('trustnet_lookup_seconds_count')).toBe(1)
    expect(value('trustnet_store_writes_total')).toBeGreaterThan(0)
    expect(value('trustnet_store_seconds_total')).toBeGreaterThan(0)
    expect(value('trustnet_joined')).toBe(1)
    expect(value('trustnet_ready')).toBe(1)
    const refused = 'trustnet_api_requests_total{endpoint="/v1/resolve",status="404"}'
    expect(value(refused)).toBe(1)
    expect(value('trustnet_process_resident_memory_bytes')).toBeGreaterThan(1e7)
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
  test.each(Object.entries(pages))('docs/%s is current', (page, table) => {
    const text = docs(page)
    expect(text).toBe(current(text, table()))
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
