// Does what the engine says: to the disk, to the members, to the siblings; and what follows from a final
// block for the pool, the blocks at hand and those who have not heard of it.
import { assert, unreachable } from '../src/core/assert.ts'
import type { Millis } from '../src/core/id.ts'
import type { BlockAssembly } from './assembly.ts'
import type { EngineEffect } from './engine-io.ts'
import type { Parts } from './parts.ts'
import type { Relay } from './relay.ts'
import { spreadDecided, type TransactionSpread } from './spread.ts'
import type { VerifiedVote } from './vote.ts'

export class EngineVoice {
  /** While this node catches up, what it finalizes is no news to anybody. */
  behind = false
  readonly #parts: Parts
  readonly #relay: Relay
  readonly #spread: TransactionSpread
  readonly #assembly: BlockAssembly
  /** Own votes of this height that were told of. */
  readonly #told = new Set<string>()

  constructor(parts: Parts, relay: Relay, spread: TransactionSpread, assembly: BlockAssembly) {
    this.#parts = parts
    this.#relay = relay
    this.#spread = spread
    this.#assembly = assembly
  }

  perform(effect: EngineEffect, now: Millis): void {
    const { out } = this.#parts
    switch (effect.do) {
      case 'persist':
        return out.persist(effect.writes)
      case 'schedule':
        return out.schedule(effect.timer, effect.after)
      case 'cancel':
        return out.cancel(effect.timer)
      case 'propose':
        // Members complete the block from their pools: what they may lack goes first.
        this.#spread.push(now)
        return this.#relay.propose(effect)
      case 'vote':
        this.#tellOwn(effect.vote)
        return this.#relay.vote(effect.vote)
      case 'finalized':
        return this.#finalized(effect)
      case 'accuse':
        return out.notify({ note: 'accused', equivocation: effect.equivocation })
      case 'entered': {
        const { height, round, step } = effect
        out.notify({ note: 'entered', height, round, step })
        if (round > 0 && step === 'propose') this.#relay.troubled(now)
        return
      }
      default:
        unreachable(effect)
    }
  }

  #tellOwn(vote: VerifiedVote): void {
    const name = `${vote.height}/${vote.round}/${vote.kind}`
    if (this.#told.has(name)) return
    this.#told.add(name)
    this.#parts.out.notify({ note: 'voted', vote })
  }

  #finalized({ block, commit }: EngineEffect & { do: 'finalized' }): void {
    const { blocks, pool, out, application } = this.#parts
    const { height } = block.header
    assert(application.height >= height, 'what is final is applied')
    blocks.add({ block, commit })
    pool.finalized(block, !this.behind)
    this.#assembly.finalized(height)
    this.#told.clear()
    out.notify({ note: 'finalized', block, commit })
    if (!this.behind) spreadDecided(this.#parts, block, commit)
  }
}
