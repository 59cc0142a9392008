// Where messages go: a trace hop by hop, the routing tables and the leaf set with the reason for
// every place.
import { useState } from 'preact/hooks'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { RouteRing } from '../graph/route-ring.tsx'
import { linkTo } from '../live/address.ts'
import { ask, Refusal } from '../live/ask.ts'
import { useAnswer } from '../live/hooks.ts'
import { Facts, Waiting } from '../parts/notices.tsx'
import { OverlayChoice } from '../parts/overlay-choice.tsx'
import { Table } from '../parts/table.tsx'
import { decimal, duration, nameOf, shortId } from '../parts/words.ts'

type RouteTable = AnswerOf<'routeTable'>
type Slot = RouteTable['rows'][number]
type Route = AnswerOf<'trace'>

export function Routes() {
  const [overlay, setOverlay] = useState<string>()
  const table = useAnswer('routeTable', overlay === undefined ? {} : { overlay }, [
    ...(['connected', 'disconnected', 'lost', 'rated', 'joined'] as const),
  ])
  const { answer } = table
  return (
    <>
      <div class="choices">
        <OverlayChoice value={overlay ?? answer?.overlay ?? ''} choose={setOverlay} />
      </div>
      <Trace overlay={answer?.overlay} />
      <Waiting {...table} />
      {answer !== undefined && <Tables table={answer} />}
    </>
  )
}

function Trace({ overlay }: { readonly overlay: string | undefined }) {
  const [key, setKey] = useState('')
  const [route, setRoute] = useState<Route>()
  const [refusal, setRefusal] = useState<Refusal>()
  const [isAsking, setIsAsking] = useState(false)
  const nodes = useAnswer('topology', {})
  const names = new Map((nodes.answer?.nodes ?? []).map((node) => [node.nodeId, nameOf(node)]))
  const named = (id: string): string => names.get(id) ?? shortId(id)
  const trace = async (event: Event): Promise<void> => {
    event.preventDefault()
    setIsAsking(true)
    setRefusal(undefined)
    setRoute(undefined)
    try {
      setRoute(await ask('trace', { key, ...(overlay === undefined ? {} : { overlay }) }))
    } catch (error) {
      setRefusal(error instanceof Refusal ? error : new Refusal('page', String(error)))
    } finally {
      setIsAsking(false)
    }
  }
  return (
    <section aria-labelledby="trace">
      <h2 id="trace">Trace a route</h2>
      <form class="choices" onSubmit={(event) => void trace(event)}>
        <label>
          Key{' '}
          <input
            required
            maxLength={1024}
            value={key}
            placeholder="any text, or 32 hex digits"
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={isAsking}>
          {isAsking ? 'Routing …' : 'Trace'}
        </button>
      </form>
      {refusal !== undefined && <Waiting answer={undefined} refusal={refusal} />}
      {route !== undefined && <Traced route={route} named={named} />}
    </section>
  )
}

interface TracedProps {
  readonly route: Route
  readonly named: (id: string) => string
}

function Traced({ route, named }: TracedProps) {
  return (
    <div class="panel" role="status">
      <Facts
        facts={[
          { name: 'Root of the key', value: named(route.root) },
          { name: 'Verified', value: route.delivered ? '✓ answer of the root' : '✕ not delivered' },
          { name: 'Hops', value: route.hops.length },
          { name: 'Took', value: duration(route.ms) },
          { name: 'Messages', value: route.messages },
        ]}
      />
      <RouteRing route={route} named={named} />
      <Table
        caption="Hop by hop"
        rows={route.hops}
        keyOf={({ from, to }, place) => `${place}-${from}-${to}`}
        none="No hop: this node is the root of the key itself."
        columns={[
          { head: 'From', of: ({ from }) => named(from) },
          { head: 'To', of: ({ to }) => named(to) },
          { head: 'Decided by', of: ({ by }) => tableWords(by) },
          { head: 'Digits shared', of: ({ prefix }) => prefix, isNumber: true },
          { head: 'Trust', of: ({ trust }) => decimal(trust), isNumber: true },
        ]}
      />
    </div>
  )
}

const tableWords = (by: string): string => {
  if (by === 'global') return 'the global table (last mile)'
  if (by === 'leaf-set') return 'the leaf set (last mile)'
  if (by === 'final') return 'the last hop, by its own trusted leaves'
  return by.replace(/^overlay:/, 'the trusted table of ')
}

const node = {
  head: 'Node',
  of: ({ nodeId, owner }: { readonly nodeId: string; readonly owner: string }) => (
    <a href={linkTo('reputation', { peer: nodeId })}>{nameOf({ nodeId, owner })}</a>
  ),
}
const rtt = {
  head: 'Round trip',
  of: ({ rttMs }: { readonly rttMs: number | null }) => (rttMs === null ? '–' : duration(rttMs)),
  isNumber: true,
}
const trust = {
  head: 'Trust',
  of: (slot: { readonly trust: number }) => decimal(slot.trust),
  isNumber: true,
}

function Tables({ table }: { readonly table: RouteTable }) {
  const slots = [
    { head: 'Row', of: ({ row }: Slot) => row, isNumber: true },
    { head: 'Column', of: ({ column }: Slot) => column.toString(16), isNumber: true },
    ...[node, trust, rtt],
    { head: 'Why it is there', of: ({ why }: Slot) => why },
    {
      head: 'Took the place of',
      of: ({ displaced }: Slot) => (displaced === null ? '' : shortId(displaced)),
    },
  ]
  const keyOf = ({ row, column }: Slot): string => `${row}-${column}`
  return (
    <section aria-labelledby="tables">
      <h2 id="tables">Routing state</h2>
      <Facts
        facts={[
          { name: 'Policy', value: table.policy },
          { name: `Places taken in ${table.overlay}`, value: table.fill.overlay },
          { name: 'Places taken in the global table', value: table.fill.global },
          { name: 'Nodes known', value: table.fill.known },
        ]}
      />
      <Table
        {...{ keyOf, caption: `Table of ${table.overlay}`, rows: table.rows, columns: slots }}
        none="No place is taken: nobody in this overlay is trusted enough yet."
      />
      <Table
        {...{ keyOf, caption: 'Global table', rows: table.globalRows, columns: slots }}
        none="No place is taken yet."
      />
      <Table
        caption="Leaf set: the nearest positions on both sides"
        rows={table.leafSet}
        keyOf={({ side, place }) => `${side}-${place}`}
        none="This node knows no neighbour yet."
        columns={[
          { head: 'Side', of: ({ side }) => side },
          { head: 'Place', of: ({ place }) => place, isNumber: true },
          node,
          trust,
          rtt,
          { head: '', of: ({ barred }) => (barred ? '✕ barred: never spoken to' : '') },
        ]}
      />
    </section>
  )
}
