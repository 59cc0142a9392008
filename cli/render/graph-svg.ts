// A trust graph as one SVG file without script or font: the root in the middle, each round of TN-1 a
// ring around it, trust as the size of a dot. The same graph gives the same bytes.
import type { TrustGraphView } from '../../src/api/service.ts'
import { decimal, nameOf } from './words.ts'

interface Place {
  readonly id: string
  readonly label: string
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly fill: string
}

const escaped = (text: string): string =>
  text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** Room for the labels of a ring: neighbours on it stand at least this far apart. */
const apart = 72
const ringStep = 110

/** Dots of one ring, evenly spread, the first at the top; returns the ring's radius too. */
function ring(
  members: readonly { id: string; label: string; size: number; fill: string }[],
  within: number,
): { readonly places: readonly Place[]; readonly radius: number } {
  const radius = Math.max(within + ringStep, (members.length * apart) / (2 * Math.PI))
  const places = members.map(({ id, label, size, fill }, i) => {
    const angle = (2 * Math.PI * i) / members.length - Math.PI / 2
    return {
      id,
      label,
      fill,
      radius: size,
      x: Math.round(radius * Math.cos(angle)),
      y: Math.round(radius * Math.sin(angle)),
    }
  })
  return { places, radius }
}

function layOut(graph: TrustGraphView): { places: readonly Place[]; reach: number } {
  const places: Place[] = [
    { id: graph.root.nodeId, label: nameOf(graph.root), x: 0, y: 0, radius: 14, fill: '#1f4fa3' },
  ]
  const rounds = [...new Set(graph.nodes.map(({ round }) => round ?? 0))].sort((a, b) => a - b)
  let reach = 0
  const add = (members: Parameters<typeof ring>[0]): void => {
    if (members.length === 0) return
    const made = ring(members, reach)
    places.push(...made.places)
    reach = made.radius
  }
  for (const at of rounds)
    add(
      graph.nodes
        .filter(({ round }) => (round ?? 0) === at)
        .map((node) => ({
          id: node.nodeId,
          label: `${nameOf(node)} ${decimal(node.trust)}`,
          size: Math.round(4 + 8 * Math.max(0, Math.min(1, node.clamped))),
          fill: node.expanded === false ? '#8fb39d' : '#2a7f4f',
        })),
    )
  add(
    graph.vetoed.map((node) => ({
      id: node.nodeId,
      label: `${nameOf(node)} ${decimal(node.trust)}`,
      size: 6,
      fill: '#b3261e',
    })),
  )
  return { places, reach }
}

export function svgOf(graph: TrustGraphView): string {
  const { places, reach } = layOut(graph)
  const at = new Map(places.map((place) => [place.id, place]))
  const half = Math.ceil(reach + 100)
  const lines = graph.edges.flatMap(({ from, to, value }) => {
    const [a, b] = [at.get(from), at.get(to)]
    if (a === undefined || b === undefined) return []
    const look =
      value < 0
        ? 'stroke="#b3261e" stroke-dasharray="4 3"'
        : `stroke="#777" stroke-opacity="${decimal(0.15 + 0.5 * Math.min(1, value))}"`
    return [`<line x1="${a.x}" y1="${a.y}" x2="${b.x}" y2="${b.y}" ${look}/>`]
  })
  const dots = places.map(
    ({ x, y, radius, fill, label }) =>
      `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/><text x="${x}" y="${y + radius + 12}" text-anchor="middle">${escaped(label)}</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-half} ${-half} ${2 * half} ${2 * half}" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(`Trust from ${nameOf(graph.root)}, ${graph.overlay ?? 'sum of overlays'}`)}</title>`,
    `<rect x="${-half}" y="${-half}" width="${2 * half}" height="${2 * half}" fill="#fff"/>`,
    ...lines,
    ...dots,
    '</svg>',
  ].join('\n')
}
