// What a multiaddr says about the way to a peer: over the open Internet, within a private network,
// on this machine, or through a relay. Which of a peer's addresses is worth trying first follows.
import { BlockList, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isLoopbackIp } from '../../../core/loopback.ts'
import { Recent } from '../../service/recent.ts'

/** Blocks that are not global: RFC 6890 and the registries of special-purpose addresses it names. */
const special = new BlockList()
for (const [block, bits] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
  ] as const),
  ...([
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
  ] as const),
  ...([
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
  ] as const),
  ...([
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
  ] as const),
] as const)
  special.addSubnet(block, bits, 'ipv4')

/** Of IPv6 only 2000::/3 is global unicast (RFC 4291), without what is for documents. */
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')
const documents6 = new BlockList()
documents6.addSubnet('2001:db8::', 32, 'ipv6')

/** The IP address that a multiaddr begins with; undefined when it begins with another thing. */
export const hostOf = (address: string): string | undefined =>
  /^\/ip[46]\/([^/]+)/.exec(address)?.[1]

/** The TCP port of a multiaddr of the form /ip4/…/tcp/PORT, with or without a PeerId. */
export function portOf(address: string): number | undefined {
  const port = /^\/ip[46]\/[^/]+\/tcp\/(\d+)(?:\/p2p\/[^/]+)?$/.exec(address)?.[1]
  return port === undefined ? undefined : Number(port)
}

/** Does it lead through a relay? */
export const isRelayed = (address: string): boolean => /\/p2p-circuit(\/|$)/.test(address)

/** Is this IP address one of the open Internet? */
export const isPublicHost = (host: string): boolean =>
  isIPv6(host)
    ? global6.check(host, 'ipv6') && !documents6.check(host, 'ipv6')
    : !special.check(host, 'ipv4')

/** Does it name a host of the open Internet, without a relay in between? */
export function isPublic(address: string): boolean {
  const host = hostOf(address)
  return host !== undefined && !isRelayed(address) && isPublicHost(host)
}

/** The networks that this machine is in. */
function ownNetworks(): BlockList {
  const networks = new BlockList()
  for (const { address, cidr, family, internal } of Object.values(networkInterfaces()).flatMap(
    (interfaces) => interfaces ?? [],
  )) {
    if (internal || cidr === null) continue
    networks.addSubnet(address, Number(cidr.split('/')[1]), family === 'IPv6' ? 'ipv6' : 'ipv4')
  }
  return networks
}

/** Networks come and go while a laptop travels. */
const networks = new Recent(ownNetworks, 10_000)

/**
 * In which order to try a peer's addresses: straight over the Internet; within a network that we are
 * in; through a relay, since another private network that happens to use our numbers, or one that
 * cannot be seen from here, only costs time; then whatever is left, this machine last.
 *
 * @param own the networks that this machine is in
 */
export function compareWays(a: string, b: string, own = networks.get()): -1 | 0 | 1 {
  const difference = rankOf(a, own) - rankOf(b, own)
  return difference < 0 ? -1 : difference > 0 ? 1 : 0
}

function rankOf(address: string, own: BlockList): number {
  const host = hostOf(address)
  if (isRelayed(address)) return 2
  if (host === undefined) return 3
  if (isLoopbackIp(host)) return 4
  if (isPublicHost(host)) return 0
  return own.check(host, isIPv6(host) ? 'ipv6' : 'ipv4') ? 1 : 3
}
