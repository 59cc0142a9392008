// A whole chain judged from its founding on, by nothing but the blocks, their commits and a fresh
// application: what `trustnet chain verify` runs. It shares no judgement with the engine that made the
// chain (engine-judge.ts): a mistake there shall not hide itself here.
import type { Application, BlockFacts } from '../src/core/application.ts'
import type { Committee } from '../src/core/committee.ts'
import type { ChainId, Millis } from '../src/core/id.ts'
import { blockBytesMax, transactionBytesMax, transactionsPerBlockMax } from '../src/core/limits.ts'
import type { Verify } from '../src/core/signature.ts'
import { type Block, blockIdOf, transactionOf, transactionsRootOf, zeroBlockId } from './block.ts'
import { type Commit, commitHashOf, verifyCommit } from './commit.ts'
import type { BlockId, Height } from './vote.ts'

export interface GenesisFacts {
  readonly chainId: ChainId
  /** Decides heights 1 and 2. */
  readonly committee: Committee
  /** Every block is later. */
  readonly time: Millis
}

export interface DecidedBlock {
  readonly block: Block
  /** For this very block. */
  readonly commit: Commit
}

export type ChainFaultCode =
  /** The application does not begin where the network was founded. */
  | 'genesis'
  | 'chain'
  | 'height'
  | 'link'
  | 'time'
  | 'block-id'
  | 'transaction-name'
  | 'transactions-root'
  | 'size'
  | 'proposer'
  | 'committee'
  | 'next-committee'
  /** Of the application after the block before. */
  | 'state'
  | 'last-commit-hash'
  | 'last-commit'
  | 'commit'
  | 'refused'

export type ChainVerdict =
  | {
      readonly ok: true
      readonly height: Height
      readonly blocks: number
      /** Commits whose signatures were checked, each once: in general one a block. */
      readonly certificates: number
      /** After the last block. */
      readonly stateHash: string
    }
  | {
      readonly ok: false
      readonly height: Height
      readonly code: ChainFaultCode
      /** A sentence's worth of what was found. */
      readonly fault: string
    }

export interface ChainFault {
  readonly code: ChainFaultCode
  readonly fault: string
}

const fault = (code: ChainFaultCode, text: string): ChainFault => ({ code, fault: text })

interface Tip {
  readonly id: BlockId
  readonly time: Millis
  /** null before block 1. */
  readonly decided: { readonly committee: Committee; readonly commitHash: string } | null
}

/** Takes a chain's blocks one by one, for whoever reads them as they come. */
export class ChainVerifier {
  readonly #verify: Verify
  readonly #genesis: GenesisFacts
  readonly #application: Application
  #tip: Tip
  #certificates = 0
  #failed: (ChainFault & { readonly height: Height }) | null = null

