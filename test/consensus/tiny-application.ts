// The smallest application with a state and committees: a transaction "key=value" sets a pair,
// "seats=a,b,c" names the committee of two heights later, anything else is refused. And chains of its
// blocks, decided by members who all behave.
import {
  type Block,
  blockOf,
  transactionOf,
  transactionsRootOf,
  zeroBlockId,
} from '../../consensus/block.ts'
import { type Commit, commitHashOf } from '../../consensus/commit.ts'
import type { DecidedBlock, GenesisFacts } from '../../consensus/verify-chain.ts'
import type { Application, BlockFacts, Finalized, Refusal } from '../../src/core/application.ts'
import { AuthenticatedMap } from '../../src/core/authenticated-map.ts'
import { hex, utf8, utf8Text } from '../../src/core/bytes.ts'
import type { Committee } from '../../src/core/committee.ts'
import { chainId, SigningCommittee } from './signing-committee.ts'

export const founders = ['a', 'b', 'c', 'd']
export const genesisOf = (names: readonly string[] = founders): GenesisFacts => ({
  ...{ chainId, time: 1_000, committee: new SigningCommittee(names).committee },
})

const pairOf = (bytes: Uint8Array): readonly string[] => utf8Text(bytes).split('=')

export class TinyApplication implements Application {
  height = 0
  #seats = founders
  #nextSeats = founders
  readonly #pairs = new AuthenticatedMap()

  get stateHash(): string {
    return hex(this.#pairs.root())
  }

  /** Who can sign for `committee`. */
  get signers(): SigningCommittee {
    return new SigningCommittee(this.#seats)
  }

  get committee(): Committee {
    return this.signers.committee
  }

  get nextCommittee(): Committee {
    return new SigningCommittee(this.#nextSeats).committee
  }

  processProposal({ transactions }: BlockFacts): Refusal | null {
    return transactions.every((bytes) => pairOf(bytes).length === 2)
      ? null
      : { code: 'tiny/no-pair', facts: {} }
  }

  finalizeBlock({ height, transactions, signers }: BlockFacts): Finalized {
    this.height = height
    this.#seats = this.#nextSeats
    for (const bytes of transactions) {
      const [key, value] = pairOf(bytes) as [string, string]
      this.#pairs.set(key, utf8(value))
      if (key === 'seats') this.#nextSeats = value.split(',')
    }
    this.#pairs.set('signers', utf8(signers.join()))
    return { stateHash: this.stateHash, committeeAfterNext: this.nextCommittee, writes: [] }
  }

  checkTransaction(): never {
    throw new Error('this application has no pool')
  }

  prepareProposal(): readonly Uint8Array[] {
    return []
  }

  listSnapshots(): readonly [] {
    return []
  }

  loadSnapshotChunk(): undefined {
    return undefined
  }

  applySnapshot(): Refusal {
    return { code: 'tiny/no-snapshots', facts: {} }
  }
}

/** The block that follows, decided by everybody. `change` and `commitWithin` make it one that should not. */
export function nextBlock(
  application: TinyApplication,
  before: DecidedBlock | undefined,
  texts: readonly string[],
  lastCommit: Commit | null = before?.commit ?? null,
  change: Partial<Block['header']> = {},
): DecidedBlock {
  const transactions = texts.map((text) => transactionOf(utf8(text)))
  const { signers, committee, nextCommittee, stateHash } = application
  const height = application.height + 1
  const block = blockOf(
    {
      ...{ chainId, height, time: 1_000 + height, stateHash },
      previous: before?.block.id ?? zeroBlockId,
      lastCommitHash: commitHashOf(lastCommit),
      transactionsRoot: transactionsRootOf(transactions),
      ...{ committeeHash: committee.hash, nextCommitteeHash: nextCommittee.hash },
      proposer: signers.ids[height % signers.ids.length]!,
      ...change,
    },
    transactions,
    lastCommit,
  )
  return { block, commit: signers.unchecked({ height, round: height % 3, block: block.id }) }
}

export const factsOf = ({ block }: DecidedBlock): BlockFacts => ({
  height: block.header.height,
  time: block.header.time,
  proposer: block.header.proposer,
  transactions: block.transactions.map(({ bytes }) => bytes),
  signers: block.lastCommit?.votes.map(({ voter }) => voter) ?? [],
})

/** Blocks with two transactions each; the committee changes at every fifth. */
export function tinyChain(heights: number): readonly DecidedBlock[] {
  const application = new TinyApplication()
  const chain: DecidedBlock[] = []
  let names = founders
  for (let height = 1; height <= heights; height++) {
    const texts = [`key${height % 7}=${height}`, `other=${height}`]
    if (height % 5 === 0) {
      names = [...names.slice(1), `member ${height}`]
      texts.push(`seats=${names.join()}`)
    }
    chain.push(nextBlock(application, chain.at(-1), texts))
    application.finalizeBlock(factsOf(chain.at(-1)!))
  }
  return chain
}
