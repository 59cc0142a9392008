// Two friends, each behind a NAT of their own, and a node on the Internet: over real NATs of the
// kernel, between network namespaces of this machine. It needs root, iproute2 and nftables; without
// them it says so and is skipped.
import { RELAY_V2_HOP_CODEC } from '@libp2p/circuit-relay-v2'
import { describe, expect, test } from 'vitest'
import { until } from '../live/harness.ts'
import { type Friend, hasRouter, Internet, whyNot } from './internet.ts'

const missing = whyNot()
if (missing !== undefined)
  console.log(`skipped: no NAT between network namespaces here: ${missing}`)

const router = missing === undefined && hasRouter()
if (missing === undefined && !router)
  console.log('skipped: no router with UPnP here (apt-get install miniupnpd-nftables)')

/** Processes are started for every question; a busy machine takes its time. */
const patienceMs = 60_000

const relayed = (addresses: readonly string[]): boolean =>
  addresses.some((address) => address.endsWith('/p2p-circuit'))

/** It found that nobody can dial it, and where it has a place at a relay. */
const hasRelay = (friend: Friend) =>
  until(
    `${friend.place} names a relay`,
    () => friend.status(),
    ({ reachability, addresses }) => reachability === 'private' && relayed(addresses),
    patienceMs,
  )

const isPublic = (friend: Friend) =>
  until(
    `${friend.place} knows that it can be dialled`,
    () => friend.status(),
    ({ reachability }) => reachability === 'public',
    patienceMs,
  )

/** They rate each other, and each waits until a block holds its rating. */
async function befriend(a: Friend, b: Friend): Promise<void> {
  for (const [author, subject] of [[a, b] as const, [b, a] as const]) {
    const receipt = await author.at(
      ...['trust', 'set', subject.started.peerId, '0.9', '--wait', '--timeout', '60'],
    )
    expect(receipt).toMatchObject({ value: 0.9, final: { height: expect.any(Number) } })
  }
  for (const friend of [a, b])
    await until(
      `${friend.place} holds both ratings, final`,
      () => friend.status(),
      ({ ratings }) => (ratings.final ?? 0) >= 2,
      patienceMs,
    )
}

describe.skipIf(missing !== undefined)('friends behind NATs', () => {
  test('that keep a port for all destinations meet through a relay and punch a hole', async () => {
    await using internet = await Internet.open('cone')
    const relay = await internet.node('relay', '--no-upnp')
    // A host whose only addresses are the Internet's and loopback names the former.
    expect(relay.started.addresses).toContain('/ip4/11.0.0.10/tcp/4001')
    const a = await internet.node('a', '--no-upnp', '--join', relay.started.invite)
    await hasRelay(a)
    await isPublic(relay)
    // The last test looks for its absence.
    expect(await relay.spokenTo('b')).toContain(RELAY_V2_HOP_CODEC)
    const b = await internet.node('b', '--no-upnp', '--join', relay.started.invite)
    for (const [self, other] of [[a, b] as const, [b, a] as const])
      await until(
        `${self.place} has a direct link to ${other.place}`,
        () => self.sees(other),
        (peer) => peer?.connected === true && !peer.relayed,
        patienceMs,
      )
    await befriend(a, b)
    expect(await a.sees(b)).toMatchObject({ connected: true, relayed: false })
  }, 240_000)

  test('that show everybody another port stay relayed, and join through each other', async () => {
    await using internet = await Internet.open('symmetric')
    const relay = await internet.node('relay', '--no-upnp')
    const a = await internet.node('a', '--no-upnp', '--join', relay.started.invite)
    const { invite } = await hasRelay(a)
    // Only through the relay can anybody have come from A's own invite.
    const b = await internet.node('b', '--no-upnp', '--join', invite)
    await hasRelay(b)
    await befriend(a, b)
    for (const [self, other] of [[a, b] as const, [b, a] as const]) {
      const peer = await until(
        `${self.place} speaks with ${other.place} through the relay`,
        () => self.sees(other),
        (peer) => peer?.connected === true && peer.rttMs !== null,
        patienceMs,
      )
      expect(peer?.relayed).toBe(true)
    }
    const doctor = (await a.at('doctor')) as { checks: { name: string; says: string }[] }
    expect(doctor.checks.find(({ name }) => name === 'reach')?.says).toContain('through relays')
  }, 240_000)

  test('find a relay again that was restarted, and each other through it', async () => {
    await using internet = await Internet.open('symmetric')
    const first = await internet.node('relay', '--no-upnp')
    const a = await internet.node('a', '--no-upnp', '--join', first.started.invite)
    await hasRelay(a)
    await first.stop()
    await until(
      'a names the relay no more',
      () => a.status(),
      ({ addresses }) => !relayed(addresses),
      patienceMs,
    )
    const relay = await internet.node('relay', '--no-upnp')
    const { invite } = await hasRelay(a)
    const b = await internet.node('b', '--no-upnp', '--join', invite)
    await until(
      'b is linked with a',
      () => b.sees(a),
      (peer) => peer?.connected === true && peer.relayed,
      patienceMs,
    )
    expect((await b.sees(relay))?.connected).toBe(true)
  }, 240_000)

  test.skipIf(!router)(
    'behind a router that maps ports by UPnP are dialled directly',
    async () => {
      await using internet = await Internet.open('symmetric')
      internet.router('a')
      const relay = await internet.node('relay', '--no-upnp')
      const a = await internet.node('a', '--join', relay.started.invite)
      const { addresses } = await until(
        'a is reached from the Internet',
        () => a.status(),
        ({ reachability }) => reachability === 'public',
        patienceMs,
      )
      expect(addresses).toContain('/ip4/11.0.0.21/tcp/4001')
      expect(relayed(addresses)).toBe(false)
      const b = await internet.node('b', '--no-upnp', '--join', relay.started.invite)
      await until(
        'b dials a',
        () => b.sees(a),
        (peer) => peer?.connected === true && !peer.relayed,
        patienceMs,
      )
    },
    240_000,
  )

  test('have no relay in a node that was told not to relay', async () => {
    await using internet = await Internet.open('cone')
    const relay = await internet.node('relay', '--no-upnp', '--no-relay')
    const a = await internet.node('a', '--no-upnp', '--join', relay.started.invite)
    await until(
      'a knows that it cannot be dialled',
      () => a.status(),
      ({ reachability }) => reachability === 'private',
      patienceMs,
    )
    // From here on it would relay, as the first test shows.
    await isPublic(relay)
    expect(await relay.spokenTo('b')).not.toContain(RELAY_V2_HOP_CODEC)
    expect(relayed((await a.status()).addresses)).toBe(false)
  }, 240_000)
})
