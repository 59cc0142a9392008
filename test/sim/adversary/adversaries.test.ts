// Every adversary around whole nodes in the simulated world: what it does to others, and that it serves
// them like anybody else besides.
import { beforeEach, describe, expect, test } from 'vitest'
import { signContact } from '../../../overlay/signed-contact.ts'
import type { LookupAnswer, RouteMessage, RoutingMessage } from '../../../routing/message.ts'
import type { NodeId } from '../../../src/core/id.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { signerFrom } from '../../../src/runtime/ed25519/fastest.ts'
import { parseAdversary, turned } from '../../../src/sim/adversary/by-name.ts'
import { inWorld } from '../../../src/sim/adversary/in-world.ts'
import { chainId, SimulatedNetwork } from '../../node/simulated-network.ts'

/** Time enough for a lookup of a node that answers, and for both tries of one that does not. */
const answered = 2_000
const givenUp = 11_000

let network: SimulatedNetwork
let honest: readonly NodeId[]
let enemies: readonly NodeId[]

beforeEach(() => {
  network = new SimulatedNetwork({ seed: 5, nodes: 6, routing: 'pastry' })
  honest = network.ids.slice(0, 4)
  enemies = network.ids.slice(4)
})

/** Wraps the last two nodes, before any of them starts. */
function attack(text: string, by: readonly NodeId[] = enemies): void {
  const parsed = parseAdversary(text)
  if (!parsed.ok) throw new Error(parsed.why)
  const accomplices = by.map((nodeId) => ({ nodeId, publicKey: network.keyOf(nodeId) }))
  for (const self of by) {
    const signer = network.signerOf(self)
    const ports = { self, signer, chainId, overlay: 'social', accomplices }
    network.world.wrap(self, inWorld(parsed.spec, ports))
  }
}

function join(): void {
  network.joinAll(50)
  network.world.runFor(5_000)
}

/** The root that a lookup ends at, or the code of its failure. */
function rootOf(from: NodeId, key: string, wait: number): string | undefined {
  const { handle } = network.lookup(from, key)
  network.world.runFor(wait)
  const { answer } = handle
  if (answer === undefined) return undefined
  return answer.ok ? (answer.value as LookupAnswer).root : answer.code
}

const ratingBy = (author: NodeId, of: NodeId, at: NodeId): number | undefined =>
  network.machine(at).trustchain.trustchains.latest(author, 'social', of)?.value

describe('a dropper', () => {
  test('swallows what it should deliver, and has its own lookups answered', () => {
    attack('drop:2')
    join()
    expect(rootOf(honest[0]!, enemies[0]!, givenUp)).toBe('route/timeout')
    expect(rootOf(honest[0]!, honest[1]!, answered)).toBe(honest[1])
    expect(rootOf(enemies[0]!, honest[1]!, answered)).toBe(honest[1])
    expect(network.ringFaults()).toEqual([])
  })

  test('without receipts is noticed, and its key goes to whom is nearest else', () => {
    attack('drop:1@receipts=no', [enemies[0]!])
    join()
    const root = rootOf(honest[0]!, enemies[0]!, givenUp)
    expect(network.ids).toContain(root)
    expect(root).not.toBe(enemies[0])
  })

  test('spares those that are not its victim, and keys out of its range', () => {
    attack(`drop:2@victim=${honest[0]!}`)
    join()
    expect(rootOf(honest[1]!, enemies[0]!, answered)).toBe(enemies[0])
    expect(rootOf(honest[0]!, enemies[0]!, givenUp)).toBe('route/timeout')
  })

  test('acts in its time only', () => {
    attack('drop:2@from=10s,for=15s')
    join()
    expect(rootOf(honest[1]!, enemies[0]!, answered)).toBe(enemies[0])
    network.world.runFor(5_000)
    expect(rootOf(honest[1]!, enemies[0]!, givenUp)).toBe('route/timeout')
    network.world.runFor(10_000)
    expect(rootOf(honest[1]!, enemies[0]!, answered)).toBe(enemies[0])
  })

  test('by chance drops some', () => {
    attack('drop:2@p=0.5')
    join()
    const asked = Array.from({ length: 30 }, () => network.lookup(honest[0]!, enemies[0]!))
    network.world.runFor(answered)
    const served = asked.filter(({ handle }) => handle.answered).length
    expect(served).toBeGreaterThan(5)
    expect(served).toBeLessThan(25)
  })
})

describe('a misrouter', () => {
  test('lets the accomplice nearest to the key answer, with a proof that holds', () => {
    attack('misroute:2')
    join()
    // The key of one enemy is handed to nobody: it is the nearest. Beside the other it hands over.
    expect(rootOf(honest[0]!, enemies[0]!, answered)).toBe(enemies[0])
    expect(rootOf(honest[0]!, honest[1]!, answered)).toBe(honest[1])
  })

  test('hands a message to the accomplice that is nearer, and its answer back', () => {
    const [liar, friend] = enemies as [NodeId, NodeId]
    const parsed = parseAdversary('misroute:1')
    if (!parsed.ok) throw new Error(parsed.why)
    const ports = {
      ...{ self: liar, signer: network.signerOf(liar), chainId, overlay: 'social' },
      ...{
        random: network.random,
        accomplices: [{ nodeId: friend, publicKey: network.keyOf(friend) }],
      },
    }
    const node = turned({ step: () => [] }, parsed.spec, ports)
    const hop = { by: 'global', prefix: 0, trust: 0 } as const
    const way = { routeId: '0123456789abcdef', attempt: 0 }
    const route: RouteMessage = {
      ...{
        say: 'route' as const,
        ...way,
        key: friend,
        overlay: 'social',
        phase: 'global' as const,
      },
      ...{ origin: honest[0]!, trace: [{ to: liar, ...hop }], visited: [], data: null },
    } as const
    const hear = (from: NodeId, message: RoutingMessage) =>
      node.step({ on: 'message', from, message: { protocol: 'routing', message } }, 0)
    const sent = hear(honest[0]!, route).map((effect) =>
      effect.do === 'send' ? [effect.to, effect.message.message.say] : effect,
    )
    expect(sent).toEqual([
      [honest[0], 'receipt'],
      [friend, 'route'],
    ])
    const result: RoutingMessage = {
      ...{
        say: 'result' as const,
        ...way,
        rootKey: network.keyOf(friend),
        signature: new Uint8Array(64),
      },
      ...{ trace: [...route.trace, { to: friend, ...hop }], messages: 1 },
    } as const
    expect(hear(friend, result)).toMatchObject([
      { do: 'send', to: honest[0], message: { message: { say: 'result', messages: 4 } } },
    ])
  })
})

