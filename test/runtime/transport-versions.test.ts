// Peers of another version of the protocol: recognised by what they speak, told once, with what to do.
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { afterEach, expect, test } from 'vitest'
import { startNodeInMemory } from '../../src/runtime/running-node.ts'
import { Readiness } from '../../src/runtime/service/readiness.ts'
import { protocolName, protocols } from '../../src/runtime/transport/link.ts'
import { otherVersionIn, VersionsMet } from '../../src/runtime/transport/versions.ts'
import { until } from '../live/harness.ts'

const running: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
})

const spoken = (version: string): string[] =>
  protocols.map((protocol) => `/trustnet/${protocol}/${version}`)

test.each([
  ['our own version', protocols.map(protocolName), undefined],
  ['ours and a newer one', [...spoken('1.0.0'), ...spoken('2.0.0')], undefined],
  ['a newer one', ['/ipfs/id/1.0.0', ...spoken('1.0.1')], { version: '1.0.1', isNewer: true }],
  ['an older one', spoken('0.9.12'), { version: '0.9.12', isNewer: false }],
  [
    'several others',
    [...spoken('0.1.0'), ...spoken('3.10.0'), ...spoken('3.9.0')],
    {
      ...{ version: '3.10.0', isNewer: true },
    },
  ],
  ['nothing of trustnet', ['/ipfs/ping/1.0.0'], undefined],
  ['the genesis alone, as joiners do', ['/trustnet/genesis/1.0.0'], undefined],
  [
    'nonsense',
    ['/trustnet/overlay/9', '/trustnet/overlay/99999.0.0', '/trustnet/x/2.0.0'],
    undefined,
  ],
])('a peer that speaks %s is told so', (_, names, other) => {
  expect(otherVersionIn(names)).toEqual(other)
})

test('each version is told once, and few are remembered', () => {
  const met = new VersionsMet()
  const version = (n: number) => ({ version: `${n}.0.0`, isNewer: true })
  expect([met.isNew(version(2)), met.isNew(version(2))]).toEqual([true, false])
  for (let n = 3; n < 100; n++) met.isNew(version(n))
  expect(met.advice()).toHaveLength(8)
  expect(met.advice()[0]).toContain("run 'trustnet update'")
})

test('a node says once in its log that a peer is newer, and why in its readiness', async () => {
  const said: string[] = []
  const node = await startNodeInMemory({ log: (_, what) => void said.push(what) })
  running.push(node)
  const newer = await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    services: { identify: identify() },
  })
  running.push(newer)
  for (const protocol of spoken('2.0.0')) await newer.handle(protocol, () => {})
  const at = multiaddr(`${node.transport.addresses()[0]}/p2p/${node.peerId}`)
  const advice =
    "Peers speak version 2.0.0 of the protocol, this node 1.0.0: run 'trustnet update'."
  let met = 0
  const meet = node.met.bind(node)
  node.met = (other) => {
    meet(other)
    met += 1
  }
  for (const round of [1, 2]) {
    const connection = await newer.dial(at)
    await until(
      'it was met again',
      () => met,
      (times) => times === round,
    )
    await connection.close()
  }
  expect(said.filter((what) => what === advice)).toHaveLength(1)
  expect((await new Readiness(node).view()).why).toContain(advice)
})
