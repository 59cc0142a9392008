// The ledger as the API tells it: the integers that nodes agree on become the numbers that people
// read (points of reputation, stars, percent, fractions).
import type { TrustchainsView } from '../../../trustchain/chain.ts'
import type { Parameters } from '../../../trustchain/ledger/parameters.ts'
import type { LedgerView, NodeRecord } from '../../../trustchain/ledger/view.ts'
import type { ChainStatusView, CommitteeView, ReputationView } from '../../api/chain-service.ts'
import { isQuorum, quorumOf } from '../../core/committee.ts'
import type { NodeId } from '../../core/id.ts'

/** How every answer names a node. */
export interface Named {
  readonly nodeId: string
  readonly peerId: string | null
  readonly owner: string
}
export type NameOf = (node: NodeId) => Named

/** Records in one status: a page of a large network, some 200 KiB of JSON. */
const nodesListedMax = 1_000

/** Parts of standing altogether. */
const standingParts = 1_000_000_000

/** How the network takes this node, by the word of another one. */
export interface ToldStanding {
  /** The address that was asked. */
  readonly from: string
  readonly height: number
  readonly own: NonNullable<ChainStatusView['own']>
}

export interface StatusOptions {
  readonly nameOf: NameOf
  /** The rules of the network. */
  readonly parameters: Parameters
  /** What others said of this node while nobody was linked with it. */
  readonly told?: (() => ToldStanding | undefined) | undefined
}

export const hundredths = (value: number | null): number | null =>
  value === null ? null : value / 100

const standingOf = (ledger: LedgerView, node: NodeId): number =>
  ledger.standingOf(node) / standingParts

export function reputationView(ledger: LedgerView, asked: NodeId, nameOf: NameOf): ReputationView {
  const node = ledger.holderOf(asked)
  const record = ledger.node(node)
  const { reputation, weightedStars, stars, ratings } = ledger.reputationOf(node)
  return {
    ...nameOf(node),
    reputation: hundredths(reputation),
    stars: hundredths(stars),
    weightedStars: hundredths(weightedStars),
    ratings,
    uptime: hundredths(record?.uptime ?? null),
    status: record?.status ?? null,
    standing: standingOf(ledger, node),
    warned: record?.warned ?? false,
    frozen: ledger.frozen(node),
    convicted: record?.convicted ?? false,
    committee: ledger.committee.has(node),
    lastHeartbeat: record?.lastHeartbeat ?? null,
    transactionsValidated: record?.transactionsValidated ?? 0,
    joinDate: record?.joinDate ?? null,
    predecessor: record?.predecessor ? nameOf(record.predecessor) : null,
    handedOver: node === asked ? null : nameOf(asked),
    height: ledger.height,
  }
}

/** The most weight that may fail while what is left is still a quorum, members counted one by one. */
export function spareOf(powers: readonly number[]): number {
  const total = powers.reduce((sum, power) => sum + power, 0)
  let left = total
  let spare = 0
  // The heaviest first: so many may fail whichever they are.
  for (const power of [...powers].sort((a, b) => b - a)) {
    left -= power
    if (!isQuorum(left, total)) return spare
    spare++
  }
  return spare
}

export function committeeView(ledger: LedgerView, seatsMax: number, nameOf: NameOf): CommitteeView {
  const { committee, epoch, height } = ledger
  const { number, startedHeight, startedAt, handover } = epoch
  return {
    height,
    size: committee.size,
    seatsMax,
    total: committee.total,
    quorum: quorumOf(committee.total),
    spare: spareOf(committee.members.map(({ power }) => power)),
    epoch: { number, startedHeight, startedAt },
    members: committee.members.map(({ nodeId, power }) => ({
      ...nameOf(nodeId),
      power,
      status: ledger.node(nodeId)?.status ?? null,
      reputation: hundredths(ledger.reputationOf(nodeId).reputation),
      standing: standingOf(ledger, nodeId),
      uptime: hundredths(ledger.node(nodeId)?.uptime ?? null),
    })),
    handover: handover && {
      elected: handover.elected.map((node) => ({
        ...nameOf(node),
        ready: handover.ready.includes(node),
      })),
    },
  }
}

/**
 * The chain's part of the status.
 *
 * @param now ms since the Unix epoch by this node's clock: block times are the proposers'
 */
export function chainStatusView(
  ledger: LedgerView,
  self: NodeId,
  { nameOf, parameters, told }: StatusOptions,
  now: number,
): ChainStatusView {
  const { committee, epoch, height } = ledger
  const records = [...ledger.nodes()]
  const listed = records
    .map((record) => nodeLine(ledger, record, nameOf))
    .sort(
      (a, b) =>
        Number(b.committee) - Number(a.committee) ||
        (b.reputation ?? -1) - (a.reputation ?? -1) ||
        (a.nodeId < b.nodeId ? -1 : 1),
    )
  return {
    height,
    lastBlockAgeMs: height === 0 ? null : Math.max(0, Math.round(now - ledger.time)),
    nodes: listed.slice(0, nodesListedMax),
    census: {
      nodes: records.length,
      active: records.filter(({ status }) => status === 'ACTIVE').length,
    },
    committee: {
      size: committee.size,
      quorum: quorumOf(committee.total),
      epoch: epoch.number,
      spare: spareOf(committee.members.map(({ power }) => power)),
      member: committee.has(self),
    },
    ...ownStanding(ledger, self, parameters, told?.()),
  }
}

/** Where somebody told of a later block, that counts: this node may be kept from hearing it itself. */
function ownStanding(
  ledger: LedgerView,
  self: NodeId,
  parameters: Parameters,
  told: ToldStanding | undefined,
): Pick<ChainStatusView, 'own' | 'ownToldBy'> {
  return told !== undefined && told.height > ledger.height
    ? { own: told.own, ownToldBy: told.from }
    : { own: ownView(ledger, self, parameters), ownToldBy: null }
}

/** How the network takes a node. */
export function ownView(
  ledger: LedgerView,
  self: NodeId,
  { warnBelow, banBelow, healAbove }: Parameters,
): ChainStatusView['own'] {
  const record = ledger.node(self)
  return {
    status: record?.status ?? null,
    reputation: hundredths(ledger.reputationOf(self).reputation),
    warned: record?.warned ?? false,
    convicted: record?.convicted ?? false,
    ...{ warnBelow, banBelow, healAbove },
  }
}

function nodeLine(
  ledger: LedgerView,
  { nodeId, owner, status, warned }: NodeRecord,
  nameOf: NameOf,
): ChainStatusView['nodes'][number] {
  const known = owner === '' ? nameOf(nodeId).owner : owner
  return {
    name: known === '' ? nodeId.slice(0, 10) : known,
    nodeId,
    status,
    reputation: hundredths(ledger.reputationOf(nodeId).reputation),
    warned,
    committee: ledger.committee.has(nodeId),
  }
}

/** Entries in blocks, of the authors held here. */
export function finalEntries(trustchains: TrustchainsView, ledger: LedgerView): number {
  let entries = 0
  for (const author of trustchains.authors) entries += ledger.finalHead(author).seq
  return entries
}
