// A message walked from node to node over the tables of a whole network, without messages or
// time: for experiments and benches at sizes where a machine for each node would not fit. Every
// step is the live node's own next hop; a dead end goes back one hop, as the live router does.
import { hopsMax } from '../src/core/limits.ts'
import { type Decision, newDecision, type RoutingView, type Standing } from './next-hop.ts'
import type { RoutingPolicy } from './policy.ts'
import type { Words } from './ring.ts'

export interface WalkOptions {
  /** Neither speaks to the other. */
  readonly barred?: (a: number, b: number) => boolean
  /** @default hopsMax */
  readonly hopsMax?: number
  /** Told of every hop taken, also of those that led to a dead end. */
  readonly onHop?: (from: number, to: number, by: Decision['by']) => void
}

export interface WalkEnd {
  readonly delivered: boolean
  /** Where it ended. */
  readonly at: number
  /** Hops of the path; dead ends that were taken back do not count. */
  readonly hops: number
  /** Every message sent, dead ends included. */
  readonly sent: number
}

/** Walks one lookup at a time; keeps its scratch space between walks. */
export class Walker {
  readonly #view: RoutingView
  readonly #policy: RoutingPolicy
  readonly #options: WalkOptions
  readonly #limit: number
  readonly #decision = newDecision('overlay')
  readonly #tried = new Set<number>()
  #at = 0

  constructor(view: RoutingView, policy: RoutingPolicy, options: WalkOptions = {}) {
    this.#view = view
    this.#policy = policy
    this.#options = options
    this.#limit = options.hopsMax ?? hopsMax
  }

  lookup(origin: number, key: Words): WalkEnd {
    this.#tried.clear()
    return this.#walk(origin, key)
  }

  readonly #standing = (node: number): Standing => {
    if (this.#tried.size > 0 && this.#tried.has(node)) return 'shut'
    return this.#options.barred?.(this.#at, node) === true ? 'shut' : 'open'
  }

  #walk(origin: number, key: Words): WalkEnd {
    let at = origin
    let phase: Decision['phase'] = 'overlay'
    let sent = 0
    const path: { at: number; phase: Decision['phase'] }[] = []
    for (;;) {
      const decision = this.#decision
      decision.phase = phase
      this.#at = at
      this.#policy.next(this.#view, at, key, decision, this.#standing)
      if (decision.outcome === 'deliver') return { delivered: true, at, hops: path.length, sent }
      if (decision.outcome === 'stuck' || path.length >= this.#limit) {
        this.#tried.add(at)
        const back = path.pop()
        if (back === undefined) return { delivered: false, at, hops: 0, sent }
        at = back.at
        phase = back.phase
        continue
      }
      this.#options.onHop?.(at, decision.to, decision.by)
      sent++
      path.push({ at, phase })
      if (decision.phase === 'leaf-set') this.#tried.add(at)
      at = decision.to
      phase = decision.phase
    }
  }
}
