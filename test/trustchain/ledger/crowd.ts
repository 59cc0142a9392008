// A crowd that says all kinds of things, right and wrong, drawn by a seed: what a hostile pool holds.
import type { Millis, NodeId } from '../../../src/core/id.ts'
import { type Random, seededRandom } from '../../../src/core/random.ts'
import type { EntryHash, VerifiedRating } from '../../../trustchain/entry.ts'
import { forkProofOf } from '../../../trustchain/fork-proof.ts'
import type { Ledger } from '../../../trustchain/ledger/ledger.ts'
import {
  makeReady,
  makeRegistration,
  makeReport,
  makeRootsChange,
  makeSuccession,
  signRoots,
} from '../../../trustchain/ledger/make-transaction.ts'
import {
  encodeEntryTransaction,
  encodeEvidenceTransaction,
  encodeForkTransaction,
} from '../../../trustchain/ledger/transactions.ts'
import { signEntry } from '../../../trustchain/verify.ts'
import { draftAfter } from '../authoring.ts'
import { chainId } from '../pump.ts'
import { accusation, type Person, people } from './chain.ts'

const categories = ['reliability', 'performance', 'honesty'] as const
const overlays = ['social', 'work'] as const

export class Crowd {
  readonly all: readonly Person[]
  /** Keys that a name may be handed over to. */
  readonly #spare: readonly Person[]
  readonly #random: Random
  /** Everything ever said: some of it is said again. */
  readonly #said: Uint8Array[] = []
  readonly #entries = new Map<EntryHash, VerifiedRating>()

  constructor(count: number, seed: number) {
    this.all = people(count)
    this.#spare = people(count, 1_000)
    this.#random = seededRandom(seed)
  }

  /** 0 to count − 1. */
  draw(count: number): number {
    return this.#random.below(count)
  }

  chance(percent: number): boolean {
    return this.draw(100) < percent
  }

  pick<T>(items: readonly T[]): T {
    return items[this.draw(items.length)]!
  }

  shuffled<T>(items: readonly T[]): T[] {
    return this.#random.shuffle(items)
  }

  /** With the spare keys, whether or not they have a name. */
  get everybody(): readonly Person[] {
    return [...this.all, ...this.#spare]
  }

  /** Those of the crowd who have a name, under the keys that they have now, and some who had one. */
  #speaker(ledger: Ledger): Person {
    const person = this.pick(this.all)
    const holder = ledger.holderOf(person.id)
    return this.chance(10)
      ? this.pick(this.everybody)
      : (this.everybody.find(({ id }) => id === holder) ?? person)
  }

