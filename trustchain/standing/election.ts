// The committee of the next epoch. Seats are won by Phragmén over standing (ballot.ts); how far the
// committee may move towards the winners in one epoch is limited, so that successive committees
// overlap by more than two thirds and a light client that knows one can trust the next.
import { assert } from '../../src/core/assert.ts'
import type { NodeId } from '../../src/core/id.ts'
import { committeeSizeMax } from '../../src/core/limits.ts'
import { compareIds } from '../graph/node-index.ts'
import { defaultRules, type SeatRules, seatsByPhragmen } from './ballot.ts'
import { type StandingEdges, StandingGraph } from './standing.ts'

/** Fewer survive no failure: of three all must vote, of four one may fail. */
export const committeeSizeMin = 4

export interface Election {
  /** The sitting committee, in any order; 1 to 31. */
  readonly current: readonly NodeId[]
  /** ACTIVE, not frozen, not banned, not convicted, willing and heard of this epoch; in any order. */
  readonly candidates: Iterable<NodeId>
  /**
   * Banned, frozen and convicted nodes: they keep no seat although nobody replaces them (unless fewer
   * than four would be left), and their ratings back nobody. Members that are neither candidates nor
   * silent are absent: they stay until replaced.
   */
  readonly silent: ReadonlySet<NodeId>
  /** At the height of the election, see standingOf: of losers, the least goes first. */
  readonly standing: ReadonlyMap<NodeId, number>
  /** Final positive ratings; see opinions.ts. */
  readonly edges: StandingEdges
  /** Those that still count, in any order. */
  readonly roots: Iterable<NodeId>
  /** Seats to fill, 4 to 31. @default 31 */
  readonly seats?: number
  /** @default defaultRules; its `flow` is to be the one that made `standing` */
  readonly rules?: SeatRules
}

export interface Elected {
  /** Winners of the seats, best first; whom the committee moves towards. */
  readonly elected: readonly NodeId[]
  /** The committee after the limit on changes, ascending by node id. */
  readonly next: readonly NodeId[]
  /** In `next` and not in `current`, in order of election: they have to say `ready`. */
  readonly added: readonly NodeId[]
  /** In `current` and not in `next`, ascending. */
  readonly removed: readonly NodeId[]
}

/** Additions and removals together that one epoch may bring to a committee of this size. */
export const changesMax = (size: number): number => Math.floor((size - 1) / 3)

/** Elects, and moves the committee towards the winners as far as one epoch may. */
export function electCommittee(election: Election): Elected {
  return committeeAfter(election, electSeats(election))
}

/** What of an election decides how a committee moves towards its winners. */
export type Sitting = Pick<Election, 'current' | 'candidates' | 'silent' | 'standing' | 'seats'>

/** @param elected winners of the seats, best first */
export function committeeAfter(election: Sitting, elected: readonly NodeId[]): Elected {
  const next =
    election.current.length < committeeSizeMin
      ? foundCommittee(election, elected)
      : moveCommittee(election, elected)
  const sitting = new Set(election.current)
  const seated = new Set(next)
  return {
    elected,
    next: [...next].sort(compareIds),
    added: [...elected, ...next].filter(
      (node, i, all) => seated.has(node) && !sitting.has(node) && all.indexOf(node) === i,
    ),
    removed: election.current.filter((node) => !seated.has(node)).sort(compareIds),
  }
}

/** The winners alone, best first: candidates that somebody with standing rates positive. */
export function electSeats(election: Omit<Election, 'current' | 'standing'>): NodeId[] {
  const { seats = committeeSizeMax, silent, rules = defaultRules } = election
  assert(seats >= committeeSizeMin && seats <= committeeSizeMax, 'a committee has 4 to 31 seats')
  const roots = [...new Set(election.roots)].filter((root) => !silent.has(root))
  const candidates = [...new Set(election.candidates)].filter((node) => !silent.has(node))
  const graph = StandingGraph.of(election.edges, [...roots, ...candidates], silent)
  const numbers = (ids: readonly NodeId[]): number[] =>
    ids.map((id) => graph.numberOf(id)).sort((a, b) => a - b)
  const field = {
    graph,
    roots: numbers(roots),
    candidates: numbers(candidates),
  }
  return seatsByPhragmen(field, seats, rules).map((node) => graph.ids[node]!)
}

/** Of 1, 2 or 3: as it is until four can sit, then four at once, those who sit already first. */
function foundCommittee(
  { current, candidates }: Sitting,
  elected: readonly NodeId[],
): readonly NodeId[] {
  const willing = new Set(candidates)
  const staying = current.filter((node) => willing.has(node)).sort(compareIds)
  const all = [...new Set([...staying, ...elected])]
  return all.length < committeeSizeMin ? current : all.slice(0, committeeSizeMin)
}

/** What is left to do to turn the sitting committee into the wanted one. */
interface Plan {
  /** Best first. */
  readonly additions: readonly NodeId[]
  /** Silent ones first, then absent ones, then the least standing. */
  readonly removals: readonly NodeId[]
  /** How many of the removals are of silent members. */
  readonly silenced: number
}

function moveCommittee(election: Sitting, elected: readonly NodeId[]): readonly NodeId[] {
  const { current, seats = committeeSizeMax } = election
  const { additions, removals, silenced } = planOf(election, elected)
  const limit = changesMax(current.length)
  const wanted = current.length + additions.length - removals.length
  // Where one change is all that an epoch may bring, a replacement takes two: first one more, then one less.
  const ceiling = Math.min(committeeSizeMax, Math.max(seats, wanted) + (limit === 1 ? 1 : 0))
  let added = 0
  let removed = 0
  while (added + removed < limit) {
    const size = current.length + added - removed
    const canAdd = added < additions.length && size < ceiling
    const canRemove = removed < removals.length && size > committeeSizeMin
    if (canRemove && (removed < silenced || size > wanted)) removed++
    else if (canAdd && (size < wanted || limit === 1)) added++
    else if (added < additions.length && removed < removals.length && limit - added - removed > 1) {
      added++
      removed++
    } else break
  }
  const leaving = new Set(removals.slice(0, removed))
  return [...current.filter((node) => !leaving.has(node)), ...additions.slice(0, added)]
}

function planOf(election: Sitting, elected: readonly NodeId[]): Plan {
  const { current, candidates, silent, standing, seats = committeeSizeMax } = election
  const winners = new Set(elected)
  const sitting = new Set(current)
  const present = new Set(candidates)
  const out = (node: NodeId): number => (silent.has(node) ? 0 : present.has(node) ? 2 : 1)
  const losers = current
    .filter((node) => !winners.has(node))
    .sort(
      (a, b) =>
        out(a) - out(b) ||
        (standing.get(a) ?? 0) - (standing.get(b) ?? 0) ||
        // Of two alike the higher id goes, as the lower id wins elsewhere.
        compareIds(b, a),
    )
  const silenced = losers.filter((node) => silent.has(node)).length
  const additions = elected.filter((node) => !sitting.has(node))
  // Without enough winners, losers that are not silent keep their seats: nobody replaces them.
  const kept = Math.min(current.length - silenced, seats)
  const size = Math.max(kept, elected.length, committeeSizeMin)
  const removable = Math.max(0, current.length + additions.length - size)
  return { additions, removals: losers.slice(0, removable), silenced }
}

/** The committee without members convicted by evidence, at once and whatever its size; never empty. */
export function withoutConvicted(
  current: readonly NodeId[],
  convicted: ReadonlySet<NodeId>,
): readonly NodeId[] {
  const left = current.filter((node) => !convicted.has(node))
  return left.length === 0 ? current : left
}
