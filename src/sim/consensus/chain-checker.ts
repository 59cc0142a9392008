// Judges the chain that the nodes finalize, from outside and by a second, naive implementation:
// one block a height over all nodes that ever lived, blocks well formed and made of what users
// submitted, commits by more than two thirds of the right committee, and equal states.
import { sha256 } from '@noble/hashes/sha2.js'
import type { Block, Header } from '../../../consensus/block.ts'
import type { Commit } from '../../../consensus/commit.ts'
import { concatBytes, hex, unhex, utf8 } from '../../core/bytes.ts'
import type { Committee } from '../../core/committee.ts'
import type { ChainId, NodeId } from '../../core/id.ts'
import { CounterApplication, type Seats } from './counter-application.ts'
import { fakeVerify } from './fake-crypto.ts'

export interface ChainCheckerOptions {
  readonly chainId: ChainId
  readonly genesis: Seats
  /** Ends the run with a claim that did not hold. */
  readonly fail: (claim: string) => void
  /** Did a user submit these bytes (as hex)? */
  readonly submitted: (transaction: string) => boolean
  /** Where a fork is what the scenario asks for. @default false: it is a violation */
  readonly forksAllowed?: boolean
}

interface Final {
  readonly block: Block
  readonly committee: Committee
  /** After the block. */
  readonly stateHash: string
  readonly checked: Set<string>
}

const number16 = (n: number): string => n.toString(16).padStart(16, '0')
const zeros = '0'.repeat(64)

/** The id of a block, from its header written as hex. */
function naiveId(header: Header): string {
  const { chainId, height, time, previous, lastCommitHash, transactionsRoot } = header
  const text = [chainId, number16(height), number16(time), previous, lastCommitHash]
  const rest = [transactionsRoot, header.stateHash, header.committeeHash, header.nextCommitteeHash]
  const bytes = unhex([...text, ...rest, header.proposer].join(''))
  return hex(sha256(concatBytes([utf8('trustnet/block/1\0'), bytes])))
}

/** RFC 6962, as its definition recurses. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array(0))
  if (leaves.length === 1) return sha256(concatBytes([Uint8Array.of(0), leaves[0]!]))
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1)
  const halves = [naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split))]
  return sha256(concatBytes([Uint8Array.of(1), ...halves]))
}

function naiveCommitHash(commit: Commit | null): string {
  if (commit === null) return zeros
  const { height, round, block, votes } = commit
  const signed = votes.map(({ voter, signature }) => voter + hex(signature)).join('')
  return hex(sha256(unhex(number16(height) + round.toString(16).padStart(8, '0') + block + signed)))
}

export class ChainChecker {
  /** Final blocks by height − 1. */
  readonly chain: Final[] = []
  /** Every node's finalized block replayed once: what users see of finality. */
  readonly reference: CounterApplication
  /** Heights at which two different blocks were finalized, where forks are allowed. */
  readonly forks: { readonly height: number; readonly nodes: readonly NodeId[] }[] = []
  readonly #options: ChainCheckerOptions

  constructor(options: ChainCheckerOptions) {
    this.#options = options
    this.reference = new CounterApplication(new Map(), options.genesis)
  }

  /** The highest block that anybody finalized. */
  get height(): number {
    return this.chain.length
  }

  /** A node says that a block is final; `stateHash` is its application's after it. */
  finalized(node: NodeId, block: Block, commit: Commit, stateHash: string): void {
    const { fail } = this.#options
    const { height } = block.header
    const known = this.chain[height - 1]
    if (known === undefined) {
      if (height !== this.height + 1)
        return fail(`${node} finalized block ${height}, nobody block ${this.height + 1}`)
      this.#append(node, block)
    } else if (known.block.id !== block.id) {
      if (this.#options.forksAllowed) {
        this.forks.push({ height, nodes: [node] })
        return
      }
      return fail(`disagreement at height ${height}: ${known.block.id}, and at ${node} ${block.id}`)
    }
    const final = this.chain[height - 1]!
    if (stateHash !== final.stateHash)
      fail(`state after block ${height} is ${final.stateHash}, at ${node} ${stateHash}`)
    const name = `${commit.round} ${commit.votes.map(({ voter }) => voter).join(' ')}`
    if (final.checked.has(name)) return
    const wrong = this.#commitFault(commit, final)
    if (wrong !== undefined) fail(`commit of block ${height} at ${node}: ${wrong}`)
    final.checked.add(name)
  }

  #append(node: NodeId, block: Block): void {
    const { reference } = this
    const wrong = this.#blockFault(block)
    if (wrong !== undefined) this.#options.fail(`block ${block.header.height} of ${node}: ${wrong}`)
    const { height, time, proposer } = block.header
    const { committee } = reference
    const transactions = block.transactions.map(({ bytes }) => bytes)
    const signers = block.lastCommit?.votes.map(({ voter }) => voter) ?? []
    const facts = { height, time, proposer, transactions, signers }
    const refused = reference.processProposal(facts)
    if (refused !== null)
      return this.#options.fail(`block ${height} does not apply: ${refused.code}`)
    const { stateHash } = reference.finalizeBlock(facts)
    this.chain.push({ block, committee, stateHash, checked: new Set() })
  }

  #blockFault({ id, header, transactions, lastCommit }: Block): string | undefined {
    const { reference } = this
    const before = this.chain.at(-1)
    if (id !== naiveId(header)) return 'its id is not the hash of its header'
    if (header.chainId !== this.#options.chainId) return 'it is of another chain'
    if (header.previous !== (before?.block.id ?? zeros)) return 'it does not follow the one before'
    if (before !== undefined && header.time <= before.block.header.time) return 'time stands still'
    if (header.stateHash !== reference.stateHash) return 'its state hash is another'
    if (header.committeeHash !== reference.committee.hash) return 'its committee is another'
    if (header.nextCommitteeHash !== reference.nextCommittee.hash) return 'its next committee'
    if (!reference.committee.has(header.proposer)) return 'its proposer holds no seat'
    if (header.transactionsRoot !== hex(naiveRoot(transactions.map(({ bytes }) => bytes))))
      return 'its root is not that of its transactions'
    const made = transactions.find(({ bytes }) => !this.#options.submitted(hex(bytes)))
    if (made !== undefined) return `nobody submitted ${made.hash}`
    if (header.lastCommitHash !== naiveCommitHash(lastCommit)) return 'its last commit is another'
    if (before === undefined) return lastCommit === null ? undefined : 'nothing was before it'
    return lastCommit === null ? 'no last commit' : this.#commitFault(lastCommit, before)
  }

  #commitFault(commit: Commit, { block, committee }: Final): string | undefined {
    const { height, round } = commit
    if (commit.block !== block.id || height !== block.header.height) return 'it is of another block'
    const layout = `${number16(height)}${round.toString(16).padStart(8, '0')}01${commit.block}00000000`
    const domain = utf8(`trustnet/precommit/1\0${this.#options.chainId}`)
    const message = concatBytes([domain, unhex(layout)])
    const seen = new Set<NodeId>()
    let weight = 0n
    for (const { voter, signature } of commit.votes) {
      const member = committee.members.find(({ nodeId }) => nodeId === voter)
      if (member === undefined) return `${voter} holds no seat`
      if (seen.has(voter)) return `${voter} votes twice`
      seen.add(voter)
      if (!fakeVerify(member.publicKey, message, signature)) return `${voter} did not sign it`
      weight += BigInt(member.power)
    }
    const total = committee.members.reduce((sum, { power }) => sum + BigInt(power), 0n)
    return 3n * weight > 2n * total ? undefined : 'less than a quorum signed it'
  }
}
