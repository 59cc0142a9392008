// A negative rating on live processes: the link goes on both sides and stays gone, also over a
// restart and while everybody routes; the ring still delivers; taking the rating back reconnects.
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { byDistanceTo } from '../api/members.ts'
import { LiveNetwork, type LiveNode, until } from './harness.ts'

/** Looks random keys up from every node; each must come to the id numerically nearest to its key. */
async function everybodyRoutes(nodes: readonly LiveNode[], each: number): Promise<void> {
  const ids = nodes.map(({ nodeId }) => nodeId)
  await Promise.all(
    nodes.map(async (node) => {
      for (let i = 0; i < each; i++) {
        const key = randomBytes(16).toString('hex')
        const { root, delivered } = await node.api.lookup({ key })
        expect([node.name, key, delivered, root]).toEqual([
          node.name,
          key,
          true,
          ids.toSorted(byDistanceTo(key))[0],
        ])
      }
    }),
  )
}

/** Counts from now on how often either side tells that it is connected with the other. */
function watchMeetings(a: LiveNode, b: LiveNode): { count: number; end: () => Promise<unknown> } {
  const ends = new AbortController()
  const watched = { count: 0, end: async () => {} }
  const listening = [
    [a, b],
    [b, a],
  ].map(async ([node, other]) => {
    for await (const event of node!.api.events(['connected'], ends.signal))
      if (event.event === 'connected' && event.peer.nodeId === other!.nodeId) watched.count++
  })
  return Object.assign(watched, {
    end: () => {
      ends.abort()
      return Promise.all(listening)
    },
  })
}

test('a node rated negative is never connected while both live, route and restart, until the rating ends', async () => {
  await using network = await LiveNetwork.open()
  const [n1, n2, n3, n4] = (await network.ring(4)) as [LiveNode, LiveNode, LiveNode, LiveNode]
  const apart = async (one: LiveNode, other: LiveNode): Promise<boolean> =>
    !(await one.isConnectedTo(other)) && !(await other.isConnectedTo(one))
  await until(
    'n1 and n2 are connected',
    () => apart(n1, n2),
    (is) => !is,
  )

  await n1.api.rate({ peer: n2.peerId, value: '-0.5' })
  await until(
    'the link is gone',
    () => apart(n1, n2),
    (is) => is,
  )
  expect((await n1.sees(n2))?.state).toBe('barred')
  await until(
    'n2 knows that it is barred',
    () => n2.sees(n1),
    (peer) => peer?.state === 'barred',
  )
  const meetings = watchMeetings(n1, n2)
  await everybodyRoutes([n1, n2, n3, n4], 40)
  // Whoever is asked to dial by hand is refused as well: n2 routes to n1's very position.
  expect((await n2.api.lookup({ key: n1.nodeId })).root).toBe(n1.nodeId)
  expect((await n1.api.lookup({ key: n2.nodeId })).root).toBe(n2.nodeId)
  expect([await apart(n1, n2), meetings.count]).toEqual([true, 0])

  // Its way in was n1, which it must not dial any more: it needs the contacts that it saved.
  await until(
    'n2 has saved its contacts',
    () => n2.api.status(),
    ({ uptimeMs }) => uptimeMs > 3_000,
  )
  await n2.end('SIGKILL')
  const again = await network.node('n2')
  await again.joined(3)
  await everybodyRoutes([n1, again, n3, n4], 40)
  expect(await apart(n1, again)).toBe(true)
  expect([await again.isConnectedTo(n3), await again.isConnectedTo(n4)]).toEqual([true, true])
  await meetings.end()
  expect(meetings.count).toBe(0)

  await n1.api.rate({ peer: n2.peerId, value: '0.8' })
  await until(
    'n1 and n2 are connected again',
    () => apart(n1, again),
    (is) => !is,
    60_000,
  )
  await everybodyRoutes([n1, again, n3, n4], 20)
}, 150_000)
