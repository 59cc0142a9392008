// Random networks that lose messages, cut links and hold authors who sign two histories: once the
// network is whole again, every node holds the same, and no honest peer was blamed for lying.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hex } from '../../src/core/bytes.ts'
import { seededRandom } from '../../src/core/random.ts'
import { logOf, subjectKey } from './authoring.ts'
import { Pump, type PumpNode, signerOf, trust } from './pump.ts'

const scenario = fc.record({
  seed: fc.nat({ max: 2 ** 31 }),
  nodes: fc.integer({ min: 2, max: 6 }),
  lossPercent: fc.constantFrom(0, 10, 50),
  forkAt: fc.integer({ min: 1, max: 6 }),
  steps: fc.array(fc.nat({ max: 9 }), { minLength: 5, maxLength: 40 }),
})

it('every node ends with the same entries and the same forks', () => {
  fc.assert(
    fc.property(scenario, ({ seed, nodes: count, lossPercent, forkAt, steps }) => {
      const random = seededRandom(seed)
      const pump = new Pump()
      const nodes = Array.from({ length: count }, (_, at) => pump.add(`n${at}`, at + 1))
      const pick = (): PumpNode => random.pick(nodes)!
      const log = logOf(signerOf(60), 7)
      const branch = logOf(signerOf(60), 8, ['social'], log.slice(0, forkAt - 1), 500)
      const histories = [log, branch]
      for (const [at, node] of nodes.entries()) if (at > 0) pump.link(nodes[at - 1]!, node)
      pump.filter = (_from, _to, message) => (random.below(100) < lossPercent ? undefined : message)
      for (const step of steps) {
        const [a, b] = [pick(), pick()]
        if (step < 5) pump.rate(a, trust(subjectKey(random.below(3)), random.below(1_000_000)))
        else if (step < 7 && a !== b) {
          if (a.neighbours.has(b.id)) pump.cut(a, b)
          else pump.link(a, b)
        } else if (step === 7) {
          const entries = random.pick(histories)!.slice(0, 1 + random.below(8))
          pump.deliver(b.id, a, { say: 'entries', answers: 0, rest: 'none', entries })
        } else pump.run(random.below(4_000))
      }
      pump.filter = (_from, _to, message) => message
      for (const [at, node] of nodes.entries())
        if (at > 0 && !node.neighbours.has(nodes[at - 1]!.id)) pump.link(nodes[at - 1]!, node)
      pump.run(120_000)
      const state = (node: PumpNode) =>
        [...node.machine.trustchains.authors]
          .sort()
          .map((author) => `${author} ${node.machine.trustchains.head(author).hash}`)
          .concat([...node.machine.trustchains.forks].map((fork) => `${fork.authorId} ${fork.seq}`))
      for (const node of nodes) {
        expect(state(node)).toEqual(state(nodes[0]!))
        // Losses make silence; nobody here lies.
        for (const note of node.notes)
          if (note.note === 'misbehaved') expect(note.why).toBe('silent')
        for (const { body, authorId, seq } of entriesOf(node))
          expect(
            hex(node.store.get(`entry/${authorId}/${String(seq).padStart(10, '0')}`)!),
          ).toContain(hex(body))
      }
    }),
    { numRuns: 60 },
  )
})

const entriesOf = (node: PumpNode) =>
  [...node.machine.trustchains.authors].flatMap((author) =>
    node.machine.trustchains.range(author, 1, 1_000),
  )
