// Many epochs of joining, leaving, banning and convicting through the ledger: what successive
// committees may never do, and that every change comes exactly two heights after its last word, also
// over restarts on each side of the boundary.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Committee } from '../../../src/core/committee.ts'
import type { NodeId } from '../../../src/core/id.ts'
import {
  makeReady,
  makeRegistration,
  makeReport,
} from '../../../trustchain/ledger/make-transaction.ts'
import { encodeEvidenceTransaction } from '../../../trustchain/ledger/transactions.ts'
import { changesMax } from '../../../trustchain/standing/election.ts'
import { chainId } from '../pump.ts'
import { accusation, Chain, genesisOf, type Person } from './chain.ts'
import { Crowd } from './crowd.ts'

const rules = { epochBlocks: 5, epochMs: 5_000, heartbeatMs: 1_000, committeeMax: 10 }

const idsOf = (committee: Committee): NodeId[] => committee.members.map(({ nodeId }) => nodeId)

/** Those of `a` that are not in `b`. */
const without = (a: readonly NodeId[], b: readonly NodeId[]): NodeId[] =>
  a.filter((node) => !b.includes(node))

/** One network of people who come and go, with what must hold after each of its blocks. */
class Epochs {
  readonly chain: Chain
  readonly crowd: Crowd
  readonly convicted = new Set<NodeId>()
  readonly happened = { handovers: 0, lapses: 0, convictions: 0, bans: 0, founded: 0, shrunk: 0 }
  /** The last word of readiness of each. */
  readonly #word = new Map<NodeId, Uint8Array>()
  #present: readonly Person[]

  constructor(seed: number, founding: number) {
    this.crowd = new Crowd(14, seed)
    const founders = this.crowd.all.slice(0, founding)
    this.chain = new Chain(genesisOf(founders, rules))
    this.#present = this.crowd.all
  }

  epoch(): void {
    const { crowd, chain } = this
    const { all } = crowd
    this.#present = all.filter(() => crowd.chance(85))
    const newcomers = all.filter(({ id }) => chain.ledger.node(id) === undefined)
    this.#block([
      ...newcomers.filter(() => crowd.chance(50)).map((person) => this.#register(person)),
      ...all.filter(() => crowd.chance(30)).map((person) => this.#register(person)),
      ...all.flatMap((by) => this.#opinions(by)),
    ])
    const members = all.filter(({ id }) => chain.ledger.committee.has(id))
    this.#block(members.filter(() => crowd.chance(95)).map((member) => this.#report(member)))
    for (let i = 0; i < 4; i++) this.#block([...this.#words(), ...this.#evidence()])
  }

  #register(person: Person): Uint8Array {
    const number = this.chain.ledger.nextNumber(person.id)
    const registration = { owner: '', addresses: [], willing: this.crowd.chance(90) }
    return makeRegistration(person.signer, chainId, number, registration)
  }

