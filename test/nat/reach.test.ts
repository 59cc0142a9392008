// What a node believes about being dialled from the Internet: a yes that it could see, anybody's no,
// and nothing of those who see it from within its own network. Whether it is true is friends.suite.ts's.
import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, test, vi } from 'vitest'
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
function reachWith(
  answers: Readonly<Record<string, 'comes' | 'lies' | 'fails' | 'refuses'>>,
  isOwn: (host: string) => boolean = () => true,
) {
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
      isOwn,
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

/** What was asked is answered, and every wait for somebody to come is over; the clock is the test's. */
const settle = () => vi.advanceTimersByTimeAsync(patienceMs)

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

  test('asks on when what it knows is old, and stays public until several peers failed', async () => {
    vi.useFakeTimers()
    const at = (n: number): string => `/ip4/11.0.0.${n}/tcp/4001`
    const answers: Record<string, 'comes' | 'fails'> = { [at(1)]: 'comes' }
    for (const n of [2, 3, 4]) answers[at(n)] = 'fails'
    const { reach, next, asked, changes } = reachWith(answers)
    const told = next()
    reach.offer(connectionOf(1), seenAt)
    await told
    reach.offer(connectionOf(2), seenAt)
    expect(asked).toHaveLength(1)
    reach.age()
    for (const n of [2, 3]) {
      reach.offer(connectionOf(n), seenAt)
      await settle()
      expect(reach.reachability).toBe('public')
    }
    reach.offer(connectionOf(4), seenAt)
    await settle()
    expect([reach.reachability, changes()]).toEqual(['private', 2])
  })

  test('stays public when one of those asked anew gets through', async () => {
    vi.useFakeTimers()
    const at = (n: number): string => `/ip4/11.0.0.${n}/tcp/4001`
    const answers: Record<string, 'comes' | 'fails'> = { [at(1)]: 'comes' }
    for (const n of [2, 3, 4, 5]) answers[at(n)] = n === 4 ? 'comes' : 'fails'
    const { reach, next, asked, changes } = reachWith(answers)
    const told = next()
    reach.offer(connectionOf(1), seenAt)
    await told
    reach.age()
    for (const n of [2, 3, 4, 5]) reach.offer(connectionOf(n), seenAt)
    await settle()
    expect(asked).toEqual([1, 2, 3, 4].map(at))
    expect([reach.reachability, changes()]).toEqual(['public', 1])
  })

  test('believes the only peer there is when it failed in three rounds, not when it asks to hurry', async () => {
    vi.useFakeTimers()
    const at = '/ip4/11.0.0.1/tcp/4001'
    const answers: Record<string, 'comes' | 'fails'> = { [at]: 'comes' }
    const { reach, next, asked } = reachWith(answers)
    const told = next()
    reach.offer(connectionOf(1), seenAt)
    await told
    answers[at] = 'fails'
    for (const round of [1, 2, 3]) {
      expect(reach.reachability).toBe('public')
      reach.age()
      for (let i = 0; i < 4; i++) {
        asked.length = 0
        reach.offer(connectionOf(1), seenAt)
        await settle()
        if (round < 3) expect(reach.reachability).toBe('public')
      }
    }
    expect(reach.reachability).toBe('private')
  })

  test.each([
    ['through a circuit', { limits: { seconds: 60 } }],
    ['from another host', { remoteAddr: multiaddr('/ip4/11.0.0.9/tcp/4001') }],
    ['from within the network', { remoteAddr: multiaddr('/ip4/10.0.0.9/tcp/4001') }],
  ])('is not made public by a peer that comes %s', async (_, differs) => {
    const connection = connectionOf(1)
    const { promise, resolve } = Promise.withResolvers<void>()
    const reach: Reach = new Reach(
      {
        ask: async (_, ports) => {
          reach.cameIn({ ...connection, ...differs } as Connection)
          return ports
        },
        ports: () => [4001],
        isOwn: () => true,
        changed: resolve,
      },
      patienceMs,
    )
    reach.offer(connection, seenAt)
    await promise
    expect(reach.reachability).toBe('private')
  })

  test('names no host on the word of one peer, and tells when a second one agrees', async () => {
    const own = new Set<string>()
    const { reach, next, asked, changes } = reachWith(
      { '/ip4/11.0.0.1/tcp/4001': 'comes' },
      (host) => own.has(host),
    )
    const told = next()
    reach.offer(connectionOf(1), seenAt)
    await told
    expect(asked).toHaveLength(1)
    expect([reach.reachability, reach.addresses()]).toEqual(['private', []])
    own.add('11.0.0.21')
    reach.look()
    expect([reach.reachability, reach.addresses()]).toEqual(['public', ['/ip4/11.0.0.21/tcp/4001']])
    // Who agreed once cannot take it back: that takes noes.
    own.clear()
    reach.look()
    expect([reach.reachability, changes()]).toEqual(['public', 2])
  })

  test('is not led away by a peer that gets through and names another host', async () => {
    vi.useFakeTimers()
    const at = (n: number): string => `/ip4/11.0.0.${n}/tcp/4001`
    const { reach, changes } = reachWith(
      { [at(1)]: 'comes', [at(2)]: 'comes' },
      (host) => host === '11.0.0.21',
    )
    reach.offer(connectionOf(1), seenAt)
    await settle()
    reach.age()
    reach.offer(connectionOf(2), '/ip4/11.0.0.99/tcp/20123')
    await settle()
    expect(reach.addresses()).toEqual(['/ip4/11.0.0.21/tcp/4001'])
    expect(changes()).toBe(1)
  })

  test('asks a peer that refused once more later, however often it is offered, and none after its end', async () => {
    vi.useFakeTimers()
    const at = '/ip4/11.0.0.1/tcp/4001'
    const { reach, asked } = reachWith({ [at]: 'refuses' })
    for (let i = 0; i < 5; i++) {
      reach.offer(connectionOf(1), seenAt)
      await vi.advanceTimersByTimeAsync(0)
    }
    expect([asked.length, vi.getTimerCount()]).toEqual([5, 1])
    await vi.advanceTimersByTimeAsync(15_000)
    expect([asked.length, vi.getTimerCount()]).toEqual([6, 1])
    reach.end()
    expect(vi.getTimerCount()).toBe(0)
    reach.offer(connectionOf(1), seenAt)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(6)
  })
})

afterEach(() => {
  vi.useRealTimers()
})