  /** @param application fresh: at height 0 */
  constructor(verify: Verify, genesis: GenesisFacts, application: Application) {
    this.#verify = verify
    this.#genesis = genesis
    this.#application = application
    this.#tip = { id: zeroBlockId, time: genesis.time, decided: null }
    const { hash } = genesis.committee
    if (
      application.height !== 0 ||
      application.committee.hash !== hash ||
      application.nextCommittee.hash !== hash
    )
      this.#failed = {
        ...{ height: 0, code: 'genesis' },
        fault: 'the application is not at height 0 under the founding committee',
      }
  }

  /** Judges the next block and applies it; after a fault nothing more is judged. */
  add(next: DecidedBlock): ChainFault | null {
    if (this.#failed !== null) return this.#failed
    const height = this.#application.height + 1
    const found = this.#judge(next, height)
    if (found !== null) this.#failed = { ...found, height }
    else this.#apply(next)
    return found
  }

  get verdict(): ChainVerdict {
    if (this.#failed !== null) return { ok: false, ...this.#failed }
    const { height, stateHash } = this.#application
    return { ok: true, height, blocks: height, certificates: this.#certificates, stateHash }
  }

  #judge({ block, commit }: DecidedBlock, height: Height): ChainFault | null {
    return (
      this.#linkFault(block, height) ??
      partsFault(block) ??
      this.#stateFault(block) ??
      this.#lastCommitFault(block, height) ??
      this.#commitFault(block, commit, height) ??
      this.#refusal(block)
    )
  }

  #linkFault({ id, header }: Block, height: Height): ChainFault | null {
    const { id: before, time } = this.#tip
    if (header.chainId !== this.#genesis.chainId)
      return fault('chain', `the header is of chain ${header.chainId}`)
    if (header.height !== height) return fault('height', `the header says ${header.height}`)
    if (header.previous !== before)
      return fault('link', `the header follows ${header.previous}, the block before is ${before}`)
    if (header.time <= time) return fault('time', `the time ${header.time} is not above ${time}`)
    const own = blockIdOf(header)
    return own === id
      ? null
      : fault('block-id', `the block is named ${id}, its header's id is ${own}`)
  }

  #stateFault({ header }: Block): ChainFault | null {
    const { committee, nextCommittee, stateHash } = this.#application
    if (header.committeeHash !== committee.hash)
      return fault('committee', `the header names ${header.committeeHash}, not ${committee.hash}`)
    if (header.nextCommitteeHash !== nextCommittee.hash)
      return fault(
        'next-committee',
        `the header names ${header.nextCommitteeHash}, not ${nextCommittee.hash}`,
      )
    if (header.stateHash !== stateHash)
      return fault(
        'state',
        `the header names state ${header.stateHash}, applying gave ${stateHash}`,
      )
    return committee.has(header.proposer)
      ? null
      : fault('proposer', `${header.proposer} is no member of the committee`)
  }

  /** The commit within: of the block before, by the committee that decided it. */
  #lastCommitFault({ header, lastCommit }: Block, height: Height): ChainFault | null {
    const hash = commitHashOf(lastCommit)
    if (header.lastCommitHash !== hash)
      return fault('last-commit-hash', `the header names ${header.lastCommitHash}, it is ${hash}`)
    const { decided, id } = this.#tip
    if (decided === null)
      return lastCommit === null ? null : fault('last-commit', 'nothing stands before block 1')
    if (lastCommit === null) return fault('last-commit', 'there is none')
    // Very often the same votes that came with that block: they were checked then.
    if (decided.commitHash === hash && isRegular(lastCommit)) return null
    const rule = this.#ruleBroken(decided.committee, height - 1, id, lastCommit)
    return rule === null ? null : fault('last-commit', `it breaks the rule "${rule}"`)
  }

  #commitFault({ id }: Block, commit: Commit, height: Height): ChainFault | null {
    const rule = this.#ruleBroken(this.#application.committee, height, id, commit)
    return rule === null ? null : fault('commit', `it breaks the rule "${rule}"`)
  }

  #ruleBroken(committee: Committee, height: Height, id: BlockId, commit: Commit): string | null {
    const { chainId } = this.#genesis
    const said = verifyCommit(this.#verify, chainId, committee, height, id, commit)
    if (said.verdict === 'invalid') return said.rule
    this.#certificates++
    return null
  }

  #refusal(block: Block): ChainFault | null {
    const refusal = this.#application.processProposal(factsOf(block))
    if (refusal === null) return null
    return fault('refused', `the application refuses it: ${refusal.code}`)
  }

  #apply({ block, commit }: DecidedBlock): void {
    const { committee } = this.#application
    this.#application.finalizeBlock(factsOf(block))
    const decided = { committee, commitHash: commitHashOf(commit) }
    this.#tip = { id: block.id, time: block.header.time, decided }
  }
}

/** Of fixed widths throughout: only then does the hash stand for these votes and no others. */
const isRegular = ({ votes }: Commit): boolean =>
  votes.every(({ voter, signature }) => voter.length === 32 && signature.length === 64)

const factsOf = ({ header, transactions, lastCommit }: Block): BlockFacts => ({
  height: header.height,
  time: header.time,
  proposer: header.proposer,
  transactions: transactions.map(({ bytes }) => bytes),
  signers: lastCommit === null ? [] : lastCommit.votes.map(({ voter }) => voter),
})

/** Are the transactions those of the header, and within what a block may hold? */
function partsFault({ header, transactions }: Block): ChainFault | null {
  let bytes = 0
  for (const [place, transaction] of transactions.entries()) {
    const { hash } = transactionOf(transaction.bytes)
    if (hash !== transaction.hash)
      return fault('transaction-name', `transaction ${place} is named otherwise than its bytes`)
    if (transaction.bytes.length > transactionBytesMax)
      return fault('size', `transaction ${place} is too large`)
    bytes += transaction.bytes.length
  }
  if (transactions.length > transactionsPerBlockMax || bytes > blockBytesMax)
    return fault('size', `${transactions.length} transactions of ${bytes} bytes`)
  const root = transactionsRootOf(transactions)
  return root === header.transactionsRoot
    ? null
    : fault('transactions-root', `the header names ${header.transactionsRoot}, it is ${root}`)
}

/**
 * Judges a whole chain, block 1 first. It ends with its last block's commit; of no blocks it is good.
 *
 * @param application fresh: at height 0
 */
export function verifyChain(
  verify: Verify,
  genesis: GenesisFacts,
  application: Application,
  chain: Iterable<DecidedBlock>,
): ChainVerdict {
  const verifier = new ChainVerifier(verify, genesis, application)
  for (const decided of chain) if (verifier.add(decided) !== null) break
  return verifier.verdict
}