  #opinions(by: Person): Uint8Array[] {
    const { crowd } = this
    const others = crowd.shuffled(crowd.all.filter((one) => one !== by)).slice(0, 3)
    return others.map((of) => {
      if (crowd.chance(12)) return by.stars(crowd.pick(crowd.all.slice(2, 5)), 1)
      if (crowd.chance(15)) return by.stars(of, 5)
      return by.trusts(of, crowd.pick([1_000_000, 800_000, 500_000, 0]))
    })
  }

  #report(member: Person): Uint8Array {
    const { ledger } = this.chain
    const heard = this.#present
      .filter((one) => one !== member)
      .map(({ id: node }) => ({ node, share: 9_000, lastHeard: ledger.time }))
      .sort((a, b) => (a.node < b.node ? -1 : 1))
    return makeReport(member.signer, chainId, ledger.nextNumber(member.id), 0, heard)
  }

  #words(): Uint8Array[] {
    const { ledger } = this.chain
    const { elected = [], ready = [] } = ledger.epoch.handover ?? {}
    return this.crowd.all
      .filter(({ id }) => elected.includes(id) && !ready.includes(id) && this.crowd.chance(60))
      .map(({ signer, id }) => {
        const word = makeReady(signer, chainId, ledger.nextNumber(id))
        this.#word.set(id, word)
        return word
      })
  }

  #evidence(): Uint8Array[] {
    const { crowd, chain } = this
    if (!crowd.chance(4)) return []
    const member = crowd.all.find(({ id }) => chain.ledger.committee.has(id) && crowd.chance(50))
    return member === undefined || this.convicted.has(member.id)
      ? []
      : [encodeEvidenceTransaction(accusation(member, chain.ledger.height + 1))]
  }

  #block(candidates: readonly Uint8Array[]): void {
    const { crowd, chain } = this
    const { ledger } = chain
    const [present, next] = [ledger.committee, ledger.nextCommittee]
    const { handover, number } = ledger.epoch
    const room = { bytes: 190_000, count: 1_000 }
    const taken = ledger.prepareProposal(candidates, room, ledger.time + 1_000)
    const { committeeAfterNext } = chain.block(taken)
    if (crowd.chance(40)) chain.restart((keys) => crowd.shuffled(keys))
    crowd.settle(chain.ledger)
    // What was to decide the next height does, and what was announced decides the one after.
    expect(chain.ledger.committee.hash).toBe(next.hash)
    const coming = committeeAfterNext ?? next
    expect(chain.ledger.nextCommittee.hash).toBe(coming.hash)
    this.#count(present)
    this.#follows(next, coming)
    if (handover === null) {
      expect(without(idsOf(coming), idsOf(next)), 'nobody enters without an election').toEqual([])
      return
    }
    const said = (id: NodeId): boolean =>
      handover.ready.includes(id) || taken.includes(this.#word.get(id)!)
    const isComplete = handover.elected.every((id) => coming.has(id))
    if (isComplete) expect(handover.elected.every(said), 'all have said ready').toBe(true)
    else expect(without(idsOf(coming), idsOf(next)), 'not before all are ready').toEqual([])
    if (isComplete) this.happened.handovers++
    else if (chain.ledger.epoch.number > number) this.happened.lapses++
  }

  #count(present: Committee): void {
    const { ledger } = this.chain
    for (const { nodeId, convicted, status } of ledger.nodes()) {
      if (convicted && !this.convicted.has(nodeId)) {
        expect(present.has(nodeId)).toBe(true)
        this.convicted.add(nodeId)
        this.happened.convictions++
      }
      if (status === 'BANNED') this.happened.bans++
    }
  }

  /** The rules between two committees in a row. */
  #follows(before: Committee, after: Committee): void {
    const [old, now] = [idsOf(before), idsOf(after)]
    const added = without(now, old)
    const removed = without(old, now).filter((node) => !this.convicted.has(node))
    if (old.length < 4) {
      if (before.hash === after.hash) return
      expect(now.length, 'four at once').toBe(4)
      this.happened.founded++
      return
    }
    expect(now.length).toBeGreaterThanOrEqual(4)
    expect(now.length).toBeLessThanOrEqual(11)
    const sentenced = without(old, now).length - removed.length
    const size = Math.max(4, old.length - sentenced)
    expect(added.length + removed.length).toBeLessThanOrEqual(changesMax(size))
    if (removed.length > 0) this.happened.shrunk++
    for (const id of added) expect(this.chain.ledger.node(id)).toMatchObject({ convicted: false })
  }
}

test('rule 20: over many epochs committees change within their limits, exactly two heights after the last word', () => {
  const all: Epochs['happened'][] = []
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const epochs = new Epochs(seed, [1, 4, 3, 7, 5, 9, 2][all.length % 7]!)
      for (let i = 0; i < 8; i++) epochs.epoch()
      all.push(epochs.happened)
    }),
    { numRuns: 14 },
  )
  const sum = (of: keyof Epochs['happened']): number => all.reduce((n, one) => n + one[of], 0)
  for (const of of ['handovers', 'convictions', 'bans', 'founded', 'shrunk'] as const)
    expect(sum(of), `${of} did happen`).toBeGreaterThan(0)
}, 60_000)
