// Who is there: at the end of an epoch the members' reports are settled by their median. They count
// once more than two thirds of the members reported, so that of any two in the middle one is honest;
// a node that a member did not name was not heard by it. A report that ends with a full page may lack
// the pages behind it: it says nothing about the nodes that these would name. Of an even number of reports the better of
// the two in the middle counts. A node does not report on itself.
//
// A member's signatures under commits show its presence as well, so it has the better of the two; they
// do not show its absence, since a commit closes at its quorum.
import { type Committee, isQuorum } from '../../src/core/committee.ts'
import type { Millis, NodeId } from '../../src/core/id.ts'
import { committeeAt } from './committees.ts'
import type { Heard, NodeLeaf, ReportLeaf } from './leaves.ts'
import { heardPerPageMax } from './ledger-limits.ts'
import type { Parameters } from './parameters.ts'
import type { State } from './state.ts'
import { holderOf } from './succession.ts'

/** One member's word on one node, as seen from the block that carries it. */
interface Word {
  readonly share: number
  readonly lastHeard: Millis
  /** Block time of the report less `lastHeard`. */
  readonly silence: Millis
}

const nothingHeard: Word = { share: 0, lastHeard: -1, silence: Number.MAX_SAFE_INTEGER }

/** Signers of the commit of the block before. */
export function countSigners(state: State, signers: readonly NodeId[]): void {
  const { transactions, time } = state.chain
  for (const key of signers) {
    const signer = holderOf(state, key)
    const before = state.services.get(signer) ?? { validated: 0, signed: 0, signedAt: 0 }
    state.services.set(signer, {
      validated: before.validated + transactions,
      signed: before.signed + 1,
      signedAt: time,
    })
  }
}

/** Settles the epoch that ends with the block at `height` and forgets what it was made of. */
export function settleUptime(state: State, rules: Parameters, height: number, time: Millis): void {
  const { epoch } = state
  const words = wordsOf(state, height)
  const blocks = height - epoch.startedHeight
  for (const [id, node] of [...state.nodes.entries()]) {
    const after = settled(state, rules, id as NodeId, node, words, { blocks, time })
    if (after !== node) state.nodes.set(id, after)
  }
  for (const [key] of [...state.reports.entries()]) state.reports.delete(key)
  for (const [id, service] of [...state.services.entries()])
    if (service.signed > 0) state.services.set(id, { ...service, signed: 0 })
  if (words !== undefined) state.epochs.set('', { ...epoch, reported: epoch.number })
}

interface Words {
  readonly committee: Committee
  /** Ascending; with the last page of each. */
  readonly reporters: readonly ReportLeaf[]
  /** By node, then by member. */
  readonly of: ReadonlyMap<NodeId, ReadonlyMap<NodeId, Word>>
}

/** undefined unless enough members reported. */
function wordsOf(state: State, height: number): Words | undefined {
  const committee = committeeAt(state, height)
  const last = new Map<NodeId, ReportLeaf>()
  const of = new Map<NodeId, Map<NodeId, Word>>()
  for (const report of state.reports.values()) {
    const { member, page, at, heard } = report
    if (!committee.has(member)) continue
    if (page >= (last.get(member)?.page ?? 0)) last.set(member, report)
    for (const one of heard) {
      // Who was heard under its old key and under its new one in one epoch was heard as one node.
      const node = holderOf(state, one.node)
      const words = of.get(node) ?? new Map<NodeId, Word>()
      of.set(node, words.set(member, together(words.get(member) ?? nothingHeard, wordOf(one, at))))
    }
  }
  if (!isQuorum(committee.weightOf(last.keys()), committee.total)) return undefined
  const reporters = [...last.values()].sort((a, b) => (a.member < b.member ? -1 : 1))
  return { committee, reporters, of }
}

/** Does the report say whether its member heard this node? */
const covers = ({ heard }: ReportLeaf, node: NodeId): boolean =>
  heard.length < heardPerPageMax || node <= heard.at(-1)!.node

function wordOf({ share, lastHeard }: Heard, at: Millis): Word {
  // Nobody was heard after the block that says so.
  const last = Math.min(lastHeard, at)
  return { share, lastHeard: last, silence: at - last }
}

/** The shares of two keys of one node are parts of one epoch. */
const together = (a: Word, b: Word): Word => ({
  share: Math.min(10_000, a.share + b.share),
  lastHeard: Math.max(a.lastHeard, b.lastHeard),
  silence: Math.min(a.silence, b.silence),
})

function settled(
  state: State,
  rules: Parameters,
  id: NodeId,
  node: NodeLeaf,
  words: Words | undefined,
  { blocks, time }: { readonly blocks: number; readonly time: Millis },
): NodeLeaf {
  const median = medianOf(id, words)
  const service = state.services.get(id)
  const signed = service !== undefined && service.signed > 0 ? service : undefined
  if (median === undefined && signed === undefined) return node
  const patience = rules.heartbeatsMissed * rules.heartbeatMs
  const silence = Math.min(
    median?.silence ?? Number.MAX_SAFE_INTEGER,
    signed === undefined ? Number.MAX_SAFE_INTEGER : time - signed.signedAt,
  )
  const share = signed === undefined ? 0 : Math.floor((signed.signed * 10_000) / blocks)
  const lastHeard = Math.max(median?.lastHeard ?? -1, signed?.signedAt ?? -1)
  const inactive = silence > patience
  return {
    ...node,
    inactive,
    uptime: Math.min(10_000, Math.max(median?.share ?? 0, share)),
    lastHeartbeat:
      lastHeard < 0 ? node.lastHeartbeat : Math.max(lastHeard, node.lastHeartbeat ?? 0),
    heard: inactive ? node.heard : state.epoch.number,
  }
}

/** Of what the members that reported on it say of a node, each field by itself; undefined when these are too few. */
function medianOf(id: NodeId, words: Words | undefined): Word | undefined {
  if (words === undefined) return undefined
  const { committee, reporters, of } = words
  // What a member leaves open about itself it leaves open as it should.
  const heardBy = reporters.filter((last) => last.member === id || covers(last, id))
  const weight = committee.weightOf(heardBy.map(({ member }) => member))
  const others = heardBy.filter(({ member }) => member !== id)
  if (others.length === 0 || !isQuorum(weight, committee.total)) return undefined
  const said = others.map(({ member }) => of.get(id)?.get(member) ?? nothingHeard)
  const upper = said.length >> 1
  const lower = (said.length - 1) >> 1
  const sorted = (field: keyof Word): number[] =>
    said.map((word) => word[field]).sort((a, b) => a - b)
  return {
    share: sorted('share')[upper]!,
    lastHeard: sorted('lastHeard')[upper]!,
    silence: sorted('silence')[lower]!,
  }
}
