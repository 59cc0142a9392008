// Redundant routing and the routing failure test (Castro, Druschel, Ganesh, Rowstron, Wallach 2002,
// section 5): messages over different neighbours of the origin, answered by any correct node near
// the key with its whole neighbour set; the origin joins the sets and speaks to all candidates itself.
import { left, right } from '../../../../routing/leaf-set.ts'
import type { RoutingView } from '../../../../routing/next-hop.ts'
import type { Words } from '../../../../routing/ring.ts'
import type { Behaviour, Deed } from '../behaviour.ts'
import type { Outcome } from '../router.ts'
import { honest } from '../world.ts'
import { clockwise } from './clockwise.ts'
import type { RingWorld } from './pastry-ring-world.ts'
import type { Vetoes } from './pastry-vetoes.ts'
import type { RingWalk } from './pastry-walk.ts'

/** Step 6: the list of candidates is sent round at most so often. */
const listRounds = 3

interface RedundantOptions {
  readonly routes: number
  readonly failureTest: boolean
  readonly density: number
}

export class RedundantRoutes {
  readonly #world: RingWorld
  readonly #behaviour: Behaviour
  readonly #view: RoutingView
  readonly #walk: RingWalk
  readonly #vetoes: Vetoes | undefined
  readonly #options: RedundantOptions

  constructor(world: RingWorld, view: RoutingView, walk: RingWalk, options: RedundantOptions) {
    this.#world = world
    this.#behaviour = world.behaviour
    this.#view = view
    this.#walk = walk
    this.#vetoes = world.vetoes
    this.#options = options
  }

  /** Origins, roots and all that is between them are places. */
  lookup(origin: number, key: Words, number: number, trueRoot: number, outcome: Outcome): Outcome {
    let messages = 0
    if (this.#options.failureTest) {
      const end = this.#walk.walk(origin, key, number)
      messages += this.#walk.sent
      const answers = end === 'arrived' || end === 'lied'
      const root = this.#walk.at
      if (answers && this.#isDense(origin, key, root, end === 'lied')) {
        outcome.ending = root === trueRoot ? 'delivered' : 'wrong-root'
        outcome.root = root
        outcome.hops = this.#walk.hops
        outcome.messages = messages
        return outcome
      }
    }
    return this.#redundant(origin, key, number, trueRoot, messages, outcome)
  }

  /** Section 5.1: do the claimed root's neighbours lie about as near together as our own? */
  #isDense(origin: number, key: Words, root: number, lied: boolean): boolean {
    const { leaves } = this.#view
    const shown = lied
      ? this.#behaviour.accomplices(key, 2 * leaves.perSide + 1)
      : [root, ...this.#leavesOf(root)]
    const own = this.#spacing([origin, ...this.#leavesOf(origin)])
    return this.#spacing(shown) < this.#options.density * own
  }

