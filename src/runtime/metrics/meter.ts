// Counts what happens often in a node, by plain numbers: messages and writes pass here by the
// thousand a second. NodeMetrics reads them when somebody asks.
import type { StoreWrite } from '../../core/machine.ts'
import type { NodeMessage } from '../../node/message.ts'

type Protocol = NodeMessage['protocol']

/** Numbers by name. */
export class Tally<Name extends string = string> {
  readonly #counts = new Map<Name, number>()

  add(name: Name, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }

  entries(): Iterable<readonly [Name, number]> {
    return this.#counts
  }
}

export class Meter {
  readonly received = new Tally<Protocol>()
  readonly receivedBytes = new Tally<Protocol>()
  readonly sent = new Tally<Protocol>()
  readonly sentBytes = new Tally<Protocol>()
  /** Messages that could not be read. */
  malformed = 0
  readonly store = { batches: 0, writes: 0, bytes: 0, seconds: 0 }

  tookIn(protocol: Protocol, bytes: number): void {
    this.received.add(protocol)
    this.receivedBytes.add(protocol, bytes)
  }

  gaveOut(protocol: Protocol, bytes: number): void {
    this.sent.add(protocol)
    this.sentBytes.add(protocol, bytes)
  }

  /** Counts a batch around the writing of it. */
  async writing(writes: readonly StoreWrite[], write: () => Promise<void>): Promise<void> {
    const begun = performance.now()
    await write()
    const { store } = this
    store.seconds += (performance.now() - begun) / 1_000
    store.batches += 1
    // Of a key that was written several times the last value is the one that is stored, and some are made only then.
    const last = new Map(writes.map((one) => [one.key, one]))
    store.writes += last.size
    for (const { value } of last.values()) store.bytes += value?.length ?? 0
  }
}
