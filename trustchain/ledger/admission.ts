// Does a verified transaction apply on this state? Every no has a code and its facts
// (src/core/failures-of-ledger.ts). Nothing here changes the state, and nothing here knows more than
// the state and the block so far, so every node says the same.
import type { Refusal } from '../../src/core/application.ts'
import { slashed } from '../../src/core/bytes.ts'
import { isQuorum, quorumOf } from '../../src/core/committee.ts'
import type { NodeId } from '../../src/core/id.ts'
import { evidenceBlocksMax, ratingsPerAuthorPerBlockMax } from '../../src/core/limits.ts'
import { sameLink } from '../chain.ts'
import { type VerifiedRating, zeroHash } from '../entry.ts'
import { identityOf } from '../identity.ts'
import type { FineTransaction } from './check.ts'
import { committeeAt } from './committees.ts'
import { reportKey } from './leaves.ts'
import type { HeadLeaf } from './leaves-of-ratings.ts'
import { authorsWithoutStandingMax, nodesWithoutStandingMax } from './ledger-limits.ts'
import type { Parameters } from './parameters.ts'
import { refuse } from './refusals.ts'
import { standingOf } from './reputation.ts'
import type { State } from './state.ts'
import { holderOf, mayHandOver } from './succession.ts'
import type { RootsChange, Signed } from './transactions.ts'

export type Judgement = 'applies' | 'final' | Refusal

/** What is in the block so far. */
export interface BlockCounts {
  /** Entries and numbered transactions by author. */
  readonly by: ReadonlyMap<NodeId, number>
  readonly successions: number
}

export const emptyBlock: BlockCounts = { by: new Map(), successions: 0 }

/** An author of whom nothing is final. */
export const newHead: HeadLeaf = {
  seq: 0,
  hash: zeroHash,
  frozenAt: 0,
  used: 0,
  epoch: 0,
  overlay: '',
}

export function judge(
  state: State,
  rules: Parameters,
  { transaction, hash }: FineTransaction,
  counts: BlockCounts,
): Judgement {
  switch (transaction.is) {
    case 'entry':
      return judgeEntry(state, rules, transaction.entry, counts)
    case 'fork-proof': {
      const author = transaction.proof.authorId
      const head = state.heads.get(author)
      if (head !== undefined) return head.frozenAt > 0 ? 'final' : 'applies'
      return isFull(state, 'authors', author)
        ? refuse('author/too-many', { authors: state.heads.finalSize })
        : 'applies'
    }
    case 'evidence': {
      const { culprit, height } = transaction
      if (state.chain.height + 1 - height > evidenceBlocksMax)
        return refuse('evidence/expired', { height, blocksMax: evidenceBlocksMax })
      const node = state.nodes.get(culprit)
      if (node === undefined) return refuse('evidence/invalid', { rule: 'not-a-member' })
      return node.convicted > 0 ? 'final' : 'applies'
    }
    case 'signed':
      return judgeSigned(state, transaction, hash, counts)
    case 'roots':
      return judgeRoots(state, transaction)
  }
}

export const isBanned = (state: State, node: NodeId): boolean =>
  state.reputations.get(node)?.banned ?? false

/** Entries that an author may make final in an epoch: as many again for every thousandth of all standing. */
export const allowanceOf = (state: State, rules: Parameters, author: NodeId): number =>
  rules.entriesPerEpoch * (1 + Math.floor(standingOf(state, author) / 1_000_000))

function judgeEntry(
  state: State,
  rules: Parameters,
  entry: VerifiedRating,
  counts: BlockCounts,
): Judgement {
  const { authorId: author, seq, overlay } = entry
  const known = state.heads.get(author)
  const head = known ?? newHead
  if (seq < head.seq) return 'final'
  if (seq === head.seq) {
    if (entry.hash === head.hash) return 'final'
    return refuse('entry/contradicts', { author, seq, hash: entry.hash, other: head.hash })
  }
  if (head.frozenAt > 0) return refuse('author/frozen', { author, seq: head.frozenAt })
  const successor = holderOf(state, author)
  if (successor !== author) return refuse('author/succeeded', { author, successor })
  if (isBanned(state, author)) return refuse('author/banned', { author })
  if (seq > head.seq + 1) return refuse('entry/gap', { author, seq, next: head.seq + 1 })
  if (entry.prevHash !== head.hash)
    return refuse('entry/wrong-link', { author, seq, finalHash: head.hash })
  if (!sameLink(entry.prevSameOverlay, overlayHead(state, head, author, overlay)))
    return refuse('entry/wrong-overlay-link', { author, seq, overlay })
  const inBlock = counts.by.get(author) ?? 0
  if (inBlock >= ratingsPerAuthorPerBlockMax)
    return refuse('author/over-quota', { author, entries: inBlock, per: 'block' })
  if (head.epoch === state.epoch.number && head.used >= allowanceOf(state, rules, author))
    return refuse('author/over-quota', { author, entries: head.used, per: 'epoch' })
  if (known === undefined && isFull(state, 'authors', author))
    return refuse('author/too-many', { authors: state.heads.finalSize })
  return 'applies'
}