  /** Now and then somebody hands its name over. */
  handsOver(ledger: Ledger): Uint8Array[] {
    if (this.chance(50)) return []
    const named = this.everybody.filter(
      ({ id }) => ledger.node(id) !== undefined && !ledger.committee.has(id),
    )
    const by = named.length > 0 && this.chance(80) ? this.pick(named) : this.#speaker(ledger)
    const to = this.chance(90) ? this.pick(this.#spare) : this.pick(this.everybody)
    const made = makeSuccession(by.signer, chainId, this.#number(by, ledger), to.signer)
    this.#said.push(made)
    return [made]
  }

  /** Each goes on from what is final of its own; what else it signed is forgotten. */
  settle(ledger: Ledger): void {
    for (const person of this.everybody) {
      for (const entry of person.log) this.#entries.set(entry.hash, entry)
      const log: VerifiedRating[] = []
      let { seq, hash } = ledger.finalHead(person.id)
      for (; seq > 0; seq--) {
        const entry = this.#entries.get(hash)!
        log.unshift(entry)
        hash = entry.prevHash
      }
      person.log.splice(0, person.log.length, ...log)
    }
  }

  /** Some transactions, most of them admissible by themselves on this state. */
  says(ledger: Ledger, count: number): Uint8Array[] {
    const made = Array.from({ length: count }, () => this.#one(ledger))
    this.#said.push(...made)
    return made
  }

  #one(ledger: Ledger): Uint8Array {
    const dice = this.draw(100)
    const [by, of] = [this.#speaker(ledger), this.#speaker(ledger)]
    if (this.chance(3)) return this.pick([...this.handsOver(ledger), this.#rates(by, of)])
    if (dice < 30) return this.#rates(by, of)
    if (dice < 48)
      return by.stars(of, 1 + this.draw(9) / 2, this.pick(categories), this.pick(overlays))
    if (dice < 52) return by.stars(this.pick(this.all.slice(0, 3)), 1)
    if (dice < 56 && this.#said.length > 0) return this.pick(this.#said)
    if (dice < 58) return this.#branch(by, of)
    if (dice < 59) return this.#forkProof(by, of)
    if (dice < 61) return this.#evidence(by, ledger)
    if (dice < 72) return this.#registration(by, ledger)
    if (dice < 86) return this.#report(this.pick(this.all), ledger)
    if (dice < 96) return this.#ready(by, ledger)
    if (dice < 98) return this.#roots(ledger)
    return this.#torn(by, of)
  }

  #rates(by: Person, of: Person): Uint8Array {
    const value = this.pick([1_000_000, 900_000, 600_000, 300_000, 1, 0, -400_000])
    return by.trusts(of, value, this.pick(overlays))
  }

  #number({ id }: Person, ledger: Ledger): number {
    return Math.max(0, ledger.nextNumber(id) + this.pick([0, 0, 0, 1, 2, -1]))
  }

  #branch(by: Person, of: Person): Uint8Array {
    const seq = this.draw(by.log.length + 1)
    const draft = draftAfter(by.log.slice(0, seq), { subject: of.key, time: this.draw(9) })
    const entry = signEntry(by.signer, draft)
    this.#entries.set(entry.hash, entry)
    return encodeEntryTransaction(entry)
  }

  #forkProof(by: Person, of: Person): Uint8Array {
    const seq = this.draw(by.log.length + 1)
    const branch = (time: Millis) =>
      signEntry(by.signer, draftAfter(by.log.slice(0, seq), { subject: of.key, time }))
    return encodeForkTransaction(forkProofOf(branch(1), branch(2)))
  }

  #evidence(by: Person, ledger: Ledger): Uint8Array {
    return encodeEvidenceTransaction(accusation(by, this.draw(ledger.height + 3)))
  }

  #registration(by: Person, ledger: Ledger): Uint8Array {
    return makeRegistration(by.signer, chainId, this.#number(by, ledger), {
      ...{ owner: this.pick(['', 'Ann', 'a\nb']), addresses: [], willing: this.chance(90) },
    })
  }

  #report(member: Person, ledger: Ledger): Uint8Array {
    const heard = this.all
      .filter((other) => other !== member && this.chance(95))
      .map(({ id: node }): { node: NodeId; share: number; lastHeard: Millis } => ({
        ...{ node, share: 8_000 + this.draw(2_001) },
        lastHeard: ledger.time - this.draw(2_000),
      }))
      .sort((a, b) => (a.node < b.node ? -1 : 1))
    return makeReport(
      ...([member.signer, chainId, this.#number(member, ledger), this.pick([0, 0, 0, 1])] as const),
      this.chance(95) ? heard : heard.reverse(),
    )
  }

  #ready(by: Person, ledger: Ledger): Uint8Array {
    const elected = ledger.epoch.handover?.elected ?? []
    const newcomer = this.all.find(({ id }) => elected.includes(id) && this.chance(70)) ?? by
    return makeReady(newcomer.signer, chainId, ledger.nextNumber(newcomer.id))
  }

  #roots(ledger: Ledger): Uint8Array {
    const version = ledger.nextRootsVersion
    const roots = this.shuffled(this.all)
      .slice(0, 3 + this.draw(3))
      .map(({ key }) => key)
    const signatures = this.all
      .filter(() => this.chance(90))
      .map(({ signer, key }) => ({
        root: key,
        signature: signRoots(signer, chainId, version, roots),
      }))
    return makeRootsChange(version, roots, signatures)
  }

  #torn(by: Person, of: Person): Uint8Array {
    const bytes = this.#branch(by, of)
    if (this.chance(50)) bytes[this.draw(bytes.length)]! ^= 1 << this.draw(8)
    return this.chance(50) ? bytes : bytes.subarray(0, this.draw(bytes.length))
  }
}
