// The network as this node sees it: a drawing for the eye, and a table that says the same.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import type { DrawnNode, NetworkDrawing } from '../graph/network-drawing.ts'
import { goTo, linkTo, type Place } from '../live/address.ts'
import { useAnswer } from '../live/hooks.ts'
import { Waiting } from '../parts/notices.tsx'
import { Table } from '../parts/table.tsx'
import { decimal, nameOf, points, several, statusText } from '../parts/words.ts'

type Topology = AnswerOf<'topology'>
type Kind = Topology['edges'][number]['kind']
type Standing = AnswerOf<'status'>['nodes'][number]

const kindWords: Readonly<Record<Kind, string>> = {
  rating: 'ratings',
  link: 'connections of this node',
  leaf: 'its leaf set',
  table: 'its routing tables',
}

/** A large network's answer is large, and its drawing shall not dance with every rating. */
const gatherMs = 2_000

/** So few that all names find room. */
const namedMax = 60

interface Line {
  readonly node: Topology['nodes'][number]
  readonly standing: Standing | undefined
}

export function Network({ asked }: { readonly asked: Place['asked'] }) {
  const topology = useAnswer(
    'topology',
    {},
    ['connected', 'disconnected', 'lost', 'rated'],
    gatherMs,
  )
  const status = useAnswer('status', {}, ['block'])
  const [kind, setKind] = useState<Kind>('rating')
  const [wanted, setWanted] = useState('')
  const chosen = asked.node
  const lines = useMemo(
    () => linesOf(topology.answer, status.answer?.nodes ?? []),
    [topology.answer, status.answer],
  )
  // The status lists some of a large network, by reputation.
  const isCut = (status.answer?.census?.nodes ?? 0) > (status.answer?.nodes.length ?? 0)
  const found = wanted === '' ? lines : lines.filter(({ node }) => matches(node, wanted))
  const drawn = useMemo(() => drawnNodes(lines), [lines])
  const edges = useMemo(
    () => topology.answer?.edges.filter((edge) => edge.kind === kind) ?? [],
    [topology.answer, kind],
  )
  return (
    <>
      <Waiting {...topology} />
      <form class="choices" onSubmit={(event) => event.preventDefault()}>
        <label>
          Lines are{' '}
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)}>
            {Object.entries(kindWords).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          Find a node{' '}
          <input
            type="search"
            value={wanted}
            placeholder="name or id"
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </label>
      </form>
      <Drawing nodes={drawn} edges={edges} chosen={chosen} />
      <Legend />
      <p role="status" class="quiet">
        {several(lines.length, 'node')}, {several(edges.length, 'line')}
        {wanted === '' ? '' : `, ${found.length} found`}
      </p>
      <Table
        caption="Nodes"
        rows={found}
        keyOf={({ node }) => node.nodeId}
        none="No node is called that."
        isChosen={({ node }) => node.nodeId === chosen}
        columns={[
          {
            head: 'Node',
            of: ({ node }) => (
              <a href={linkTo('network', { node: node.nodeId })}>
                {nameOf(node)}
                {node.self ? ' (this node)' : ''}
              </a>
            ),
          },
          {
            head: 'Status',
            of: ({ standing }) =>
              standing === undefined && isCut ? 'not listed' : statusText(standing?.status ?? null),
          },
          {
            head: 'Reputation',
            of: ({ node, standing }) => (
              <a href={linkTo('reputation', { peer: node.nodeId })}>
                {points(standing?.reputation ?? null)}
              </a>
            ),
            isNumber: true,
          },
          {
            head: 'Committee',
            of: ({ standing }) => (standing?.committee === true ? '★ member' : ''),
          },
          { head: 'Trust', of: ({ node }) => decimal(node.aggregate), isNumber: true },
          { head: 'Link', of: ({ node }) => (node.connected ? 'connected' : '') },
        ]}
      />
    </>
  )
}

function linesOf(topology: Topology | undefined, standings: readonly Standing[]): readonly Line[] {
  const byId = new Map(standings.map((standing) => [standing.nodeId, standing]))
  return (topology?.nodes ?? [])
    .map((node) => ({ node, standing: byId.get(node.nodeId) }))
    .sort(
      (a, b) =>
        Number(b.node.self) - Number(a.node.self) ||
        (b.standing?.reputation ?? -1) - (a.standing?.reputation ?? -1),
    )
}

