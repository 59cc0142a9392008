// The smallest replicated application: it counts transactions and chains their hashes. Its committee
// changes at heights that a test names. Transactions that begin with "bad" do not apply.
import { sha256 } from '@noble/hashes/sha2.js'
import type {
  Admission,
  Application,
  BlockFacts,
  Finalized,
  Refusal,
  Room,
} from '../../src/core/application.ts'
import { concatBytes, hex, unhex, utf8, utf8Text } from '../../src/core/bytes.ts'
import type { Committee } from '../../src/core/committee.ts'

/** By the height of the block that elects it: it decides two heights later. */
export type Elections = ReadonlyMap<number, Committee>

const isBad = (bytes: Uint8Array): boolean => utf8Text(bytes.subarray(0, 3)) === 'bad'

export class CountingApplication implements Application {
  height = 0
  stateHash = hex(sha256(utf8('nothing')))
  readonly #founders: Committee
  readonly #elections: Elections

  /** @param stored the value of the key `application` */
  constructor(founders: Committee, elections: Elections, stored: Uint8Array | undefined) {
    this.#founders = founders
    this.#elections = elections
    if (stored === undefined) return
    const [height, stateHash] = utf8Text(stored).split(' ')
    this.height = Number(height)
    this.stateHash = stateHash!
  }

  /** Of any height. */
  committeeAt(height: number): Committee {
    let found = this.#founders
    for (const [elected, committee] of this.#elections) if (elected + 2 <= height) found = committee
    return found
  }

  get committee(): Committee {
    return this.committeeAt(this.height + 1)
  }

  get nextCommittee(): Committee {
    return this.committeeAt(this.height + 2)
  }

  checkTransaction(): Admission {
    return { verdict: 'final' }
  }

  prepareProposal(candidates: Iterable<Uint8Array>, room: Room): readonly Uint8Array[] {
    return [...candidates].filter((bytes) => !isBad(bytes)).slice(0, room.count)
  }

  processProposal({ transactions }: BlockFacts): Refusal | null {
    return transactions.some(isBad) ? { code: 'bad', facts: {} } : null
  }

  finalizeBlock({ height, transactions }: BlockFacts): Finalized {
    this.height = height
    for (const bytes of transactions)
      this.stateHash = hex(sha256(concatBytes([unhex(this.stateHash), bytes])))
    const value = utf8(`${height} ${this.stateHash}`)
    return {
      stateHash: this.stateHash,
      committeeAfterNext: this.#elections.get(height) ?? null,
      writes: [{ key: 'application', value }],
    }
  }

  listSnapshots(): readonly [] {
    return []
  }

  loadSnapshotChunk(): undefined {
    return undefined
  }

  applySnapshot(): Refusal {
    return { code: 'none', facts: {} }
  }
}