test('a silent node is lost to the others', () => {
  attack('silence:1@from=20s', [enemies[0]!])
  join()
  expect(rootOf(honest[0]!, enemies[0]!, answered)).toBe(enemies[0])
  network.world.runFor(45_000)
  expect(network.machine(honest[0]!).routing.neighbours()).not.toContain(enemies[0])
  expect(network.machine(honest[0]!).routing.neighbours()).toContain(enemies[1])
})

test('slander rates honest nodes -1 but one, who carries its word, and no accomplice', () => {
  attack('slander:2')
  join()
  network.world.runFor(10_000)
  for (const enemy of enemies) {
    const rated = honest.filter((target) => ratingBy(enemy, target, enemy) === -1_000_000)
    expect(rated).toHaveLength(honest.length - 1)
    for (const node of honest)
      for (const target of rated) expect(ratingBy(enemy, target, node)).toBe(-1_000_000)
  }
  expect(ratingBy(enemies[0]!, enemies[1]!, enemies[0]!)).toBeUndefined()
})

test('colluders rate each other 1 and nobody else', () => {
  attack('collusion:2')
  join()
  network.world.runFor(10_000)
  expect(ratingBy(enemies[0]!, enemies[1]!, honest[0]!)).toBe(1_000_000)
  expect(ratingBy(enemies[1]!, enemies[0]!, honest[0]!)).toBe(1_000_000)
  expect(ratingBy(enemies[0]!, honest[1]!, enemies[0]!)).toBeUndefined()
})

test('a camouflaged node serves well until it turns', () => {
  attack('camouflage:2@from=10s,then=drop')
  join()
  expect(rootOf(honest[0]!, enemies[0]!, answered)).toBe(enemies[0])
  network.world.runFor(10_000)
  expect(rootOf(honest[0]!, enemies[0]!, givenUp)).toBe('route/timeout')
})

test('a poisoner names accomplices alone, whoever asks', () => {
  attack('poisoning:2')
  const named = new Set<NodeId>()
  network.world.observe('sent', ({ from, to, message }) => {
    if (!enemies.includes(from) || enemies.includes(to) || message.protocol !== 'overlay') return
    const said = message.message
    if (said.say === 'near' || said.say === 'leaf-set')
      for (const { contact } of said.sightings) named.add(contact.nodeId)
  })
  join()
  network.world.runFor(30_000)
  expect([...named].sort()).toEqual([...enemies].sort())
})

test('of many accomplices a poisoner names a leaf set, and one for each slot of a table', () => {
  const self = enemies[0]!
  const facts = { seq: 1, addresses: [], overlays: ['social'], owner: '' }
  const accomplices = Array.from({ length: 300 }, (_, i) => {
    const contact = signContact(signerFrom(seededRandom(i).bytes(32)), chainId, facts)
    return { nodeId: contact.nodeId, publicKey: contact.publicKey, contact }
  })
  const ports = { self, signer: network.signerOf(self), chainId, overlay: 'social', accomplices }
  const parsed = parseAdversary('poisoning')
  if (!parsed.ok) throw new Error(parsed.why)
  network.world.wrap(self, inWorld(parsed.spec, ports))
  const asked = new Map<string, string>()
  let answers = 0
  network.world.observe('sent', ({ from, to, message }) => {
    if (message.protocol !== 'overlay') return
    const said = message.message
    if (said.say === 'near-request' && to === self)
      asked.set(`${from}/${said.nonce}`, said.position)
    if (said.say !== 'near' || from !== self) return
    answers++
    const position = asked.get(`${to}/${said.nonce}`)!
    const named = said.sightings.map(({ contact }) => contact.nodeId).filter((id) => id !== self)
    const there = accomplices.map(({ nodeId }) => nodeId).filter((id) => id !== to)
    expect(there).toEqual(expect.arrayContaining(named))
    const nearest = there.sort((a, b) => (distance(a, position) < distance(b, position) ? -1 : 1))
    expect(named.slice(0, 32)).toEqual(nearest.slice(0, 32))
    const slotsOf = (ids: readonly string[]) => new Set(ids.map((id) => slotOf(id, position)))
    expect(slotsOf(named)).toEqual(slotsOf(nearest))
  })
  join()
  expect(answers).toBeGreaterThan(0)
})

const distance = (a: string, b: string): bigint => {
  const there = BigInt(`0x${a}`) - BigInt(`0x${b}`)
  const way = there < 0n ? -there : there
  return way < 2n ** 127n ? way : 2n ** 128n - way
}

/** The digits shared with a position, and the first that differs. */
function slotOf(id: string, position: string): string {
  let shared = 0
  while (id[shared] === position[shared]) shared++
  return id.slice(0, shared + 1)
}
