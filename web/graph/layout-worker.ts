// Lays a graph out beside the page, a few steps at a time, and posts the positions after each lot.
import iterate from 'graphology-layout-forceatlas2/iterate.js'

export interface LayoutTask {
  /** x, y of every node. */
  readonly positions: Float32Array
  /** Node numbers, two an edge. */
  readonly edges: Uint32Array
  /** Drawn sizes: what is large keeps others away. */
  readonly sizes: Float32Array
  readonly steps: number
}

export interface LayoutProgress {
  readonly positions: Float32Array
  readonly isDone: boolean
}

const numbersPerNode = 10
const numbersPerEdge = 3
/** Half a frame to some frames of work for 2,000 nodes. */
const stepsPerLot = 10

addEventListener('message', ({ data }: MessageEvent<LayoutTask>) => {
  const order = data.positions.length / 2
  const nodes = new Float32Array(order * numbersPerNode)
  for (let i = 0; i < order; i++) {
    const at = i * numbersPerNode
    nodes[at] = data.positions[2 * i]!
    nodes[at + 1] = data.positions[2 * i + 1]!
    nodes[at + 6] = 1
    nodes[at + 7] = 1
    nodes[at + 8] = data.sizes[i]!
  }
  const edges = new Float32Array((data.edges.length / 2) * numbersPerEdge)
  for (let i = 0; i < data.edges.length / 2; i++) {
    const [from, to] = [
      data.edges[2 * i]! * numbersPerNode,
      data.edges[2 * i + 1]! * numbersPerNode,
    ]
    edges.set([from, to, 1], i * numbersPerEdge)
    nodes[from + 6]!++
    nodes[to + 6]!++
  }
  const settings = {
    ...{ linLogMode: false, outboundAttractionDistribution: false, adjustSizes: false },
    ...{ edgeWeightInfluence: 0, scalingRatio: 10, strongGravityMode: true, gravity: 0.05 },
    ...{ slowDown: 1 + Math.log(Math.max(order, 2)), barnesHutTheta: 0.7 },
    barnesHutOptimize: order > 200,
  }
  for (let step = 0; step < data.steps; step++) {
    iterate(settings, nodes, edges)
    const isDone = step === data.steps - 1
    if (isDone || step % stepsPerLot === stepsPerLot - 1) post(nodes, order, isDone)
  }
})

function post(nodes: Float32Array, order: number, isDone: boolean): void {
  const positions = new Float32Array(order * 2)
  for (let i = 0; i < order; i++) {
    positions[2 * i] = nodes[i * numbersPerNode]!
    positions[2 * i + 1] = nodes[i * numbersPerNode + 1]!
  }
  postMessage({ positions, isDone } satisfies LayoutProgress)
}
