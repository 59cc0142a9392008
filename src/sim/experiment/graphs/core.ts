// The core of a graph: its largest strongly connected component over positive ratings (Tarjan 1972,
// without recursion). In it everybody is trusted by somebody and trusts somebody, through chains.
import type { RatingColumns, RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'

export interface People {
  readonly people: number
  readonly columns: RatingColumns
}

/** The component of every node, numbered from 0. */
function components({ nodeCount, start, length, subjects, values }: RatingGraph): Int32Array {
  const component = new Int32Array(nodeCount).fill(-1)
  const index = new Int32Array(nodeCount).fill(-1)
  const low = new Int32Array(nodeCount)
  const next = new Int32Array(nodeCount)
  const open = new Int32Array(nodeCount)
  const way = new Int32Array(nodeCount)
  let opened = 0
  let visited = 0
  let found = 0
  for (let root = 0; root < nodeCount; root++) {
    if (index[root] !== -1) continue
    let depth = 0
    way[depth++] = root
    while (depth > 0) {
      const node = way[depth - 1]!
      if (index[node] === -1) {
        index[node] = low[node] = visited++
        open[opened++] = node
      }
      if (next[node]! < length[node]!) {
        const at = start[node]! + next[node]!++
        if (values[at]! <= 0) continue
        const other = subjects[at]!
        if (index[other] === -1) way[depth++] = other
        else if (component[other] === -1) low[node] = Math.min(low[node]!, index[other]!)
        continue
      }
      depth--
      if (depth > 0) {
        const before = way[depth - 1]!
        low[before] = Math.min(low[before]!, low[node]!)
      }
      if (low[node] !== index[node]) continue
      let member = -1
      while (member !== node) {
        member = open[--opened]!
        component[member] = found
      }
      found++
    }
  }
  return component
}

/** Everybody, as columns. */
export function everybodyOf(graph: RatingGraph): People {
  return within(graph, new Uint8Array(graph.nodeCount).fill(1))
}

/** The largest component and all ratings inside it, negative ones too; people keep their order. */
export function coreOf(graph: RatingGraph): People {
  const component = components(graph)
  const sizes = new Int32Array(graph.nodeCount)
  for (const one of component) sizes[one]!++
  // Of equally large ones that of the smallest node.
  let largest = 0
  for (const one of component) if (sizes[one]! > sizes[largest]!) largest = one
  if (graph.nodeCount > 0 && sizes[largest] === sizes[component[0]!]) largest = component[0]!
  return within(
    graph,
    Uint8Array.from(component, (one) => (one === largest ? 1 : 0)),
  )
}

function within(graph: RatingGraph, chosen: Uint8Array): People {
  const numbers = new Int32Array(graph.nodeCount).fill(-1)
  let people = 0
  for (let node = 0; node < graph.nodeCount; node++)
    if (chosen[node] === 1) numbers[node] = people++
  const authors = new Int32Array(graph.ratingCount)
  const subjects = new Int32Array(graph.ratingCount)
  const values = new Int32Array(graph.ratingCount)
  let count = 0
  graph.forEach((author, subject, value) => {
    if (numbers[author]! < 0 || numbers[subject]! < 0) return
    authors[count] = numbers[author]!
    subjects[count] = numbers[subject]!
    values[count++] = value
  })
  return { people, columns: { count, authors, subjects, values } }
}
