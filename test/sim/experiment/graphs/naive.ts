// The generators again, slowly: sets and lists instead of typed arrays, the same draws. And plain
// statistics of a graph.

import type { Random } from '../../../../src/core/random.ts'
import type { Edges } from '../../../../src/sim/experiment/graphs/edges.ts'

export type Pair = readonly [number, number]

export const pairsOf = ({ count, a, b }: Edges): Pair[] =>
  Array.from({ length: count }, (_, i) => [a[i]!, b[i]!] as const)

export function neighboursOf({ nodes, count, a, b }: Edges): Set<number>[] {
  const neighbours = Array.from({ length: nodes }, () => new Set<number>())
  for (let i = 0; i < count; i++) {
    neighbours[a[i]!]!.add(b[i]!)
    neighbours[b[i]!]!.add(a[i]!)
  }
  return neighbours
}

/** Mean over the nodes of the share of their neighbours' pairs that are tied (Watts, Strogatz 1998). */
export function clustering(edges: Edges): number {
  const neighbours = neighboursOf(edges)
  let sum = 0
  for (const mine of neighbours) {
    const list = [...mine]
    let tied = 0
    for (const one of list) for (const other of list) if (neighbours[one]!.has(other)) tied++
    if (list.length > 1) sum += tied / (list.length * (list.length - 1))
  }
  return sum / neighbours.length
}

export function isConnected(edges: Edges): boolean {
  const neighbours = neighboursOf(edges)
  const seen = new Set([0])
  for (const node of seen) for (const other of neighbours[node]!) seen.add(other)
  return seen.size === edges.nodes
}

/** Holme and Kim's model, read from their paper: a clique, then newcomers. */
export function naiveHolmeKim(nodes: number, each: number, triads: number, random: Random): Pair[] {
  const pairs: Pair[] = []
  const around: number[][] = Array.from({ length: nodes }, () => [])
  const tie = (a: number, b: number): void => {
    around[a]!.push(b)
    around[b]!.push(a)
  }
  for (let a = 0; a < Math.min(nodes, each + 1); a++)
    for (let b = 0; b < a; b++) {
      pairs.push([a, b])
      tie(a, b)
    }
  for (let node = each + 1; node < nodes; node++) {
    const lots = pairs.flat()
    const mine: number[] = []
    let preferred: number | undefined
    while (mine.length < each) {
      let other: number | undefined
      if (preferred !== undefined && triads > 0 && random.fraction() < triads) {
        const list = around[preferred]!
        const first = random.below(list.length)
        other = [...list.slice(first), ...list.slice(0, first)].find((one) => !mine.includes(one))
      }
      if (other === undefined) {
        do other = lots[random.below(lots.length)]!
        while (mine.includes(other))
        preferred = other
      }
      mine.push(other)
    }
    for (const other of mine) {
      pairs.push([node, other])
      tie(node, other)
    }
  }
  return pairs
}

/** Watts and Strogatz: laps of rewiring over a set of ties. */
export function naiveWattsStrogatz(
  nodes: number,
  half: number,
  rewired: number,
  random: Random,
): Pair[] {
  const name = (a: number, b: number): string => `${Math.min(a, b)}-${Math.max(a, b)}`
  const ends = Array.from({ length: nodes }, (_, a) =>
    Array.from({ length: half }, (_, step) => (a + step + 1) % nodes),
  )
  const ties = new Set(ends.flatMap((list, a) => list.map((b) => name(a, b))))
  for (let step = 0; step < half; step++)
    for (let node = 0; node < nodes; node++) {
      if (random.fraction() >= rewired) continue
      for (let tried = 0; tried < 64; tried++) {
        const other = random.below(nodes)
        if (other === node || ties.has(name(node, other))) continue
        ties.delete(name(node, ends[node]![step]!))
        ties.add(name(node, other))
        ends[node]![step] = other
        break
      }
    }
  return ends.flatMap((list, a) => list.map((b) => [a, b] as const))
}
