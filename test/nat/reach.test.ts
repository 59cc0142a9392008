// What a node believes about being dialled from the Internet: a yes that it could see, anybody's no,
// and nothing of those who see it from within its own network. Whether it is true is friends.suite.ts's.
import { noise } from '@chainsafe/libp2p-noise'
import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { describe, expect, test } from 'vitest'
import {
  askDialBack,
  DialBack,
  dialBackProtocol,
} from '../../src/runtime/transport/nat/dial-back.ts'
import { Reach } from '../../src/runtime/transport/nat/reach.ts'
import { peerIdTextOf } from '../runtime/transport-party.ts'

const seenAt = '/ip4/11.0.0.21/tcp/20123'

/** As much of a connection as tells who is at its other end. */
const connectionOf = (n: number, remote = `/ip4/11.0.0.${n}/tcp/4001`): Connection =>
  ({
    ...{ remotePeer: peerIdFromString(peerIdTextOf(n)), remoteAddr: multiaddr(remote) },
    ...{ status: 'open', limits: undefined, direction: 'inbound' },
  }) as unknown as Connection

/** How long a dial-back is waited for here. */
const patienceMs = 50

/** A node that listens on port 4001; peers answer as `answers` says by their number's address. */
function reachWith(answers: Readonly<Record<string, 'comes' | 'lies' | 'fails' | 'refuses'>>) {
  const asked: string[] = []
  let changed = Promise.withResolvers<void>()
  let changes = 0
  const reach = new Reach(
    {
      ask: async (connection, ports) => {
        const peer = connection.remoteAddr.toString()
        asked.push(peer)
        const answer = answers[peer]
        if (answer === 'refuses') throw new Error('not now')
        if (answer === 'comes') reach.cameIn(connection)
        return answer === 'fails' ? [] : ports
      },
      ports: () => [4001],
      changed: () => {
        changes += 1
        changed.resolve()
        changed = Promise.withResolvers()
      },
    },
    patienceMs,
  )
  return { reach, asked, next: () => changed.promise, changes: () => changes }
}

describe('a node', () => {
  test('knows nothing until it asked somebody', () => {
    const { reach } = reachWith({})
    expect(reach.reachability).toBe('unknown')
    expect(reach.addresses()).toEqual([])
  })

  test('is public where a peer said so and came', async () => {
    const { reach, next } = reachWith({ '/ip4/11.0.0.1/tcp/4001': 'comes' })
    const told = next()
    reach.offer(connectionOf(1), seenAt)
    await told
    expect(reach.reachability).toBe('public')
    expect(reach.addresses()).toEqual(['/ip4/11.0.0.21/tcp/4001'])
  })

  test('is private where a peer only said that it came', async () => {
    const { reach, next } = reachWith({ '/ip4/11.0.0.1/tcp/4001': 'lies' })
    const told = next()
    reach.offer(connectionOf(1), seenAt)
    await told
    expect(reach.reachability).toBe('private')
  })

  test('believes one that came over many that did not', async () => {
    const { reach, next } = reachWith({
      ...{ '/ip4/11.0.0.1/tcp/4001': 'fails', '/ip4/11.0.0.2/tcp/4001': 'fails' },
      ...{ '/ip4/11.0.0.3/tcp/4001': 'comes', '/ip4/11.0.0.4/tcp/4001': 'fails' },
    })
    const first = next()
    for (const n of [1, 2, 3, 4]) reach.offer(connectionOf(n), seenAt)
    await first
    expect(reach.reachability).toBe('private')
    await next()
    expect(reach.reachability).toBe('public')
  })

  test('asks nobody who sees it from within a network, or through a relay', async () => {
    const { reach, asked } = reachWith({ '/ip4/10.0.0.1/tcp/4001': 'comes' })
    reach.offer(connectionOf(1, '/ip4/10.0.0.1/tcp/4001'), seenAt)
    reach.offer(connectionOf(1), '/ip4/192.168.1.4/tcp/1')
    reach.offer({ ...connectionOf(1), limits: {} } as Connection, seenAt)
    expect(asked).toEqual([])
    expect(reach.reachability).toBe('unknown')
  })

  test('asks on when what it knows is old, and keeps it until then', async () => {
    const answers: Record<string, 'comes' | 'fails'> = { '/ip4/11.0.0.1/tcp/4001': 'comes' }
    const { reach, next, asked, changes } = reachWith(answers)
    const told = next()
    reach.offer(connectionOf(1), seenAt)
    await told
    reach.offer(connectionOf(2), seenAt)
    expect(asked).toHaveLength(1)
    reach.age()
    expect(reach.reachability).toBe('public')
    answers['/ip4/11.0.0.2/tcp/4001'] = 'fails'
    const again = next()
    reach.offer(connectionOf(2), seenAt)
    await again
    expect(reach.reachability).toBe('private')
    expect(changes()).toBe(2)
  })
})

test('a peer on the same machine is not dialled back: it is asked for the Internet', async () => {
  const parts = {
    ...{ transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()] },
    connectionMonitor: { enabled: false },
  }
  const asked = await createLibp2p({ ...parts, addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] } })
  const asker = await createLibp2p(parts)
  try {
    let dials = 0
    const dialBack = new DialBack({
      dial: async () => {
        dials += 1
        throw new Error('nobody there')
      },
      now: () => performance.now(),
    })
    await asked.handle(dialBackProtocol, dialBack.handler)
    const connection = await asker.dial(asked.getMultiaddrs())
    await expect(askDialBack(connection, [4001])).rejects.toThrow()
    expect(dials).toBe(0)
  } finally {
    await asker.stop()
    await asked.stop()
  }
})
