// What addresses say about the way to a peer, against a naive reading of them, and which of them lead
// to a peer through a relay.
import { BlockList } from 'node:net'
import { peerIdFromString } from '@libp2p/peer-id'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dialable } from '../../src/runtime/transport/dialer.ts'
import {
  compareWays,
  hostOf,
  isPublic,
  isPublicHost,
  isRelayed,
  portOf,
} from '../../src/runtime/transport/nat/address.ts'
import { waysOf } from '../../src/runtime/ways.ts'
import { keyOf, peerIdTextOf } from '../runtime/transport-party.ts'

const [self, relay] = [peerIdTextOf(1), peerIdTextOf(2)]

/** RFC 6890's blocks by hand, octet by octet. */
function isSpecial(a: number, b: number, c: number): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true
  if (a === 100) return b >= 64 && b <= 127
  if (a === 169) return b === 254
  if (a === 172) return b >= 16 && b <= 31
  if (a === 192) return b === 168 || (b === 0 && (c === 0 || c === 2))
  if (a === 198) return b === 18 || b === 19 || (b === 51 && c === 100)
  return a === 203 && b === 0 && c === 113
}

describe('an IP address', () => {
  test('is public where no registry sets it aside', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    // Blocks are met on purpose; at random they would hardly be.
    const first = fc.oneof(octet, fc.constantFrom(10, 100, 127, 169, 172, 192, 198, 203, 224))
    const second = fc.oneof(octet, fc.constantFrom(0, 16, 18, 19, 31, 51, 64, 127, 168, 254))
    const third = fc.oneof(octet, fc.constantFrom(0, 2, 100, 113))
    fc.assert(
      fc.property(first, second, third, octet, (a, b, c, d) => {
        expect(isPublicHost(`${a}.${b}.${c}.${d}`)).toBe(!isSpecial(a, b, c))
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['2a01:4f8::1', true],
    ['2001:db8::1', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::1', false],
  ])('%s of version 6: public %s', (host, is) => {
    expect(isPublicHost(host)).toBe(is)
  })
})

describe('a multiaddr', () => {
  const circuit = `/ip4/11.0.0.10/tcp/4001/p2p/${relay}/p2p-circuit`

  test('through a relay is not public, whatever the relay is', () => {
    expect(isRelayed(circuit)).toBe(true)
    expect(isPublic(circuit)).toBe(false)
    expect(isPublic('/ip4/11.0.0.10/tcp/4001')).toBe(true)
  })

  test('names a host and a TCP port, or none', () => {
    expect(hostOf('/ip6/2a01::1/tcp/1')).toBe('2a01::1')
    expect(hostOf('/dns4/example.org/tcp/1')).toBeUndefined()
    expect(portOf(`/ip4/11.0.0.10/tcp/4001/p2p/${self}`)).toBe(4001)
    expect(portOf(circuit)).toBeUndefined()
    expect(portOf('/ip4/11.0.0.10/udp/4001')).toBeUndefined()
  })

  test('is tried in the order in which it is likely to lead there soon', () => {
    const own = new BlockList()
    own.addSubnet('192.168.7.0', 24, 'ipv4')
    const ways = [
      '/ip4/11.0.0.10/tcp/1',
      '/ip4/192.168.7.9/tcp/1',
      circuit,
      '/ip4/10.9.9.9/tcp/1',
      '/ip4/127.0.0.1/tcp/1',
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(ways, { minLength: ways.length }), (shuffled) => {
        expect([...shuffled].sort((a, b) => compareWays(a, b, own))).toEqual(ways)
      }),
    )
  })

  test('through a relay is dialled with the PeerId behind it; of others it is left out', () => {
    const peer = peerIdFromString(self)
    expect(dialable([circuit], peer).map(String)).toEqual([`${circuit}/p2p/${self}`])
    expect(dialable([`${circuit}/p2p/${self}`], peer)).toHaveLength(1)
    expect(dialable([`${circuit}/p2p/${relay}`], peer)).toEqual([])
  })
})

describe('a node', () => {
  const loopback = ['/ip4/127.0.0.1/tcp/0']
  const inviteTo = (address: string) => ({
    ...{ addresses: [address], publicKey: keyOf(2), genesisHash: '' },
  })
  const node = { trust: () => 0, changed: () => {} }

  test('on loopback among its likes takes no way out', () => {
    expect(waysOf({}, loopback, [inviteTo('/ip4/127.0.0.1/tcp/9')], node)).toEqual({})
  })

  test('on loopback that was invited from elsewhere dials through relays, and is not reached', () => {
    const { nat } = waysOf({}, loopback, [inviteTo('/ip4/11.0.0.10/tcp/9')], node)
    expect(nat).toMatchObject({ listens: false })
  })

  test('that listens beyond it relays and asks no router, unless told otherwise', () => {
    const open = ['/ip4/0.0.0.0/tcp/4001']
    expect(waysOf({}, open, [], node).nat).toMatchObject({
      listens: true,
      relay: true,
      upnp: false,
    })
    expect(waysOf({ relay: false, upnp: true }, open, [], node).nat).toMatchObject({
      ...{ relay: false, upnp: true },
    })
  })
})