  /** Mean distance between consecutive nodes of a set that lies together on the ring. */
  #spacing(nodes: readonly number[]): number {
    const { words } = this.#view.ring
    const around = new Set(nodes)
    if (around.size < 2) return Number.POSITIVE_INFINITY
    const [first] = nodes
    // The set's ends are its farthest on both sides of its first, the middle.
    let before = 0
    let after = 0
    for (const node of around) {
      const away = clockwise(words, 4 * first!, words, 4 * node)
      if (away < 2 ** 52) after = Math.max(after, away)
      else before = Math.max(before, 2 ** 53 - away)
    }
    return (before + after) / (around.size - 1)
  }

  /** Section 5.2, steps 1 to 6. */
  #redundant(
    origin: number,
    key: Words,
    number: number,
    trueRoot: number,
    spent: number,
    outcome: Outcome,
  ): Outcome {
    const candidates = new Set<number>()
    let messages = spent
    let hops = 0
    let longest = 0
    const own = this.#leavesOf(origin)
    if (this.#view.leaves.spans(origin, key))
      for (const node of [origin, ...own]) candidates.add(node)
    else
      for (const neighbour of this.#neighbours(origin)) {
        messages++
        this.#world.asked(neighbour, 1)
        const shown = this.#routeOver(neighbour, key, number)
        messages += this.#walk.sent
        const length = 1 + this.#walk.hops
        longest = Math.max(longest, length)
        for (const node of shown) candidates.add(node)
        if (hops === 0 && candidates.has(trueRoot))
          hops = length + (this.#walk.at === trueRoot ? 0 : 1)
      }
    const spoken = new Set<number>()
    const nearest = this.#askAround(origin, key, number, candidates, spoken)
    outcome.messages = messages + spoken.size - (spoken.has(origin) ? 1 : 0)
    const delivered = spoken.has(trueRoot)
    outcome.root = delivered ? trueRoot : nearest
    outcome.hops = delivered ? Math.max(hops, origin === trueRoot ? 0 : 1) : longest
    outcome.ending = delivered ? 'delivered' : nearest < 0 ? 'dropped' : 'wrong-root'
    return outcome
  }

  /** Step 2: what comes back over one neighbour: the neighbour set of a node near the key, or a lie. */
  #routeOver(neighbour: number, key: Words, number: number): readonly number[] {
    const { perSide } = this.#view.leaves
    const walk = this.#walk
    const deed = this.#deed(neighbour, number, key)
    walk.sent = 0
    walk.hops = 0
    walk.at = neighbour
    if (deed === 'misroute') return this.#behaviour.accomplices(key, 2 * perSide + 2)
    if (deed === 'drop') return []
    const end = walk.walkToSpan(neighbour, key, number)
    if (end === 'lied') return this.#behaviour.accomplices(key, 2 * perSide + 2)
    return end === 'spanned' ? [walk.at, ...this.#leavesOf(walk.at)] : []
  }

  /**
   * Steps 3 to 6: the nearest candidates on both sides are sent the list of candidates; each correct
   * one adds those of its neighbour set that belong to it. Writes who was spoken to.
   *
   * @returns the nearest candidate; -1 when there is none
   */
  #askAround(
    origin: number,
    key: Words,
    number: number,
    candidates: Set<number>,
    spoken: Set<number>,
  ): number {
    const served: number[] = [origin]
    let list: number[] = []
    for (let round = 0; round < listRounds; round++) {
      list = this.#nearestOf(candidates, key)
      let grew = false
      for (const node of list) {
        if (spoken.has(node)) continue
        // Whom the origin may not speak to is told by a neighbour that may.
        const vetoes = this.#vetoes
        if (vetoes !== undefined && served.every((by) => by !== node && vetoes.bars(by, node)))
          continue
        spoken.add(node)
        if (node !== origin) this.#world.asked(node, 1)
        if (this.#deed(node, number, key) !== 'serve') continue
        served.push(node)
        for (const leaf of this.#leavesOf(node))
          if (!candidates.has(leaf)) {
            candidates.add(leaf)
            grew = true
          }
      }
      if (!grew) break
    }
    const { ring } = this.#view
    return list.reduce((a, b) => (a < 0 || ring.nearer(b, a, key) ? b : a), -1)
  }

  /** Step 3: the l/2 + 1 nearest on each side of the key. */
  #nearestOf(candidates: ReadonlySet<number>, key: Words): number[] {
    const { ring, leaves } = this.#view
    const sorted = [...candidates].sort((a, b) => (ring.nearer(a, b, key) ? -1 : 1))
    const after = (node: number): boolean => clockwise(key, 0, ring.words, 4 * node) < 2 ** 52
    const most = leaves.perSide + 1
    return [
      ...sorted.filter(after).slice(0, most),
      ...sorted.filter((node) => !after(node)).slice(0, most),
    ]
  }

  /** Step 1: up to `routes` members of the neighbour set, nearest first on both sides. */
  #neighbours(origin: number): number[] {
    const { leaves } = this.#view
    const found = new Set<number>()
    for (let i = 0; i < leaves.perSide && found.size < this.#options.routes; i++)
      for (const side of [right, left] as const) {
        if (i >= leaves.count(origin, side) || found.size >= this.#options.routes) continue
        const node = leaves.at(origin, side, i)
        if (this.#vetoes?.bars(origin, node) !== true) found.add(node)
      }
    return [...found]
  }

  #leavesOf(owner: number): number[] {
    const { leaves } = this.#view
    const found: number[] = []
    for (const side of [left, right] as const)
      for (let i = 0; i < leaves.count(owner, side); i++) found.push(leaves.at(owner, side, i))
    return found
  }

  #deed(node: number, number: number, key: Words): Deed {
    return this.#world.kinds[node] === honest ? 'serve' : this.#behaviour.deed(node, number, key)
  }
}