/** The author's last final entry in an overlay. Most authors stay in one: then no leaf but the head changes. */
const overlayHead = (state: State, head: HeadLeaf, author: NodeId, overlay: string) =>
  head.overlay === overlay
    ? { seq: head.seq, hash: head.hash }
    : (state.overlays.get(slashed(author, overlay)) ?? null)

/** No room for one more author, or node, that nobody with standing has rated. */
function isFull(state: State, of: 'authors' | 'nodes', newcomer: NodeId): boolean {
  if (standingOf(state, newcomer) > 0) return false
  return of === 'authors'
    ? state.heads.finalSize >= authorsWithoutStandingMax
    : state.nodes.finalSize >= nodesWithoutStandingMax
}

function judgeSigned(
  state: State,
  transaction: Signed,
  hash: string,
  counts: BlockCounts,
): Judgement {
  const { authorId: author, number, statement } = transaction
  const last = state.numbers.get(author)
  if (last !== undefined && number <= last.number) {
    // Below the last it was superseded, or is seen again; nobody is to blame for passing it on.
    if (number < last.number || hash === last.hash) return 'final'
    return refuse('transaction/number-used', { author, number, last: last.number })
  }
  const successor = holderOf(state, author)
  if (successor !== author) return refuse('author/succeeded', { author, successor })
  if (isBanned(state, author)) return refuse('author/banned', { author })
  const inBlock = counts.by.get(author) ?? 0
  if (inBlock >= ratingsPerAuthorPerBlockMax)
    return refuse('author/over-quota', { author, entries: inBlock, per: 'block' })
  switch (statement.is) {
    case 'registration':
      return state.nodes.get(author) === undefined && isFull(state, 'nodes', author)
        ? refuse('author/too-many', { authors: state.nodes.finalSize })
        : 'applies'
    case 'report': {
      const { page, heard } = statement
      if (!committeeAt(state, state.chain.height + 1).has(author))
        return refuse('report/not-a-member', { author })
      let expected = 0
      while (state.reports.get(reportKey(author, expected)) !== undefined) expected++
      const before = page === 0 ? undefined : state.reports.get(reportKey(author, page - 1))
      const first = heard[0]?.node
      const lastNode = before?.heard.at(-1)?.node
      const rises = first === undefined || lastNode === undefined || first > lastNode
      if (page !== expected || !rises)
        return refuse('report/out-of-order', { author, page, expected })
      return 'applies'
    }
    case 'ready': {
      const { handover } = state.epoch
      if (handover?.ready.includes(author)) return 'final'
      const frozenAt = state.heads.get(author)?.frozenAt ?? 0
      if (frozenAt > 0) return refuse('author/frozen', { author, seq: frozenAt })
      return handover?.newcomers.includes(author)
        ? 'applies'
        : refuse('ready/not-elected', { author })
    }
    case 'succession': {
      if (isFull(state, 'nodes', author))
        return refuse('author/too-many', { authors: state.nodes.finalSize })
      const to = identityOf(statement.successor).id
      if (isBanned(state, to)) return refuse('author/banned', { author: to })
      return mayHandOver(state, author, to, counts.successions) ?? 'applies'
    }
  }
}

function judgeRoots(state: State, { version, signatures }: RootsChange): Judgement {
  const { roots } = state
  if (version <= roots.version) return 'final'
  if (version !== roots.version + 1)
    return refuse('roots/wrong-version', { version, expected: roots.version + 1 })
  const present = new Set(roots.keys.map((key) => identityOf(key).id))
  const signed = signatures.filter(({ root }) => present.has(identityOf(root).id)).length
  return isQuorum(signed, present.size)
    ? 'applies'
    : refuse('roots/no-quorum', { signed, needed: quorumOf(present.size) })
}
