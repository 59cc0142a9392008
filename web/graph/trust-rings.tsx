// A trust graph as rings around its root: whom the root rated itself on the first, whom those vouch
// for on the next. Every node is a button; who cannot use the drawing has the table.
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { decimal, nameOf } from '../parts/words.ts'

type Graph = AnswerOf<'trustGraph'>
type Trusted = Graph['nodes'][number]

interface TrustRingsProps {
  readonly graph: Graph
  readonly chosen: string | undefined
  readonly choose: (nodeId: string) => void
}

/** More names than these cannot be told apart in one drawing. */
const nodesDrawnMax = 120
const ringsMax = 4
const size = 640

interface Place {
  readonly x: number
  readonly y: number
}

export function TrustRings({ graph, chosen, choose }: TrustRingsProps) {
  const drawn = graph.nodes
    .filter(({ nodeId }) => nodeId !== graph.root.nodeId)
    .slice(0, nodesDrawnMax)
  const places = placesOf(graph, drawn)
  const isNear = ({ from, to }: Graph['edges'][number]): boolean =>
    chosen === undefined ? from === graph.root.nodeId : to === chosen
  const edges = graph.edges
    .filter(({ from, to }) => places.has(from) && places.has(to))
    // What matters lies on top.
    .sort((a, b) => Number(isNear(a)) - Number(isNear(b)))
  if (drawn.length === 0) return null
  return (
    <figure>
      <svg viewBox={`0 0 ${size} ${size}`} class="rings" aria-labelledby="rings-title">
        <title id="rings-title">
          {`Trust graph of ${nameOf(graph.root)}: ${drawn.length} nodes, ${edges.length} ratings`}
        </title>
        <defs>
          <marker
            id="head"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto-start-reverse"
          >
            <path d="M0 0 8 4 0 8Z" class="edge-head" />
          </marker>
        </defs>
        {edges.map((edge) => {
          const { from, to, value, overlay } = edge
          return (
            <Edge
              key={`${overlay}-${from}-${to}`}
              {...shortened(places.get(from)!, places.get(to)!)}
              value={value}
              isNear={isNear(edge)}
            />
          )
        })}
        <Dot node={graph.root} trust={1} place={places.get(graph.root.nodeId)!} kind="root" />
        {drawn.map((node) => (
          <Dot
            key={node.nodeId}
            node={node}
            trust={node.trust}
            place={places.get(node.nodeId)!}
            kind={node.nodeId === chosen ? 'chosen' : 'other'}
            choose={() => choose(node.nodeId)}
          />
        ))}
      </svg>
      <figcaption>
        Arrows are ratings, dashed ones negative. Choose a node to see why it is trusted.
        {graph.nodes.length - 1 > drawn.length &&
          ` Drawn are the ${drawn.length} most trusted; the table has all.`}
      </figcaption>
    </figure>
  )
}

/** Rings by round; in the aggregate, which knows no rounds, by order of trust. */
function placesOf(graph: Graph, drawn: readonly Trusted[]): ReadonlyMap<string, Place> {
  const ringOf = (node: Trusted, place: number): number =>
    Math.min((node.round ?? Math.floor((ringsMax * place) / drawn.length)) + 1, ringsMax)
  const rings = Array.from({ length: ringsMax }, (_, ring) =>
    drawn.filter((node, place) => ringOf(node, place) === ring + 1),
  ).filter(({ length }) => length > 0)
  const middle = size / 2
  const places = new Map<string, Place>([[graph.root.nodeId, { x: middle, y: middle }]])
  for (const [ring, members] of rings.entries()) {
    const radius = ((middle - 70) * (ring + 1)) / rings.length
    for (const [i, { nodeId }] of members.entries()) {
      const turn = ((i + 0.5 * (ring % 2)) / members.length) * 2 * Math.PI
      places.set(nodeId, {
        x: middle + radius * Math.sin(turn),
        y: middle - radius * Math.cos(turn),
      })
    }
  }
  return places
}

/** A line that ends at the rim of both dots. */
function shortened(from: Place, to: Place) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length]
  return { x1: from.x + 16 * dx, y1: from.y + 16 * dy, x2: to.x - 18 * dx, y2: to.y - 18 * dy }
}

interface EdgeProps {
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
  readonly value: number
  readonly isNear: boolean
}

const Edge = ({ value, isNear, ...line }: EdgeProps) => (
  <line
    {...line}
    class={`edge ${isNear ? 'near' : ''} ${value < 0 ? 'negative' : ''}`}
    marker-end={isNear ? 'url(#head)' : undefined}
    stroke-width={0.6 + 1.8 * Math.abs(value)}
  />
)

interface DotProps {
  readonly node: Graph['root']
  readonly trust: number
  readonly place: Place
  readonly kind: 'root' | 'chosen' | 'other'
  readonly choose?: () => void
}

function Dot({ node, trust, place: { x, y }, kind, choose }: DotProps) {
  const name = nameOf(node)
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    choose?.()
  }
  const face = (
    <>
      <circle cx={x} cy={y} r={kind === 'root' ? 14 : 7 + 6 * Math.min(Math.max(trust, 0), 1)} />
      <text x={x} y={y + 28} text-anchor="middle">
        {name}
      </text>
    </>
  )
  if (choose === undefined) return <g class="dot-group root">{face}</g>
  return (
    // biome-ignore lint/a11y/useSemanticElements: HTML's button cannot stand in a drawing
    <g
      class={`dot-group ${kind}`}
      role="button"
      // Attributes of drawings keep their case, and only this one is known.
      tabindex={0}
      aria-pressed={kind === 'chosen'}
      aria-label={`${name}, trust ${decimal(trust, 6)}`}
      onClick={choose}
      onKeyDown={press}
    >
      {face}
    </g>
  )
}
