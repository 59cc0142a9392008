// Crowds of made-up nodes, dead contacts, liars and bad clocks against one whole node: each test is
// an attack (or a mishap) that once broke the membership of a node for good.
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import {
  contactsKnownMax,
  leavesPerSide,
  nearRequestsAtOnceMax,
  nearRequestsPerSecondMax,
  toldPositionsMax,
} from '../../src/core/limits.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import type { Trust } from '../../src/core/trust.ts'
import { encodeNodeMessage } from '../../src/node/message.ts'
import { zeroHash } from '../../trustchain/entry.ts'
import { signEntry } from '../../trustchain/verify.ts'
import { chainId, contactOf, LoneNode, type Peer, peerFrom, stored } from './lone-node.ts'

const second = 1_000
const minute = 60 * second

const some = (count: number, random: Random): Peer[] =>
  Array.from({ length: count }, () => peerFrom(random))

/** Half the ring is 2^127: the distance of two ids going the shorter way. */
function distance(a: NodeId, b: NodeId): bigint {
  const ring = 1n << 128n
  const apart = (BigInt(`0x${a}`) - BigInt(`0x${b}`) + ring) % ring
  return apart < ring - apart ? apart : ring - apart
}

/** Peers nearest to a node first: those whom it would take for neighbours. */
const byNearness = (peers: readonly Peer[], to: NodeId): Peer[] =>
  [...peers].sort((a, b) => (distance(a.id, to) < distance(b.id, to) ? -1 : 1))

/** A node that has met so many peers, and they. */
function among(count: number, seed: number): { node: LoneNode; peers: Peer[]; random: Random } {
  const random = seededRandom(seed)
  const node = new LoneNode(random)
  const peers = some(count, random)
  for (const peer of peers) node.greet(peer)
  return { node, peers, random }
}

describe('the ways into the network', () => {
  test.each([10, 16, 32])('are tried past %i dead neighbours of an earlier run', (dead) => {
    const random = seededRandom(dead)
    const bootstrap = peerFrom(random)
    // The same random draws make the same key: the dead are the nearest to the node to be.
    const self = peerFrom(seededRandom(1))
    const neighbours = byNearness(some(200, random), self.id).slice(0, dead)
    const options = { bootstraps: [bootstrap.id], stored: stored(neighbours) }
    const node = new LoneNode(seededRandom(1), options)
    expect(node.self.id).toBe(self.id)
    node.present.set(bootstrap.id, contactOf(bootstrap))
    // Before any round of its own: the join itself goes on to the next way.
    node.run(second)
    expect(node.machine.membership.joined).toBe(true)
    expect(node.leaves).toEqual([bootstrap.id])
  })

  test('are tried again when every peer is gone, however many those are', () => {
    const random = seededRandom(2)
    const bootstrap = peerFrom(random)
    const node = new LoneNode(random, { bootstraps: [bootstrap.id] })
    node.greet(bootstrap)
    for (const peer of some(60, random)) node.greet(peer)
    node.run(second)
    expect(node.machine.membership.joined).toBe(true)
    node.present.clear()
    node.run(3 * minute)
    expect(node.machine.routing.neighbours()).toEqual([])
    expect(node.machine.membership.joined).toBe(false)
    node.present.set(bootstrap.id, contactOf(bootstrap))
    node.run(10 * second)
    expect(node.leaves).toContain(bootstrap.id)
  })

  test('are tried again by a node that first got in through somebody else', () => {
    const random = seededRandom(3)
    const [bootstrap, dialler] = some(2, random) as [Peer, Peer]
    const node = new LoneNode(random, { bootstraps: [bootstrap.id] })
    node.greet(dialler)
    node.run(5 * second)
    expect(node.machine.membership.joined).toBe(true)
    node.present.clear()
    node.run(2 * minute)
    node.present.set(bootstrap.id, contactOf(bootstrap))
    node.run(10 * second)
    expect(node.leaves).toContain(bootstrap.id)
  })
})

test('a way that was shut is tried again by a node that has neighbours: two halves find together', () => {
  const random = seededRandom(13)
  const bootstrap = peerFrom(random)
  const node = new LoneNode(random, { bootstraps: [bootstrap.id] })
  for (const peer of some(10, random)) node.greet(peer)
  node.run(minute)
  node.present.set(bootstrap.id, contactOf(bootstrap))
  node.run(minute)
  expect(node.leaves).toContain(bootstrap.id)
})

