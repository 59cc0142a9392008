// Whom a node keeps a link with when many of those whom it knows are of no use: gone for good, or hanging
// up on it. Which peers it prefers is test/node/kept-peers.test.ts, the real thing kept-links.suite.ts.
import { expect, test } from 'vitest'
import { ContactBook } from '../../overlay/contact-book.ts'
import { signContact } from '../../overlay/signed-contact.ts'
import type { ChainId, NodeId } from '../../src/core/id.ts'
import { verify } from '../../src/runtime/ed25519/fastest.ts'
import { KeptLinks } from '../../src/runtime/kept-links.ts'
import { until } from '../live/harness.ts'
import { signerOf } from '../trustchain/pump.ts'

const chainId = '0123456789abcdef' as ChainId

/** A node that has met so many peers, in this order, and whose dials end as told. */
function known(peers: number, heardAt: (peer: number) => number) {
  const contacts = new ContactBook('0'.repeat(32) as NodeId, verify, chainId)
  const nodes = Array.from({ length: peers }, (_, i) => {
    const own = { seq: 1, addresses: ['/ip4/127.0.0.1/tcp/1'], overlays: [], owner: '' }
    const contact = signContact(signerOf(i + 1), chainId, own)
    contacts.accept(contact)
    contacts.heard(contact.nodeId, heardAt(i))
    return contact.nodeId
  })
  const links = new Set<NodeId>()
  const machine = {
    ...{ links, contacts, membership: { joined: true } },
    ...{ routing: { isNeighbour: () => false }, trust: { aggregate: () => 0 } },
    refuses: () => false,
  }
  const dialled: NodeId[] = []
  const keep = (connect: (peer: NodeId) => void): KeptLinks => {
    const port = {
      async connect(peer: NodeId): Promise<boolean> {
        dialled.push(peer)
        connect(peer)
        return true
      },
    }
    return new KeptLinks(machine as never, port, 2)
  }
  return { nodes, links, dialled, keep }
}

test('however many were met first and are heard no more, those that are there are kept', async () => {
  const gone = 60
  const now = Date.now()
  const { nodes, links, dialled, keep } = known(gone + 10, (peer) => (peer < gone ? 1 : now))
  const alive = new Set(nodes.slice(gone))
  const kept = keep((peer) => alive.has(peer) && links.add(peer))
  try {
    await until(
      'five links',
      () => kept.up,
      (up) => up.length === 5,
    )
    expect(dialled.filter((peer) => !alive.has(peer))).toEqual([])
  } finally {
    kept.stop()
  }
})

test('who takes a dial and hangs up leaves its place to the next', async () => {
  const now = Date.now()
  const { nodes, links, dialled, keep } = known(10, () => now)
  const bad = new Set(nodes.slice(0, 5))
  const kept = keep((peer) => !bad.has(peer) && links.add(peer))
  try {
    const up = await until(
      'five links',
      () => kept.up,
      (some) => some.length === 5,
    )
    expect(up.filter((peer) => bad.has(peer))).toEqual([])
    // They were first, each had its turn, and none kept its place.
    expect(new Set(dialled.slice(0, 5))).toEqual(bad)
  } finally {
    kept.stop()
  }
})
