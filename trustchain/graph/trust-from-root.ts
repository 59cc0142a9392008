// TN-1: trust in one overlay as one root sees it (docs/trust.md). Kept so that one new rating
// touches only what it changes: for every node, what arrived in each round. What arrives in round k
// depends on who expanded in round k, which depends on earlier rounds alone, so a change is carried
// forward round by round and never comes back to where it started.
import { assert } from '../../src/core/assert.ts'
import { trustRoundsMax } from '../../src/core/limits.ts'
import { multiplyTrust, ONE, THRESHOLD, type Trust } from '../../src/core/trust.ts'
import { barred, NodeStates, waiting } from './node-states.ts'
import type { RatingGraph } from './rating-graph.ts'
import type { TrustOptions } from './trust-options.ts'

/** A change that touches more than this share of the nodes costs more to carry forward than to rebuild. */
const touchedShare = 1 / 16
/** In a small graph either is fast. */
const touchedMin = 256

export class TrustFromRoot {
  readonly graph: RatingGraph
  readonly root: number
  readonly threshold: number
  readonly rounds: number
  readonly #cap: boolean
  readonly #frozen: ReadonlySet<number>
  #nodes: NodeStates
  #expanded = 0
  #waiting = 0
  #epoch = 0
  #dirty: number[] = []

  /** Computes the trust of all nodes: O(nodes + ratings read). */
  constructor(graph: RatingGraph, root: number, options: TrustOptions = {}) {
    this.graph = graph
    this.root = root
    this.threshold = options.threshold ?? THRESHOLD
    this.rounds = options.rounds ?? trustRoundsMax
    assert(this.threshold >= 0 && this.threshold <= ONE, 'the threshold lies in [0, ONE]')
    assert(this.rounds >= 0 && this.rounds <= trustRoundsMax, 'rounds are within their limit')
    this.#cap = options.cap ?? true
    this.#frozen = options.frozen ?? new Set()
    this.#nodes = new NodeStates(this.rounds)
    graph.addNodes(root + 1)
    this.#nodes.makeRoom(graph.nodeCount)
    this.#compute()
  }

