// The global network under trustnet's lookups: plain Pastry over all identities, for what trust
// cannot reach. Coverage, not security: where Sybils are many it leads to them.
import { buildViews } from '../../../../routing/build.ts'
import {
  type Decision,
  leavesAround,
  newDecision,
  type RoutingView,
  type Standing,
} from '../../../../routing/next-hop.ts'
import { pastry } from '../../../../routing/policy.ts'
import type { Words } from '../../../../routing/ring.ts'
import { hopsMax } from '../../../core/limits.ts'
import type { Random } from '../../../core/random.ts'
import type { RouterContext } from '../router.ts'
import { honest } from '../world.ts'

export type GlobalEnd = 'at-root' | 'elsewhere' | 'enemy' | 'stuck'

/** Built when first needed; everything in node numbers of the world. */
export class GlobalNetwork {
  /** Of the last route. */
  hops = 0
  messages = 0
  end: GlobalEnd = 'stuck'
  at = -1
  readonly #context: RouterContext
  readonly #random: Random
  #view: RoutingView | undefined
  readonly #decision = newDecision('global')
  readonly #tried = new Set<number>()
  #from = 0

  constructor(context: RouterContext) {
    this.#context = context
    this.#random = context.random.fork(7)
  }

  /** Makes the tables, which the first route makes otherwise. */
  build(): void {
    void this.view
  }

  get view(): RoutingView {
    this.#view ??= buildViews(this.#context.world.ring, {
      policy: pastry,
      random: this.#random,
      barred: this.isBarred,
    })
    return this.#view
  }

  readonly isBarred = (a: number, b: number): boolean => {
    const { ratings } = this.#context.world
    return ratings.rating(a, b) < 0 || ratings.rating(b, a) < 0
  }

  readonly #standing = (node: number): Standing => {
    if (this.#tried.size > 0 && this.#tried.has(node)) return 'shut'
    return this.isBarred(this.#from, node) ? 'shut' : 'open'
  }

  /**
   * One route of a lookup; a dead end goes back one hop, as the live router does.
   *
   * @param leaves to how many of its leaves whoever has the key among them delivers
   */
  route(origin: number, key: Words, lookup: number, trueRoot: number, leaves: number): GlobalEnd {
    const { view } = this
    const decision = this.#decision
    this.#tried.clear()
    this.messages = 0
    let phase: Decision['phase'] = 'global'
    const path: { at: number; phase: Decision['phase'] }[] = []
    for (let at = origin; ; ) {
      if (at !== origin && !this.#serves(at, lookup, key))
        return this.#ended('enemy', at, path.length)
      this.#from = at
      const around = leaves > 1 ? leavesAround(view, at, key, leaves, this.#standing) : []
      if (around.length > 1) {
        const who = around.includes(trueRoot)
          ? trueRoot
          : around.find((node) => this.#serves(node, lookup, key))
        return this.#delivered(around, at, who, trueRoot, path.length)
      }
      decision.phase = phase
      pastry.next(view, at, key, decision, this.#standing)
      if (decision.outcome === 'deliver')
        return this.#ended(at === trueRoot ? 'at-root' : 'elsewhere', at, path.length)
      if (decision.outcome === 'stuck' || path.length >= hopsMax) {
        this.#tried.add(at)
        const back = path.pop()
        if (back === undefined) return this.#ended('stuck', at, 0)
        at = back.at
        phase = back.phase
        continue
      }
      this.messages++
      const { requests } = this.#context
      if (requests !== undefined) requests[decision.to]!++
      path.push({ at, phase })
      if (decision.phase === 'leaf-set') this.#tried.add(at)
      at = decision.to
      phase = decision.phase
    }
  }

  #serves(node: number, lookup: number, key: Words): boolean {
    const { behaviour, world } = this.#context
    return world.kinds[node] === honest || behaviour.deed(node, lookup, key) === 'serve'
  }

  /**
   * To several at once, so that no single one of them decides.
   *
   * @param who of them the root, or the nearest that answers
   */
  #delivered(
    to: readonly number[],
    by: number,
    who: number | undefined,
    trueRoot: number,
    hops: number,
  ): GlobalEnd {
    const { requests } = this.#context
    for (const node of to) {
      if (node === by) continue
      this.messages++
      if (requests !== undefined) requests[node]!++
    }
    const at = who ?? to[0]!
    const end = who === undefined ? 'enemy' : who === trueRoot ? 'at-root' : 'elsewhere'
    return this.#ended(end, at, hops + Number(at !== by))
  }

  #ended(end: GlobalEnd, at: number, hops: number): GlobalEnd {
    this.end = end
    this.at = at
    this.hops = hops
    return end
  }
}
