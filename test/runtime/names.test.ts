// Whom a running node takes a text for: a PeerId, a node id, its beginning where that is one peer's alone.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Trust } from '../../src/core/trust.ts'
import { type RunningNode, startNodeInMemory } from '../../src/runtime/running-node.ts'
import { LiveNodeService } from '../../src/runtime/service/node-service.ts'
import { type Member, member } from '../api/members.ts'

let node: RunningNode
let service: LiveNodeService
beforeAll(async () => {
  node = await startNodeInMemory({ owner: 'ada' })
  service = new LiveNodeService(node, { router: 'trust', version: '0.1.0' })
})
afterAll(() => node.stop())

/** Two whose ids begin with the same four digits, and differ in the fifth. */
function twins(): readonly [Member, Member] {
  const met = new Map<string, Member>()
  for (let i = 0; ; i++) {
    const one = member(`twin ${i}`)
    const other = met.get(one.nodeId.slice(0, 4))
    if (other !== undefined && other.nodeId[4] !== one.nodeId[4]) return [other, one]
    met.set(one.nodeId.slice(0, 4), one)
  }
}

test('the beginning of an id is a name while it is one peer alone', async () => {
  const [one, other] = twins()
  const begins = one.nodeId.slice(0, 4)
  const rate = ({ publicKey }: Member) =>
    node.command({
      ...{ command: 'rate', overlay: 'social', subject: publicKey, value: 500_000 as Trust },
    })
  await rate(one)
  for (const text of [begins, begins.toUpperCase(), one.nodeId, one.peerId])
    expect(service.resolve(text)).toMatchObject({ nodeId: one.nodeId, isSelf: false })
  // Under four digits anything would be somebody's.
  expect(() => service.resolve(begins.slice(0, 3))).toThrow(
    expect.objectContaining({ code: 'peer/unknown' }),
  )
  await rate(other)
  expect(() => service.resolve(begins)).toThrow(
    expect.objectContaining({
      code: 'peer/ambiguous',
      facts: { name: begins, matches: [one.nodeId, other.nodeId].sort() },
    }),
  )
  expect(service.resolve(other.nodeId.slice(0, 5))).toMatchObject({ nodeId: other.nodeId })
})