  /** Trust in a node: the root's own rating where it is a veto, else what the rounds brought; 0 unknown. */
  trust(node: number): Trust {
    if (this.vetoed(node)) return this.#nodes.own[node]! as Trust
    const raw = this.raw(node)
    return (this.#cap ? Math.min(ONE, raw) : raw) as Trust
  }

  /** The sum before the cap, for ranking; 0 for those never reached. */
  raw(node: number): number {
    return this.#nodes.raw[node] ?? 0
  }

  /** The round in which anything first arrived (0: rated by the root itself), or undefined. */
  reachedIn(node: number): number | undefined {
    const reached = this.#nodes.reached[node] ?? 0
    return reached === 0 ? undefined : reached - 1
  }

  /** The round in which the node's own ratings were read, or undefined. */
  expandedIn(node: number): number | undefined {
    const phase = this.#nodes.phase[node] ?? 0
    return phase > 0 && phase < waiting ? phase : undefined
  }

  /** What the node multiplied its ratings by; 0 when it did not expand. */
  forwarded(node: number): number {
    return this.#nodes.forwarded[node] ?? 0
  }

  /** The root's own rating of the node; 0 when none. */
  own(node: number): Trust {
    return (this.#nodes.own[node] ?? 0) as Trust
  }

  vetoed(node: number): boolean {
    return (this.#nodes.own[node] ?? 0) < 0
  }

  frozen(node: number): boolean {
    return this.#frozen.has(node)
  }

  /** How many nodes expanded. */
  get expanded(): number {
    return this.#expanded
  }

  /** Whether nodes above the threshold were left unexpanded after the last round. */
  get truncated(): boolean {
    return this.#waiting > 0
  }

  /**
   * Takes in one rating that the graph already holds.
   *
   * @param before what the graph held until now (0 none); `after` what it holds now (0 withdrawn)
   * @returns the nodes whose trust changed, in no particular order
   */
  follow(author: number, subject: number, before: number, after: number): number[] {
    if (author === subject || subject === this.root || before === after) return []
    this.#begin()
    const was = this.trust(subject)
    if (author === this.root) {
      this.#nodes.own[subject] = after
      this.#nodes.arrivals[0]![subject] = Math.max(0, after)
    } else {
      const round = this.expandedIn(author)
      if (round === undefined) return []
      const forwarded = this.#nodes.forwarded[author]!
      const gain = carried(forwarded, after) - carried(forwarded, before)
      if (gain === 0) return []
      this.#nodes.arrivals[round]![subject]! += gain
    }
    this.#touch(subject)
    return this.#settle(was)
  }

  /** Takes in that a node entered or left the frozen set. Returns the nodes whose trust changed. */
  followFrozen(node: number): number[] {
    if (node === this.root) return []
    this.#begin()
    this.#touch(node)
    return this.#settle(this.trust(node))
  }

  #compute(): void {
    this.#expanded = 0
    const { start, length, subjects, values } = this.graph
    const first = start[this.root]!
    let frontier: number[] = []
    for (let i = first; i < first + length[this.root]!; i++) {
      const node = subjects[i]!
      const value = values[i]!
      this.#nodes.own[node] = value
      if (value < 0) {
        this.#nodes.phase[node] = barred
        continue
      }
      this.#nodes.arrivals[0]![node] = value
      this.#nodes.raw[node] = value
      this.#nodes.reached[node] = 1
      if (value > this.threshold && !this.#frozen.has(node)) frontier.push(node)
    }
    this.#nodes.phase[this.root] = barred
    for (let round = 1; round <= this.rounds && frontier.length > 0; round++) {
      this.#expanded += frontier.length
      frontier = this.#expand(frontier, round)
    }
    this.#waiting = frontier.length
    for (const node of frontier) this.#nodes.phase[node] = waiting
  }

  /** Expands the whole frontier at once; returns who rose above the threshold by it, in rising order. */
  #expand(frontier: readonly number[], round: number): number[] {
    const { start, length, subjects, values } = this.graph
    const { phase, forwarded, raw } = this.#nodes
    const amounts = this.#nodes.arrivals[round]!
    for (const node of frontier) {
      phase[node] = round
      forwarded[node] = Math.min(ONE, raw[node]!)
    }
    // Nothing that arrives changes what is forwarded in this round, so the hot loop only adds up.
    for (const node of frontier) {
      const weight = forwarded[node]!
      const end = start[node]! + length[node]!
      for (let i = start[node]!; i < end; i++)
        if (values[i]! > 0) amounts[subjects[i]!]! += multiplyTrust(weight, values[i]!)
    }
    return this.#receive(amounts, round)
  }

  /** Adds what arrived in a round to those whom it counts for. */
  #receive(amounts: Float64Array, round: number): number[] {
    const { phase, raw, reached } = this.#nodes
    const next: number[] = []
    for (let node = 0; node < this.graph.nodeCount; node++) {
      const gain = amounts[node]!
      // Expanded in an earlier round, vetoed or the root: nothing is added any more.
      if (gain === 0 || (phase[node] !== 0 && phase[node] !== round)) continue
      const before = raw[node]!
      raw[node] = before + gain
      if (before === 0) reached[node] = round + 1
      if (phase[node] === 0 && before <= this.threshold && before + gain > this.threshold)
        if (!this.#frozen.has(node)) next.push(node)
    }
    return next
  }

  #begin(): void {
    this.#nodes.makeRoom(this.graph.nodeCount)
    this.#epoch++
    this.#dirty.length = 0
  }

  #touch(node: number): void {
    if (this.#nodes.mark[node] === this.#epoch || node === this.root) return
    this.#nodes.mark[node] = this.#epoch
    this.#dirty.push(node)
  }

  /**
   * Carries changes forward, round by round, then brings every touched node up to date.
   *
   * @param was the trust of the node touched first, from before the change
   */
  #settle(was: Trust): number[] {
    const most = Math.max(touchedMin, this.graph.nodeCount * touchedShare)
    for (let round = 1; round <= this.rounds; round++) {
      // Who is touched within this round is changed for later rounds only.
      const count = this.#dirty.length
      for (let i = 0; i < count; i++) {
        const node = this.#dirty[i]!
        const before = this.#nodes.phase[node] === round ? this.#nodes.forwarded[node]! : 0
        const after = this.#forwardsIn(node, round)
        if (before !== after) this.#carry(node, round, before, after)
      }
      if (this.#dirty.length > most) return this.#rebuild(was)
    }
    return this.#dirty.filter((node, i) => {
      const before = i === 0 ? was : this.trust(node)
      this.#refresh(node)
      return this.trust(node) !== before
    })
  }

  /** Computes everything anew, where a change reaches so far that this is faster. */
  #rebuild(was: Trust): number[] {
    const [first] = this.#dirty
    const old = Array.from({ length: this.graph.nodeCount }, (_, node) =>
      node === first ? was : this.trust(node),
    )
    this.#nodes = new NodeStates(this.rounds)
    this.#nodes.makeRoom(this.graph.nodeCount)
    this.#compute()
    return [...old.keys()].filter((node) => old[node] !== this.trust(node))
  }

  #mayExpand(node: number): boolean {
    return this.#nodes.own[node]! >= 0 && node !== this.root && !this.#frozen.has(node)
  }

  /** What a node multiplies its ratings by in this round; 0 when this is not its round. */
  #forwardsIn(node: number, round: number): number {
    const { arrivals } = this.#nodes
    let sum = 0
    for (let k = 0; k < round - 1; k++) sum += arrivals[k]![node]!
    if (sum > this.threshold) return 0
    sum += arrivals[round - 1]![node]!
    return sum > this.threshold && this.#mayExpand(node) ? Math.min(ONE, sum) : 0
  }

  #carry(node: number, round: number, before: number, after: number): void {
    const { start, length, subjects, values } = this.graph
    const amounts = this.#nodes.arrivals[round]!
    const end = start[node]! + length[node]!
    for (let i = start[node]!; i < end; i++) {
      const gain = carried(after, values[i]!) - carried(before, values[i]!)
      if (gain === 0) continue
      amounts[subjects[i]!]! += gain
      this.#touch(subjects[i]!)
    }
  }

  /** Derives a node's state anew from what arrived. */
  #refresh(node: number): void {
    this.#count(node, -1)
    const mayExpand = this.#mayExpand(node)
    let phase = this.vetoed(node) ? barred : 0
    let sum = 0
    let reached = 0
    this.#nodes.forwarded[node] = 0
    for (let round = 0; round <= this.rounds && phase === 0; round++) {
      if (round > 0 && mayExpand && sum > this.threshold) {
        phase = round
        this.#nodes.forwarded[node] = Math.min(ONE, sum)
      }
      // In its own round a node still receives; after it, no more.
      sum += this.#nodes.arrivals[round]![node]!
      if (reached === 0 && sum > 0) reached = round + 1
    }
    this.#nodes.phase[node] = phase === 0 && mayExpand && sum > this.threshold ? waiting : phase
    this.#nodes.raw[node] = sum
    this.#nodes.reached[node] = reached
    this.#count(node, 1)
  }

  #count(node: number, by: number): void {
    if (this.expandedIn(node) !== undefined) this.#expanded += by
    if (this.#nodes.phase[node] === waiting) this.#waiting += by
  }
}

/** What one rating brings its subject; negative ratings are never followed. */
const carried = (forwarded: number, value: number): number =>
  value > 0 ? multiplyTrust(forwarded, value) : 0
