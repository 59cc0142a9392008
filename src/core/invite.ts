// An invite: one line of text with which somebody joins a network: where a node listens, who it is
// and which network it is in. The genesis hash pins the network, so whoever answers at that address
// cannot hand over another one. It has only characters that shells leave alone (a `?` is a pattern
// to zsh), so it may be pasted unquoted.
import { assert } from './assert.ts'
import { utf8 } from './bytes.ts'
import { Failure } from './failure.ts'
import { type PublicKey, peerIdOf, publicKeyOfPeerId } from './id.ts'
import { addressBytesMax, addressesPerContactMax } from './limits.ts'

export interface Invite {
  /** Multiaddrs as text, without the PeerId; at least one. */
  readonly addresses: readonly string[]
  readonly publicKey: PublicKey
  /** SHA-256 of the genesis file, 64 lower-case hex digits; the chain id is its beginning. */
  readonly genesisHash: string
}

const scheme = 'trustnet:'
const addressForm = /^(\/[A-Za-z0-9._:%-]+)+$/
const hashForm = /^[0-9a-f]{64}$/
// The addresses may name relays with a /p2p/ of their own: the last one is the node's.
const inviteForm = /^(.*)\/p2p\/([^/]*)\/genesis\/([^/]*)$/

const isAddress = (text: string): boolean =>
  addressForm.test(text) && utf8(text).length <= addressBytesMax

/**
 * The text of an invite: `trustnet:<multiaddr>[,<multiaddr>…]/p2p/<PeerId>/genesis/<64 hex digits>`.
 *
 * @example trustnet:/ip4/127.0.0.1/tcp/4001/p2p/12D3KooW…/genesis/5feceb66…
 */
export function formatInvite({ addresses, publicKey, genesisHash }: Invite): string {
  assert(addresses.length > 0 && addresses.every(isAddress), 'an invite names where to dial')
  assert(
    addresses.length <= addressesPerContactMax,
    'an invite names a bounded number of addresses',
  )
  assert(hashForm.test(genesisHash), 'an invite pins a genesis by its SHA-256')
  return `${scheme}${addresses.join(',')}/p2p/${peerIdOf(publicKey)}/genesis/${genesisHash}`
}

/**
 * Reads an invite; white space around it is dropped.
 *
 * @throws Failure `invite/malformed` that says which part is wrong, `peer/malformed-id`
 */
export function parseInvite(pasted: string): Invite {
  const text = pasted.trim()
  const malformed = (why: string) => new Failure('invite/malformed', { text, why })
  if (!text.startsWith(scheme)) throw malformed(`it does not begin with ${scheme}`)
  const match = inviteForm.exec(text.slice(scheme.length))
  if (match === null) throw malformed('it does not end in /p2p/<PeerId>/genesis/<hash>: is it cut?')
  const [, list = '', peerId = '', genesisHash = ''] = match
  if (!hashForm.test(genesisHash))
    throw malformed('its genesis hash is not 64 lower-case hex digits')
  const addresses = list.split(',')
  if (addresses.length > addressesPerContactMax)
    throw malformed(`it has more than ${addressesPerContactMax} addresses`)
  const odd = addresses.find((address) => !isAddress(address))
  if (odd !== undefined)
    throw malformed(`"${odd}" is not a multiaddr such as /ip4/127.0.0.1/tcp/4001`)
  return { addresses, publicKey: publicKeyOfPeerId(peerId), genesisHash }
}
