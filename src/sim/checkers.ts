// Judges from outside: they know every live node and compare what nodes claim with the truth.
// Written naively on purpose (bigint, full sorts), apart from the code that they judge.
import type { NodeId, RingKey } from '../core/id.ts'
import type { LeavingEffect } from './process.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { World } from './world.ts'

const ringSize = 1n << 128n
const positionOf = (key: RingKey): bigint => BigInt(`0x${key}`)

/** The shorter way round between two positions. */
function distance(a: bigint, b: bigint): bigint {
  const there = (a - b + ringSize) % ringSize
  return there < ringSize - there ? there : ringSize - there
}

/** The root of a key among nodes: numerically nearest, ties to the smaller id; undefined of none. */
export function trueRoot(nodes: readonly NodeId[], key: RingKey): NodeId | undefined {
  const target = positionOf(key)
  let root: NodeId | undefined
  let nearest = ringSize
  for (const node of nodes) {
    const away = distance(positionOf(node), target)
    if (away < nearest || (away === nearest && root !== undefined && node < root)) {
      root = node
      nearest = away
    }
  }
  return root
}

/** What a node claims of its ring neighbours: nearest first on each side, left towards smaller ids. */
export interface LeafView {
  readonly nodeId: NodeId
  readonly left: readonly NodeId[]
  readonly right: readonly NodeId[]
}

/**
 * Compares every view with the true ring of the given live nodes. Both sides must hold exactly
 * the `perSide` nearest, in order (in a small ring: all others, so a node stands on both sides).
 *
 * @returns one sentence per wrong side; empty when the ring is consistent
 */
export function ringFaults(
  views: readonly LeafView[],
  live: readonly NodeId[],
  perSide: number,
): string[] {
  // Ids are lower-case hex of one length: text order is the order of the ring.
  const ring = [...live].sort()
  const n = ring.length
  const indexOf = new Map(ring.map((id, i) => [id, i]))
  const seen = new Set(views.map((view) => view.nodeId))
  const faults = ring.filter((id) => !seen.has(id)).map((id) => `${id} shows no view`)
  const reach = Math.min(perSide, n - 1)
  for (const view of views) {
    const at = indexOf.get(view.nodeId)
    if (at === undefined) {
      faults.push(`${view.nodeId} shows a view but is not live`)
      continue
    }
    for (const side of ['left', 'right'] as const) {
      const step = side === 'left' ? -1 : 1
      const truth = Array.from({ length: reach }, (_, i) => ring[(at + step * (i + 1) + n) % n]!)
      const fault = sideFault(view[side], truth)
      if (fault !== undefined) faults.push(`${view.nodeId} ${side}: ${fault}`)
    }
  }
  return faults
}

function sideFault(claimed: readonly NodeId[], truth: readonly NodeId[]): string | undefined {
  const missing = truth.filter((id) => !claimed.includes(id))
  const wrong = claimed.filter((id) => !truth.includes(id))
  if (missing.length > 0 || wrong.length > 0)
    return `lacks [${missing.join(', ')}], has [${wrong.join(', ')}] too much`
  if (claimed.length !== truth.length) return 'names a node twice'
  if (truth.some((id, i) => claimed[i] !== id)) return 'is not in order'
  return undefined
}

/** Fails the run when a message for a key is delivered anywhere but at its root among the live. */
export function deliveryChecker<M, C, N extends SimulatedNode<M, C>>(
  world: World<M, C, N>,
): { delivered(at: NodeId, key: RingKey): void; readonly count: number } {
  let count = 0
  return {
    delivered(at, key) {
      count++
      const root = trueRoot(world.live(), key)
      if (at !== root) world.fail(`key ${key} was delivered at ${at}, its root is ${root}`)
    },
    get count() {
      return count
    },
  }
}

/**
 * Fails the run when a link opens between two nodes of which one vetoes the other.
 *
 * @param vetoes the truth, from outside: does `rater` refuse all links with `peer`?
 * @param options with `messages`, also when a vetoing node sends to the peer or hears from it
 * @returns how many links were checked
 */
export function checkVetoes<M, C, N extends SimulatedNode<M, C>>(
  world: World<M, C, N>,
  vetoes: (rater: NodeId, peer: NodeId) => boolean,
  { messages = false }: { messages?: boolean } = {},
): { readonly links: number } {
  const seen = { links: 0 }
  world.observe('link-opened', ({ dialler, target }) => {
    seen.links++
    if (vetoes(dialler, target) || vetoes(target, dialler))
      world.fail(`a link opened between the vetoed pair ${dialler} → ${target}`)
  })
  if (messages) {
    world.observe('sent', ({ from, to }) => {
      if (vetoes(from, to)) world.fail(`${from} sent to ${to}, which it vetoes`)
    })
    world.observe('delivered', ({ from, to }) => {
      if (vetoes(to, from)) world.fail(`${to} heard from ${from}, which it vetoes`)
    })
  }
  return seen
}

/** What a node lets out for others to rely on. */
export type LetOut<M> = Exclude<LeavingEffect<M>, { do: 'disconnect' }>

/**
 * Fails the run when something leaves a node that its durable store does not back: the host
 * contract (persist before send) seen from outside, whoever broke it.
 *
 * @param complaint what is wrong given the durable store at that moment; undefined when all is well
 */
export function checkPromises<M, C, N extends SimulatedNode<M, C>>(
  world: World<M, C, N>,
  complaint: (
    node: NodeId,
    letOut: LetOut<M>,
    durable: ReadonlyMap<string, Uint8Array>,
  ) => string | undefined,
): void {
  world.observe('leaving', ({ node, effect }) => {
    if (effect.do === 'disconnect') return
    const wrong = complaint(node, effect, world.durableOf(node))
    if (wrong !== undefined) world.fail(`${node} let out what it had not persisted: ${wrong}`)
  })
}
