// The write-ahead log of the height being decided: every input of the driver in order, so that a
// node that was killed is back exactly where it was. Entries are gathered in memory and become
// durable together with this node's next own vote or proposal, before that leaves; what is lost
// with a crash before was never acted on. Keys: `wal/<height, 12 digits>/<sequence, 8 digits>`.
import { assert } from '../src/core/assert.ts'
import type { NodeId } from '../src/core/id.ts'
import type { StoreWrite } from '../src/core/machine.ts'
import type { DriverInput } from './driver-io.ts'
import type { Height, Round } from './vote.ts'
import { framed, unframed } from './wal-bytes.ts'
import { decodeRecord, encodeRecord, type WalRecord } from './wal-record.ts'

export const walPrefix = 'wal/'

const digits = (number: number, width: number): string => String(number).padStart(width, '0')

export const walKey = (height: Height, sequence: number): string =>
  `${walPrefix}${digits(height, 12)}/${digits(sequence, 8)}`

/** The log is damaged where no crash can have damaged it: replaying it could forget a lock. */
export class WalCorrupt extends Error {
  /** The store key of the first entry that is damaged, missing or out of place. */
  readonly key: string

  constructor(key: string, what: string) {
    super(
      `the consensus log in this node's store is damaged (${key}: ${what}): a crash damages only its end, so the disk or a copy is at fault. Restore the whole store from a good copy, or move it away and let the node sync from its peers; with more than a third of the committee in this state do not do the latter`,
    )
    this.name = 'WalCorrupt'
    this.key = key
  }
}

export interface WalReplay {
  readonly records: readonly WalRecord[]
  /** Deletes of a torn tail and of leftovers of earlier heights. */
  readonly writes: readonly StoreWrite[]
}

/**
 * Reads what is durable of the log.
 *
 * @param entries every stored key that begins with `walPrefix`, in any order
 * @param height the one being decided
 * @throws WalCorrupt when a damaged or missing entry stands before a good one
 */
export function readWal(entries: ReadonlyMap<string, Uint8Array>, height: Height): WalReplay {
  const writes: StoreWrite[] = []
  const records: WalRecord[] = []
  let torn: string | undefined
  let sequence = 0
  for (const key of [...entries.keys()].sort()) {
    const [, ofHeight = 0, at = 0] = key.split('/').map(Number)
    if (ofHeight > height) throw new WalCorrupt(key, `of a height above ${height}, the next one`)
    if (ofHeight < height) {
      writes.push({ key, value: null })
      continue
    }
    if (at !== sequence) torn ??= walKey(height, sequence)
    sequence = at + 1
    const payload = unframed(entries.get(key)!)
    const record = payload === undefined ? undefined : decodeRecord(payload)
    if (record !== undefined && torn !== undefined)
      throw new WalCorrupt(torn, 'damaged or missing, with good entries after it')
    if (record === undefined) {
      torn ??= key
      writes.push({ key, value: null })
    } else records.push(record)
  }
  return { records, writes }
}

/** Appends to the log of one height. */
export class Wal {
  readonly #height: Height
  /** Entries that are durable, or on their way in an earlier effect. */
  #durable: number
  #pending: (WalRecord | DriverInput)[] = []
  /** Pending votes of far rounds, by voter: a later one makes the earlier ones void. */
  readonly #far = new Map<NodeId, { readonly round: Round; readonly records: Set<unknown> }>()

  constructor(height: Height, durable: number) {
    this.#height = height
    this.#durable = durable
  }

  append(record: WalRecord | DriverInput): void {
    this.#pending.push(record)
  }

  /**
   * Appends a vote of a round beyond `horizon`. The vote keeper holds only each member's highest such
   * round, so what waits here of an earlier one, still beyond, is dropped: whoever names ever higher
   * rounds does not fill the log.
   */
  appendFar(input: DriverInput & { readonly on: 'vote' }, horizon: Round): void {
    const { voter, round } = input.vote
    const held = this.#far.get(voter)
    if (held === undefined || held.round !== round) {
      if (held !== undefined && held.round > horizon)
        this.#pending = this.#pending.filter((record) => !held.records.has(record))
      this.#far.set(voter, { round, records: new Set([input]) })
    } else held.records.add(input)
    this.#pending.push(input)
  }

  /** The writes that make everything appended durable. Must not be dropped. */
  flush(): readonly StoreWrite[] {
    const writes = this.#pending.map((record, i) => ({
      key: walKey(this.#height, this.#durable + i),
      value: framed(encodeRecord(record)),
    }))
    assert(this.#durable + writes.length < 100_000_000, 'a height fits its log')
    this.#durable += writes.length
    this.#pending = []
    this.#far.clear()
    return writes
  }

  /** The deletes of all that is durable, once the height is decided. */
  clear(): readonly StoreWrite[] {
    const writes = Array.from({ length: this.#durable }, (_, i) => ({
      key: walKey(this.#height, i),
      value: null,
    }))
    this.#durable = 0
    this.#pending = []
    return writes
  }
}
