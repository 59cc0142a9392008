// Everything that the members of a cluster reported, in all their lives: the outside witness of
// agreement. A second block at a height, from anybody, is a fork, whatever the members think of it.
import type { MemberSays } from './member.ts'

type BlockSaid = Extract<MemberSays, { say: 'block' }>

export class BlockRecord {
  /** Height → block id. */
  readonly #blocks = new Map<number, string>()
  /** Member → highest block that it applied, in any life. */
  readonly #reached = new Map<number, number>()
  /** Transaction → member → time at which it was applied there first. */
  readonly #applied = new Map<string, Map<number, number>>()
  /** Transaction → height of its block. */
  readonly #heights = new Map<string, number>()
  readonly #refusals = new Map<string, number>()
  readonly forks: string[] = []
  readonly #listeners = new Set<(member: number, block: BlockSaid) => void>()

  reported(member: number, block: BlockSaid): void {
    const known = this.#blocks.get(block.height)
    if (known === undefined) this.#blocks.set(block.height, block.blockId)
    else if (known !== block.blockId)
      this.forks.push(`height ${block.height}: ${known} and ${block.blockId} (member ${member})`)
    this.#reached.set(member, Math.max(this.#reached.get(member) ?? 0, block.height))
    for (const transaction of block.transactions) {
      let times = this.#applied.get(transaction)
      if (times === undefined) {
        times = new Map()
        this.#applied.set(transaction, times)
      }
      if (!times.has(member)) times.set(member, block.at)
      this.#heights.set(transaction, block.height)
    }
    for (const listener of this.#listeners) listener(member, block)
  }

  refused(why: string): void {
    this.#refusals.set(why, (this.#refusals.get(why) ?? 0) + 1)
  }

  get refusals(): ReadonlyMap<string, number> {
    return this.#refusals
  }

  /** Highest block of a member; 0 before the first. */
  reached(member: number): number {
    return this.#reached.get(member) ?? 0
  }

  get height(): number {
    return Math.max(0, ...this.#reached.values())
  }

  blockId(height: number): string | undefined {
    return this.#blocks.get(height)
  }

  /** Member → time of a transaction's application. */
  appliedAt(transaction: string): ReadonlyMap<number, number> {
    return this.#applied.get(transaction) ?? new Map()
  }

  /** Blocks apply in order: what a member was killed before it could report shows by a later block. */
  isFinalOn(transaction: string, member: number): boolean {
    const height = this.#heights.get(transaction)
    return height !== undefined && this.reached(member) >= height
  }

  /** Calls for every block reported, until the returned function is called. */
  onBlock(listener: (member: number, block: BlockSaid) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
