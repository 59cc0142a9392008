// A real node that stops hands its values over on the way out, over libp2p, and is not held up by it.
import { afterAll, expect, test } from 'vitest'
import { handOverMsMax, holdersWanted } from '../../overlay/values/limits.ts'
import type { RingKey } from '../../src/core/id.ts'
import { parseInvite } from '../../src/core/invite.ts'
import { contentKeyOf } from '../../src/core/value-key.ts'
import { type RunningNode, startNodeInMemory } from '../../src/runtime/running-node.ts'
import { until } from '../live/harness.ts'

const nodes: RunningNode[] = []
afterAll(() => Promise.all(nodes.map((node) => node.stop())))

const holders = (key: RingKey): RunningNode[] =>
  nodes.filter((node) => node.machine.values.shelf.get(key, Date.now()) !== undefined)

test('its values have their eight copies when it is gone', async () => {
  const first = await startNodeInMemory({ routing: 'pastry' })
  nodes.push(first)
  const join = parseInvite(first.invite)
  while (nodes.length < holdersWanted + 2)
    nodes.push(await startNodeInMemory({ routing: 'pastry', join }))
  await until(
    'everybody has everybody in the leaf set',
    () => Math.min(...nodes.map(({ machine }) => machine.routing.leaves().length)),
    (least) => least === nodes.length - 1,
  )
  const texts = Array.from({ length: 12 }, (_, i) => Buffer.from(`value ${i}`))
  for (const bytes of texts)
    expect(await first.command({ command: 'put-value', bytes })).toMatchObject({ ok: true })
  const keys = texts.map((bytes) => contentKeyOf(bytes))
  await until(
    'eight copies of each',
    () => Math.min(...keys.map((key) => holders(key).length)),
    (least) => least >= holdersWanted,
  )
  const leaver = holders(keys[0]!).find((node) => node !== first)!
  const begun = performance.now()
  await leaver.stop()
  nodes.splice(nodes.indexOf(leaver), 1)
  // A loaded machine may stand still for a while; without the bound it would wait for ever.
  expect(performance.now() - begun).toBeLessThan(handOverMsMax + 10_000)
  for (const key of keys) expect(holders(key).length).toBeGreaterThanOrEqual(holdersWanted)
}, 120_000)
