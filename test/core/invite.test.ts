// Invites survive the way through a chat, a shell and back, and say what is wrong when they do not.
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { peerIdOf } from '../../src/core/id.ts'
import { formatInvite, parseInvite } from '../../src/core/invite.ts'

const hash = 'ab'.repeat(32)
const publicKey = new Uint8Array(32).fill(5)
const peerId = peerIdOf(publicKey)

const address = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat(65_535)).map(([ip, port]) => `/ip4/${ip}/tcp/${port}`),
  fc.tuple(fc.ipV6(), fc.nat(65_535)).map(([ip, port]) => `/ip6/${ip}/tcp/${port}`),
  fc.constant(`/dns4/relay.example.org/tcp/443/p2p/${peerId}/p2p-circuit`),
)
const invite = fc.record({
  addresses: fc.array(address, { minLength: 1, maxLength: 8 }),
  publicKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  genesisHash: fc.stringMatching(/^[0-9a-f]{64}$/),
})

describe('an invite', () => {
  test('is read as it was written, white space around it aside', () => {
    fc.assert(
      fc.property(invite, (invite) => {
        expect(parseInvite(`  ${formatInvite(invite)}\n`)).toEqual(invite)
      }),
    )
  })

  test('has only characters that no shell changes', () => {
    fc.assert(
      fc.property(invite, (invite) => {
        expect(formatInvite(invite)).toMatch(/^[A-Za-z0-9/.:,_%-]+$/)
      }),
    )
    const text = formatInvite({ addresses: ['/ip6/::1/tcp/1'], publicKey, genesisHash: hash })
    const echoed = spawnSync('sh', ['-c', `printf %s ${text}`], { encoding: 'utf8' })
    expect(echoed.stdout).toBe(text)
  })

  test('cut short anywhere is refused', () => {
    const text = formatInvite({ addresses: ['/ip4/127.0.0.1/tcp/1'], publicKey, genesisHash: hash })
    for (let length = 0; length < text.length; length++)
      expect(() => parseInvite(text.slice(0, length)), `${length}`).toThrow()
  })

  test.each([
    ['another scheme', `http:/ip4/1.2.3.4/tcp/1/p2p/${peerId}/genesis/${hash}`, 'begin'],
    ['no address', `trustnet:/p2p/${peerId}/genesis/${hash}`, 'multiaddr'],
    ['an empty address', `trustnet:/ip4/1.2.3.4/tcp/1,/p2p/${peerId}/genesis/${hash}`, 'multiaddr'],
    ['a space inside', `trustnet:/ip4/1.2.3.4 /tcp/1/p2p/${peerId}/genesis/${hash}`, 'multiaddr'],
    ['a command', `trustnet:/ip4/$(id)/tcp/1/p2p/${peerId}/genesis/${hash}`, 'multiaddr'],
    ['no genesis', `trustnet:/ip4/1.2.3.4/tcp/1/p2p/${peerId}`, 'end'],
    [
      'upper-case hash',
      `trustnet:/ip4/1.2.3.4/tcp/1/p2p/${peerId}/genesis/${hash.toUpperCase()}`,
      'hex',
    ],
    [
      'nine addresses',
      `trustnet:${Array(9).fill('/ip4/1.2.3.4/tcp/1').join(',')}/p2p/${peerId}/genesis/${hash}`,
      'more than 8',
    ],
    [
      'a long address',
      `trustnet:/dns4/${'a'.repeat(300)}/tcp/1/p2p/${peerId}/genesis/${hash}`,
      'multiaddr',
    ],
  ])('with %s is refused and says so', (_, text, why) => {
    expect(() => parseInvite(text)).toThrow(
      expect.objectContaining({ code: 'invite/malformed', message: expect.stringContaining(why) }),
    )
  })

  test('for something that is no PeerId names it', () => {
    expect(() => parseInvite(`trustnet:/ip4/1.2.3.4/tcp/1/p2p/Qm/genesis/${hash}`)).toThrow(
      expect.objectContaining({ code: 'peer/malformed-id', facts: { text: 'Qm' } }),
    )
  })
})
