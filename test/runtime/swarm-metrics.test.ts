// libp2p's own figures as a node tells them: each node its own, also where a process runs several.
import { expect, test } from 'vitest'
import { parseInvite } from '../../src/core/invite.ts'
import { SwarmMetrics } from '../../src/runtime/metrics/swarm-metrics.ts'
import { startNodeInMemory } from '../../src/runtime/running-node.ts'
import { until } from '../live/harness.ts'

/** Values by series, as a scrape reads them. */
function seriesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

test('two nodes in one process tell connections and bytes, each its own', async () => {
  const founder = await startNodeInMemory({})
  const guest = await startNodeInMemory({ join: parseInvite(founder.invite) })
  try {
    const figures = () =>
      Promise.all(
        [founder, guest].map(async ({ transport }) => seriesOf(await transport.figures())),
      )
    const bytes = (way: string) =>
      `libp2p_data_transfer_bytes_total{protocol="/trustnet/overlay/1.0.0 ${way}"}`
    const both = await until('both heard each other', figures, (told) =>
      told.every((one) => (one.get(bytes('received')) ?? 0) > 0),
    )
    for (const one of both) {
      expect(one.get(bytes('sent'))).toBeGreaterThan(0)
      expect(
        one.get('libp2p_data_transfer_bytes_total{protocol="global received"}'),
      ).toBeGreaterThan(one.get(bytes('received'))!)
      expect(one.get('libp2p_noise_encrypted_packets_total')).toBeGreaterThan(0)
      expect([...one].filter(([name]) => !name.startsWith('libp2p_'))).toEqual([])
    }
    const dials =
      'libp2p_connection_manager_dials_total{libp2p_connection_manager_dials_total="inbound"}'
    expect(both.map((one) => one.get(dials) ?? 0)).toEqual([expect.any(Number), 0])
    expect(both[0]!.get(dials)).toBeGreaterThan(0)
  } finally {
    await guest.stop()
    await founder.stop()
  }
})

test('every kind of figure that libp2p may ask for is told', async () => {
  const metrics = new SwarmMetrics()
  const text = async () => seriesOf(await metrics.text())
  const gauge = metrics.registerMetric('a.gauge-of:ours', { help: 'a help' })
  gauge.update(5)
  gauge.increment()
  gauge.decrement(2)
  const group = metrics.registerMetricGroup('group', { label: 'by kind' })
  group.update({ one: 7, two: 2 })
  group.increment({ one: true, two: 3 })
  group.decrement({ one: 4 })
  metrics.registerCounter('counter').increment(3)
  const counters = metrics.registerCounterGroup('counters')
  counters.increment({ x: true, y: 2 })
  metrics.registerHistogram('histogram', { buckets: [1, 10] }).observe(4)
  metrics.registerHistogramGroup('histograms', { label: 'what' }).observe({ a: 3 })
  metrics.registerSummary('summary', { percentiles: [0.5] }).observe(4)
  metrics.registerSummaryGroup('summaries', { label: 'what' }).observe({ a: 3 })
  expect(Object.fromEntries(await text())).toMatchObject({
    ...{ a_gauge_of_ours: 4, 'group{by_kind="one"}': 4, 'group{by_kind="two"}': 5 },
    ...{ counter: 3, 'counters{counters="x"}': 1, 'counters{counters="y"}': 2 },
    ...{ 'histogram_bucket{le="1"}': 0, 'histogram_bucket{le="10"}': 1, histogram_sum: 4 },
    ...{ 'histograms_sum{what="a"}': 3, 'summary{quantile="0.5"}': 4, summary_sum: 4 },
    ...{ 'summaries_sum{what="a"}': 3 },
  })
  group.timer('three')()
  expect((await text()).get('group{by_kind="three"}')).toBeGreaterThanOrEqual(0)
  gauge.reset()
  expect((await text()).get('a_gauge_of_ours')).toBe(0)
  expect(metrics.registerCounter('counter')).toBe(metrics.registerCounter('counter'))
})

test('what is counted anew at each reading is told as it is then, and no more', async () => {
  const metrics = new SwarmMetrics()
  let streams: Record<string, number> = { '/a': 2, '/b': 1 }
  metrics.registerMetricGroup('streams', { label: 'protocol', calculate: () => streams })
  let total = 5
  metrics.registerCounter('total', { calculate: async () => total })
  const told = async () => Object.fromEntries(seriesOf(await metrics.text()))
  expect(await told()).toEqual({
    ...{ 'streams{protocol="/a"}': 2, 'streams{protocol="/b"}': 1, total: 5 },
  })
  streams = { '/b': 3 }
  total = 9
  for (const _ of ['twice', 'the same'])
    expect(await told()).toEqual({ 'streams{protocol="/b"}': 3, total: 9 })
})