test('passers-by that fill the book leave room for newcomers and push out nobody who stays', () => {
  // Three in four of these hold no place with the node; they are linked, and that is all.
  const { node, peers, random } = among(150, 4)
  for (let i = 0; i < contactsKnownMax + 200; i++) {
    const passer = peerFrom(random)
    node.greet(passer)
    node.present.delete(passer.id)
    node.input({ on: 'dropped', peer: passer.id, why: 'closed' })
  }
  expect([...node.machine.contacts.all()]).toHaveLength(contactsKnownMax)
  node.run(minute)
  for (const peer of peers) expect(node.machine.contacts.isAlive(peer.id)).toBe(true)
  for (const newcomer of some(20, random)) {
    node.greet(newcomer)
    expect(node.machine.contacts.isAlive(newcomer.id)).toBe(true)
    expect(node.machine.routing.knows(newcomer.id)).toBe(true)
  }
})

/** Every one of them rates the node negative; somebody passes the ratings on. */
function vetoed(node: LoneNode, by: readonly Peer[], teller: Peer): void {
  const entries = by.map(({ signer }) =>
    signEntry(signer, {
      ...{ chainId, seq: 1, prevHash: zeroHash, overlay: 'social', prevSameOverlay: null },
      subject: node.self.signer.publicKey,
      opinion: { is: 'trust', value: -1_000_000 as Trust },
      ...{ reason: null, time: 1 },
    }),
  )
  const message = { say: 'entries', answers: 0, rest: 'none', entries } as const
  node.input({ on: 'message', from: teller.id, message: { protocol: 'trustchain', message } })
}

describe('made-up nodes that veto a node to be its neighbours unseen', () => {
  const crowd = (liars: number): { open: number; barred: number } => {
    const { node, peers, random } = among(80, 5)
    const ghosts = byNearness(some(1_500, random), node.self.id).slice(0, 2 * leavesPerSide)
    vetoed(node, ghosts, peers[0]!)
    expect(ghosts.every(({ id }) => node.machine.vetoes.barred(id))).toBe(true)
    const contacts = ghosts.map((ghost) => contactOf(ghost))
    for (let i = 0; i < 4; i++) {
      const named = [...contacts.slice(8 * i), ...contacts.slice(0, 8 * i)]
      for (const liar of peers.slice(0, liars)) node.tells(liar, named)
      node.run(30 * second)
    }
    const barred = node.leaves.filter((leaf) => node.machine.vetoes.barred(leaf)).length
    return { barred, open: node.leaves.length - barred }
  }

  test('take no place on the word of one peer', () => {
    expect(crowd(1)).toEqual({ barred: 0, open: 2 * leavesPerSide })
  })

  test('take a few places at most on the word of many', () => {
    const { barred, open } = crowd(10)
    expect(barred).toBe(toldPositionsMax)
    expect(open).toBe(2 * leavesPerSide - barred)
  })
})

test('trusted nodes that are never found do not keep others from being looked for', () => {
  const { node, random } = among(1, 6)
  const friends = some(9, random)
  friends.forEach((friend, i) => {
    node.rate(friend, 1_000_000 - i)
  })
  node.run(2 * minute)
  const sought = new Set(
    node.sent.flatMap(({ message }) => (message.say === 'near-request' ? message.position : [])),
  )
  for (const friend of friends) expect(sought).toContain(friend.id)
})

describe('peers that keep naming nodes which do not exist', () => {
  test.each([1, 12])('do not hide a dead neighbour (%i of them)', (liars) => {
    const { node, peers, random } = among(60, 7)
    node.blackHole = 5 * second
    const crowd = some(3_000, random)
    const invented = crowd
      .filter(({ id }) => id[0] === node.self.id[0])
      .map((peer) => contactOf(peer))
    let next = 0
    const flood = (): void => {
      for (const liar of peers.slice(0, liars)) {
        const some = Array.from({ length: 16 }, () => invented[next++ % invented.length]!)
        node.tells(liar, some)
      }
      node.run(second)
    }
    for (let i = 0; i < 10; i++) flood()
    const dead = peers.find(({ id }, i) => i > liars && node.leaves.includes(id))!
    node.present.delete(dead.id)
    const diedAt = node.now
    while (node.machine.routing.isNeighbour(dead.id) && node.now < diedAt + minute) flood()
    expect(node.now - diedAt).toBeLessThan(20 * second)
  })
})

