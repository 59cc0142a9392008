// The users of a simulated network: they submit transactions to whoever is up, in order of sequence
// with some out of order, submit again what does not become final, and command committee changes.
import type { ConsensusCommand } from '../../../consensus/message.ts'
import { hex } from '../../core/bytes.ts'
import type { Random } from '../../core/random.ts'
import {
  type CounterApplication,
  encodeOrder,
  type Order,
  type Seats,
} from './counter-application.ts'

export interface UsersOptions {
  readonly random: Random
  /** What is final, as the outside sees it. */
  readonly final: CounterApplication
  /** Gives a command to a node that is up. */
  readonly command: (command: ConsensusCommand) => void
}

const authors = 3
/** Transactions that an author has under way at most. */
const underWayMax = 3
/** Commands the committee; its sequence is its own. */
const chair = 50

export class Users {
  /** All that was ever submitted, as hex. */
  readonly submitted = new Set<string>()
  readonly #options: UsersOptions
  /** The highest sequence that each author used. */
  readonly #used = new Map<number, number>()
  readonly #made = new Map<string, Uint8Array>()
  #loose = 0

  constructor(options: UsersOptions) {
    this.#options = options
  }

  /** One user does something. */
  act(): void {
    const { random, final } = this.#options
    if (random.below(4) === 0) {
      this.loose()
      return
    }
    const author = random.below(authors)
    const next = final.nextOf(author)
    const used = this.#used.get(author) ?? 0
    // Below `used` something was submitted before: it is submitted again, as it was.
    const sequence = next + random.below(underWayMax)
    if (sequence > used) this.#used.set(author, sequence)
    this.#submit({ order: 'add', author, sequence, amount: author * 1000 + sequence })
  }

  /** Submits a transaction that may apply at any time; by a name of its own. */
  loose(): number {
    const name = ++this.#loose
    this.looseAgain(name)
    return name
  }

  looseAgain(name: number): void {
    this.#send(encodeOrder({ order: 'once', author: 9, name }))
  }

  /** Commands that these hold the seats; nothing while a change is under way. */
  seat(seats: Seats): void {
    const sequence = this.#options.final.nextOf(chair)
    const known = this.#made.get(`${chair}/${sequence}`)
    if (known !== undefined) return this.#send(known)
    this.#submit({ order: 'seat', author: chair, sequence, seats })
  }

  /** Submits the next of every author again: what was lost on the way must not stand still. */
  again(): void {
    for (let author = 0; author < authors; author++)
      this.#submit({
        ...{ order: 'add', author, sequence: this.#options.final.nextOf(author) },
        amount: author * 1000 + this.#options.final.nextOf(author),
      })
    const seat = this.#made.get(`${chair}/${this.#options.final.nextOf(chair)}`)
    if (seat !== undefined) this.#send(seat)
  }

  #submit(order: Exclude<Order, { order: 'once' }>): void {
    const bytes = encodeOrder(order)
    this.#made.set(`${order.author}/${order.sequence}`, bytes)
    this.#send(bytes)
  }

  #send(transaction: Uint8Array): void {
    this.submitted.add(hex(transaction))
    this.#options.command({ command: 'submit', transaction })
  }
}

/** Another committee: one seat more, less or of another power; within 4 seats and the number of keys. */
export function changedSeats(seats: Seats, keys: number, random: Random): Seats {
  const holders = Object.keys(seats).map(Number)
  const others = Array.from({ length: keys }, (_, key) => key).filter((key) => !(key in seats))
  const joins = random.pick(others)
  const leaves = random.pick(holders)!
  const choice = random.below(3)
  const changed: Record<number, number> = { ...seats }
  if (choice === 0 && joins !== undefined) changed[joins] = 1
  else if (choice === 1 && holders.length > 4) delete changed[leaves]
  else changed[leaves] = 1 + random.below(3)
  return changed
}
