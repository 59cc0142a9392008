// A route on the ring of keys: the nodes at their positions, the key as a diamond, and the hops drawn
// one after the other (all at once where less motion is wanted; the stylesheet decides).
import type { AnswerOf } from '../../src/api/endpoints.ts'

interface RouteRingProps {
  readonly route: AnswerOf<'trace'>
  readonly named: (id: string) => string
}

const size = 420
const radius = 150

const angleOf = (id: string): number =>
  (Number.parseInt(id.slice(0, 12), 16) / 2 ** 48) * 2 * Math.PI

function placeOf(id: string, far = radius) {
  const turn = angleOf(id)
  return { x: size / 2 + far * Math.sin(turn), y: size / 2 - far * Math.cos(turn) }
}

export function RouteRing({ route, named }: RouteRingProps) {
  const { hops, root, key } = route
  const nodes = [...new Set([...hops.flatMap(({ from, to }) => [from, to]), root])]
  const diamond = placeOf(key, radius + 14)
  return (
    <figure>
      <svg viewBox={`0 0 ${size} ${size}`} class="ring" role="img" aria-labelledby="ring-title">
        <title id="ring-title">
          {`The route on the ring of keys: ${[...hops.map(({ from }) => from), root].map(named).join(' to ')}`}
        </title>
        <circle cx={size / 2} cy={size / 2} r={radius} class="ring-line" />
        {hops.map(({ from, to, by }, i) => (
          <path
            key={`${from}-${to}`}
            d={curve(from, to)}
            pathLength={1}
            class={`hop ${by.startsWith('overlay:') || by === 'final' ? 'trusted' : 'last-mile'}`}
            style={{ animationDelay: `${i * 0.6}s` }}
          />
        ))}
        <path class="key" d={`M${diamond.x} ${diamond.y - 8}l8 8-8 8-8-8Z`} />
        {nodes.map((id) => {
          const { x, y } = placeOf(id)
          const text = placeOf(id, radius + 34)
          return (
            <g key={id} class={`dot-group ${id === root ? 'chosen' : 'other'}`}>
              <circle cx={x} cy={y} r={id === root ? 10 : 7} />
              <text x={text.x} y={text.y + 4} text-anchor={anchorOf(text.x)}>
                {named(id)}
              </text>
            </g>
          )
        })}
      </svg>
      <figcaption>
        Positions on the ring of keys; the diamond is the key. Thick blue hops were decided by the
        trusted table, thin orange ones belong to the last mile.
      </figcaption>
    </figure>
  )
}

/** Bent towards the middle, so that hops between neighbours do not lie on the ring. */
function curve(from: string, to: string): string {
  const [a, b] = [placeOf(from), placeOf(to)]
  const bend = (one: number, other: number): number => 0.3 * (one + other) + 0.4 * (size / 2)
  return `M${a.x} ${a.y}Q${bend(a.x, b.x)} ${bend(a.y, b.y)} ${b.x} ${b.y}`
}

const anchorOf = (x: number): 'start' | 'middle' | 'end' => {
  if (Math.abs(x - size / 2) < 30) return 'middle'
  return x < size / 2 ? 'end' : 'start'
}
