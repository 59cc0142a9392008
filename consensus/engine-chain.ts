// The chain as far as one engine has it: the application, the block before, and what follows: which
// blocks are good, how one is made, and what is written when one is decided.
import type { Refusal } from '../src/core/application.ts'
import { assert } from '../src/core/assert.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import type { StoreWrite } from '../src/core/machine.ts'
import type { Block } from './block.ts'
import type { Commit, VerifiedCommit } from './commit.ts'
import type { EngineHeight } from './engine-height.ts'
import type { EngineOptions, EnginePorts } from './engine-io.ts'
import { factsOf, faultOf, headerFault, isTimely, makeBlock, type Tip } from './engine-judge.ts'
import { blockKey, StateDiverged } from './engine-stored.ts'
import { extended } from './late-precommits.ts'
import type { VerifiedProposal, VerifiedVote } from './vote.ts'
import { encodePrevious, type Previous, previousKey } from './wal-block.ts'

export interface EngineHostPorts extends EnginePorts {
  /** A finalized block with the commit that proves it, as it is to stand in the store. */
  readonly encodeBlock: (block: Block, commit: Commit) => Uint8Array
}

export class EngineChain {
  readonly #ports: EngineHostPorts
  readonly #options: EngineOptions
  #previous: Previous | null

  /** @param previous the block at the application's height; null at genesis */
  constructor(ports: EngineHostPorts, options: EngineOptions, previous: Previous | null) {
    this.#ports = ports
    this.#options = options
    this.#previous = previous
  }

  get previous(): Previous | null {
    return this.#previous
  }

  /** Does any transaction wait for a block? */
  get isAwaited(): boolean {
    return !this.#ports.candidates()[Symbol.iterator]().next().done
  }

  #tip(): Tip {
    const { chainId, genesisTime } = this.#options
    const { application } = this.#ports
    return { chainId, genesisTime, application, previous: this.#previous }
  }

  /** A fresh block on top. */
  make(proposer: NodeId, now: Millis): Block {
    return makeBlock(this.#tip(), this.#ports.candidates(), proposer, now)
  }

  /** By everything but the clock; judged once a height. */
  faultOf(at: EngineHeight, block: Block): Refusal | null {
    let fault = at.verdicts.get(block.id)
    if (fault === undefined) {
      fault = faultOf(this.#ports.verify, this.#tip(), block)
      at.verdicts.set(block.id, fault)
    }
    return fault
  }

  /** May it be prevoted, as this proposal brings it? */
  isValid(at: EngineHeight, proposal: VerifiedProposal, block: Block, now: Millis): boolean {
    if (this.faultOf(at, block) !== null) return false
    // What had a polka was judged by the clock when it was new, and its maker may be another.
    if (proposal.validRound !== -1) return true
    return block.header.proposer === proposal.proposer && isTimely(this.#tip(), block, now)
  }

  /** A precommit for the block before, which came late. */
  extend(vote: VerifiedVote): void {
    const previous = this.#previous
    const commit = previous && extended(this.#options.chainId, previous, vote)
    if (previous !== null && commit) this.#previous = { ...previous, commit }
  }

  /**
   * Applies a decided block.
   *
   * @returns what makes it durable together with the state after it
   * @throws StateDiverged when it does not follow this node's state
   */
  finalize(block: Block, commit: VerifiedCommit): readonly StoreWrite[] {
    const { application, encodeBlock } = this.#ports
    const { header, id } = block
    const fault = headerFault(this.#tip(), block)
    if (fault !== null) throw new StateDiverged(header.height, id, fault.facts)
    const { committee } = application
    const { writes } = application.finalizeBlock(factsOf(block))
    assert(application.height === header.height, 'a finalized block is applied')
    const previous = { header, id, commit, committee, full: block.transactions.length > 0 }
    this.#previous = previous
    let encoded: Uint8Array | undefined
    return [
      { key: blockKey(header.height), value: encodeBlock(block, commit) },
      ...writes,
      {
        key: previousKey,
        // Encoded when it is written: of blocks that are applied together only the last one's is.
        get value() {
          encoded ??= encodePrevious(previous)
          return encoded
        },
      },
    ]
  }
}
