// A node that was off when the network banned it: every gate is shut to it, so no block tells it why.
// Asked in passing, whoever refuses it says so.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'
import { parseInvite } from '../../src/core/invite.ts'
import { askStanding } from '../../src/runtime/chain/told-standing.ts'
import { type RunningNode, startNode } from '../../src/runtime/running-node.ts'
import { LiveNodeService } from '../../src/runtime/service/node-service.ts'
import { askInPassing } from '../../src/runtime/transport/passing.ts'
import { createTransport } from '../../src/runtime/transport/transport.ts'
import { until } from '../live/harness.ts'
import { keyOf, seedOf } from './transport-party.ts'

const undone: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of undone.splice(0).reverse()) await undo()
})

const started = async (...args: Parameters<typeof startNode>): Promise<RunningNode> => {
  const node = await startNode(...args)
  undone.push(() => node.stop())
  return node
}

const statusOf = (node: RunningNode) =>
  new LiveNodeService(node, { router: 'trust', version: '0.0.0' }).chain!.status()

test('who was banned while it was off hears from those who refuse it that it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trustnet-told-'))
  undone.push(() => rm(folder, { recursive: true }))
  const settings = { engine: 'classic-level' } as const
  const founder = await started({ ...settings, home: join(folder, 'founder') })
  const guest = { ...settings, home: join(folder, 'guest'), join: parseInvite(founder.invite) }
  const before = await started(guest)
  const { nodeId, publicKey } = before
  const recorded = () => founder.machine.ledger!.node(nodeId)
  await until(
    'the guest is on record, and knows it',
    () => statusOf(before),
    ({ own }) => own?.status === 'ACTIVE',
  )
  expect(statusOf(before).ownToldBy).toBeNull()
  await before.stop()
  const stars = { command: 'rate', overlay: 'social', category: 'honesty', stars: 1 } as const
  await founder.command({ ...stars, subject: publicKey })
  await until('the ban', recorded, (record) => record?.status === 'BANNED')
  await until(
    'the gate is shut',
    () => founder.machine.refuses(nodeId),
    (shut) => shut,
  )

  const said: string[] = []
  const log = (_: string, what: string) => void said.push(what)
  const after = await started({ ...settings, home: guest.home, log })
  const status = () => statusOf(after)
  await until('it hears of its ban', status, ({ own }) => own?.status === 'BANNED')
  expect(status()).toMatchObject({
    own: { reputation: 0, banBelow: 10, healAbove: 20 },
    ownToldBy: expect.stringContaining(`/p2p/${founder.peerId}`),
  })
  expect(after.machine.ledger!.node(nodeId)?.status).toBe('ACTIVE')
  expect(said).toContain('nobody is linked with it; how the network takes it')

  const address = `${founder.transport.addresses()[0]}/p2p/${founder.peerId}`
  expect(await askStanding(address, founder.nodeId)).toMatchObject({
    own: { status: 'ACTIVE', reputation: null },
  })
  const nobody = 'ab'.repeat(16) as NodeId
  expect(await askStanding(address, nobody)).toMatchObject({ own: { status: null } })
  for (const says of [new Uint8Array(3), new Uint8Array(17)])
    await expect(
      askInPassing(address, { protocol: 'standing', says, timeoutMs: 5_000, bytesMax: 100 }),
    ).rejects.toThrow()
})

test('a lie about a ban, however far ahead its height, is forgotten once the node is among its peers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trustnet-lie-'))
  undone.push(() => rm(folder, { recursive: true }))
  const settings = { engine: 'classic-level' } as const
  const [home, other] = [join(folder, 'founder'), join(folder, 'guest')]
  const founder = await started({ ...settings, home })
  const guest = await started({ ...settings, home: other, join: parseInvite(founder.invite) })
  await until(
    'the guest is on record, and knows it',
    () => statusOf(guest),
    ({ own }) => own?.status === 'ACTIVE',
  )
  await guest.stop()
  await founder.stop()

  const lie = { schemaVersion: 1, height: 1e12, status: 'BANNED', reputation: 0, warned: true }
  const lines = { convicted: false, warnBelow: 30, banBelow: 10, healAbove: 20 }
  const ignore = () => {}
  const liar = await createTransport({
    ...{ seed: seedOf(9), chainId: founder.network.chainId },
    ports: {
      ...{ contactOf: () => undefined, refuses: (node) => node === guest.nodeId },
      ...{ onMessage: ignore, onConnected: ignore, onDropped: ignore },
      standingOf: () => utf8(JSON.stringify({ ...lie, ...lines })),
    },
  })
  undone.push(() => liar.stop())
  const { genesisHash } = founder.network
  const lured = { addresses: liar.addresses(), publicKey: keyOf(9), genesisHash }
  const again = await started({ ...settings, home: other, join: lured })
  const status = () => statusOf(again)
  await until('it hears the lie', status, ({ own }) => own?.status === 'BANNED')
  await started({ ...settings, home })
  await until(
    'it goes by its own chain again',
    () => ({ told: status().ownToldBy, joined: again.machine.membership.joined }),
    ({ told, joined }) => joined && told === null,
  )
  expect(status().own?.status).toBe('ACTIVE')
})