describe('the position of a barred neighbour', () => {
  test('outlives a probe that was out when the veto came', () => {
    const { node, peers } = among(5, 8)
    node.present.delete(peers[0]!.id)
    node.blackHole = 30 * second
    // Its link closes: a probe dials it, and a second one.
    node.input({ on: 'dropped', peer: peers[0]!.id, why: 'closed' })
    const probes = (): number =>
      node.sent.filter(({ to, message }) => to === peers[0]!.id && message.say === 'probe').length
    while (probes() < 2) node.run(100)
    node.rate(peers[0]!, -1_000_000)
    node.tells(peers[1]!, [contactOf(peers[0]!)])
    node.run(9 * second)
    expect(node.machine.vetoes.barred(peers[0]!.id)).toBe(true)
    expect(node.leaves).toContain(peers[0]!.id)
  })

  test('outlives a flood of contacts', () => {
    const { node, peers, random } = among(5, 9)
    const [barred, honest, liar] = peers as [Peer, Peer, Peer]
    node.rate(barred, -1_000_000)
    node.run(second)
    node.tells(honest, [contactOf(barred)], 100)
    node.blackHole = 5 * second
    for (let i = 0; i < contactsKnownMax / 64 + 4; i++)
      node.tells(
        liar,
        some(64, random).map((peer) => contactOf(peer)),
        minute,
      )
    expect([...node.machine.contacts.all()]).toHaveLength(contactsKnownMax)
    node.run(11 * second)
    expect(node.machine.contacts.contact(barred.id)).toBeDefined()
    expect(node.leaves).toContain(barred.id)
  })
})

test('a peer gets its share of answers about others, and no more', () => {
  const { node, peers } = among(40, 10)
  const [greedy, modest] = peers as [Peer, Peer]
  const answersTo = ({ id }: Peer): number =>
    node.sent.filter(({ to, message }) => to === id && message.say === 'near').length
  const ask = (peer: Peer, nonce: number): void =>
    node.says(peer, { say: 'near-request', nonce, position: peer.id })
  for (let i = 0; i < 500; i++) ask(greedy, i)
  expect(answersTo(greedy)).toBe(nearRequestsAtOnceMax)
  ask(modest, 1)
  expect(answersTo(modest)).toBe(1)
  node.run(2 * second)
  for (let i = 0; i < 500; i++) ask(greedy, i)
  expect(answersTo(greedy)).toBe(nearRequestsAtOnceMax + 2 * nearRequestsPerSecondMax)
  const answer = node.sent.findLast(({ message }) => message.say === 'near')!
  const bytes = encodeNodeMessage({ protocol: 'overlay', message: answer.message }).length
  expect(bytes).toBeLessThan(20_000)
})

describe('a node whose clock was set back', () => {
  const later = 2_000_000_000_000
  const greetings = (node: LoneNode): number[] =>
    node.sent.flatMap(({ message }) => (message.say === 'hello' ? message.contact.seq : []))

  test('outdoes what it said of itself before, as soon as somebody quotes that', () => {
    const { node, peers } = among(5, 11)
    expect(Math.max(...greetings(node))).toBeLessThan(later)
    const told = node.sent.length
    node.tells(peers[0]!, [
      contactOf(node.self, { seq: later, addresses: ['/ip4/10.0.0.1/tcp/1'] }),
    ])
    const fresh = node.sent.slice(told)
    for (const peer of peers)
      expect(
        fresh.some(
          ({ to, message }) =>
            to === peer.id && message.say === 'hello' && message.contact.seq === later + 1,
        ),
      ).toBe(true)
  })

  test('believes no quote of itself that it did not sign', () => {
    const { node, peers } = among(5, 12)
    const told = node.sent.length
    const quoted = contactOf(node.self, { seq: later })
    const forged = { ...quoted, signature: contactOf(peers[1]!, { seq: later }).signature }
    node.tells(peers[0]!, [forged])
    expect(node.sent.slice(told)).toEqual([])
    expect(node.machine.membership.contact!.seq).toBeLessThan(later)
  })
})