const matches = (node: Topology['nodes'][number], wanted: string): boolean =>
  node.owner.toLowerCase().includes(wanted.toLowerCase()) ||
  node.nodeId.startsWith(wanted.toLowerCase())

/** Dots shrink as they become many, so that lines are seen between them. */
function drawnNodes(lines: readonly Line[]): readonly DrawnNode[] {
  const scale = Math.min(1, Math.sqrt(400 / lines.length))
  return lines.map(({ node, standing }) => {
    const isMember = standing?.committee === true
    const signs = `${isMember ? ' ★' : ''}${standing?.status === 'BANNED' ? ' ✕' : ''}`
    // By reputation; members and this node itself stand out.
    const size = 4 + (standing?.reputation ?? 0) / 25 + (isMember ? 4 : 0) + (node.self ? 5 : 0)
    return {
      id: node.nodeId,
      label: `${nameOf(node)}${signs}`,
      size: scale * size,
      colour: colourOf(node.self, standing),
      isNamed: lines.length <= namedMax || node.self || isMember,
    }
  })
}

function colourOf(isSelf: boolean, standing: Standing | undefined): DrawnNode['colour'] {
  if (isSelf) return 'self'
  if (standing === undefined) return 'unknown'
  if (standing.status === 'BANNED') return 'banned'
  if (standing.committee) return 'member'
  return standing.status === 'ACTIVE' ? 'active' : 'inactive'
}

interface DrawingProps {
  readonly nodes: readonly DrawnNode[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
  readonly chosen: string | undefined
}

function Drawing({ nodes, edges, chosen }: DrawingProps) {
  const box = useRef<HTMLDivElement>(null)
  const drawing = useRef<NetworkDrawing>(null)
  const [state, setState] = useState<'loading' | 'drawn' | 'impossible'>('loading')
  useEffect(() => {
    let isClosed = false
    // The drawing library is the largest part of the page: loaded with this view alone.
    import('../graph/network-drawing.ts')
      .then((module) => {
        if (isClosed || box.current === null) return
        drawing.current = new module.NetworkDrawing(box.current, (id) =>
          goTo('network', { node: id }),
        )
        setState('drawn')
      })
      .catch(() => setState('impossible'))
    return () => {
      isClosed = true
      drawing.current?.close()
      drawing.current = null
    }
  }, [])
  useEffect(() => {
    if (nodes.length > 0) drawing.current?.show(nodes, edges)
  }, [nodes, edges, state])
  useEffect(() => drawing.current?.choose(chosen), [chosen, state])
  if (state === 'impossible')
    return (
      <p class="warning">
        This browser cannot draw the network (it needs WebGL). The table below says the same.
      </p>
    )
  return (
    <figure>
      <div
        ref={box}
        class="network"
        role="img"
        aria-label={`Drawing of ${nodes.length} nodes and ${edges.length} lines between them; the table below says the same.`}
      />
      <figcaption>
        Drag to move; Control and wheel, or the buttons, to zoom; click a node to choose it.
      </figcaption>
      <div class="choices">
        <button type="button" onClick={() => drawing.current?.zoom('in')}>
          Zoom in
        </button>
        <button type="button" onClick={() => drawing.current?.zoom('out')}>
          Zoom out
        </button>
        <button type="button" onClick={() => drawing.current?.zoom('all')}>
          Show all
        </button>
      </div>
    </figure>
  )
}

const legend = [
  ['self', 'this node'],
  ['member', 'committee member ★'],
  ['active', 'active'],
  ['inactive', 'inactive'],
  ['banned', 'banned ✕'],
  ['unknown', 'no record, or not listed'],
] as const

const Legend = () => (
  <ul class="legend" aria-label="Colours">
    {legend.map(([name, words]) => (
      <li key={name}>
        <span class={`dot ${name}`} aria-hidden="true" /> {words}
      </li>
    ))}
    <li>larger: more reputation</li>
  </ul>
)
