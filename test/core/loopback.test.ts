// Which addresses only this machine reaches, against Node's own list of such nets.
import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { isLoopback, isLoopbackIp } from '../../src/core/loopback.ts'

const own = new BlockList()
own.addSubnet('127.0.0.0', 8, 'ipv4')
own.addAddress('::1', 'ipv6')

test.each([
  '127.0.0.1',
  '127.255.0.9',
  '126.0.0.1',
  '128.0.0.1',
  '10.0.0.1',
  '0.0.0.0',
  '192.0.2.1',
])('the address %s of version 4, alone, as one of version 6 and in a multiaddr', (ip) => {
  const is = own.check(ip, 'ipv4')
  expect([ip, `::ffff:${ip}`].map(isLoopbackIp)).toEqual([is, is])
  const forms = [`/ip4/${ip}/tcp/4001`, `/ip4/${ip}/tcp/4001/p2p/12D3KooW`]
  expect(forms.map(isLoopback)).toEqual([is, is])
})

test.each(['::1', '::', 'fe80::1', '2001:db8::1', '::12'])('the address %s of version 6', (ip) => {
  const is = own.check(ip, 'ipv6')
  expect([isLoopbackIp(ip), isLoopback(`/ip6/${ip}/tcp/1`)]).toEqual([is, is])
})

test('a name is none, whatever it says', () => {
  expect(['/dns4/localhost/tcp/1', '/dns/127.0.0.1/tcp/1', 'foo', ''].map(isLoopback)).toEqual([
    ...[false, false, false, false],
  ])
})
