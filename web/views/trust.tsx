// The trust graph of this node in an overlay, ring by ring, and why somebody is trusted.
import { useMemo } from 'preact/hooks'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { TrustRings } from '../graph/trust-rings.tsx'
import { goTo, linkTo, type Place } from '../live/address.ts'
import { useAnswer } from '../live/hooks.ts'
import { Waiting } from '../parts/notices.tsx'
import { aggregate, OverlayChoice } from '../parts/overlay-choice.tsx'
import { Table } from '../parts/table.tsx'
import { decimal, nameOf, several } from '../parts/words.ts'

type Graph = AnswerOf<'trustGraph'>
type Reasons = NonNullable<Graph['explanation']>

/** Ratings count at once; a block may ban or heal somebody. */
const changes = ['rated', 'banned', 'healed'] as const

export function TrustOf({ asked }: { readonly asked: Place['asked'] }) {
  const status = useAnswer('status', {})
  const overlay = asked.overlay ?? status.answer?.overlays[0]?.name
  const chosen = asked.node
  const wanted = overlay === aggregate ? { aggregate: true } : { overlay: overlay ?? '' }
  const graph = useAnswer('trustGraph', overlay === undefined ? undefined : wanted, [...changes])
  // Asked apart, so that the drawing stays, and with it the focus, while a reason is on its way.
  const why = useAnswer(
    'trustGraph',
    overlay === undefined || chosen === undefined ? undefined : { ...wanted, explain: chosen },
    [...changes],
  )
  const choose = (node: string): void => goTo('trust', { overlay, node })
  const { answer } = graph
  return (
    <>
      <form class="choices" onSubmit={(event) => event.preventDefault()}>
        <OverlayChoice
          value={overlay ?? ''}
          choose={(name) => goTo('trust', { overlay: name, node: chosen })}
          withAggregate
        />
      </form>
      <Waiting
        answer={answer ?? status.answer}
        refusal={graph.refusal ?? why.refusal ?? status.refusal}
      />
      {answer !== undefined && (
        <>
          <div class="beside">
            <TrustRings graph={answer} chosen={chosen} choose={choose} />
            {why.answer?.explanation != null && <Why explanation={why.answer.explanation} />}
          </div>
          <Trusted graph={answer} overlay={overlay ?? ''} chosen={chosen} />
        </>
      )}
    </>
  )
}

function Why({ explanation }: { readonly explanation: Reasons }) {
  const steps = explanation.overlays.flatMap(({ overlay, steps: all }) =>
    all.map((step) => ({ overlay, ...step })),
  )
  return (
    <section aria-labelledby="why" class="panel">
      <h2 id="why">Why {nameOf(explanation)} is trusted as it is</h2>
      {explanation.overlays.map(({ overlay, trust, raw, vetoed }) => (
        <p key={overlay}>
          In <strong>{overlay}</strong>: trust <strong>{decimal(trust, 6)}</strong>, the sum of{' '}
          {several(steps.filter((step) => step.overlay === overlay).length, 'product')}
          {raw === trust ? '' : ` (${decimal(raw, 6)} before the bounds)`}.
          {vetoed && ' Your own negative rating overrides what others say.'}
        </p>
      ))}
      <Table
        caption="Every product that was added, in order"
        rows={steps}
        keyOf={({ overlay, round, via }, place) => `${overlay}-${round}-${via.nodeId}-${place}`}
        none="No path of ratings leads there: nobody whom you trust has rated this node."
        columns={[
          ...(explanation.overlays.length > 1
            ? [{ head: 'Overlay', of: ({ overlay }: (typeof steps)[number]) => overlay }]
            : []),
          { head: 'Round', of: ({ round }) => round, isNumber: true },
          {
            head: 'Rated by',
            of: ({ via, round }) => (round === 0 ? 'this node itself' : nameOf(via)),
          },
          { head: 'Trusted', of: ({ viaTrust }) => decimal(viaTrust, 6), isNumber: true },
          { head: '× rating', of: ({ rating }) => decimal(rating, 6), isNumber: true },
          { head: '= adds', of: ({ adds }) => decimal(adds, 6), isNumber: true },
        ]}
      />
    </section>
  )
}

interface TrustedProps {
  readonly graph: Graph
  readonly overlay: string
  readonly chosen: string | undefined
}

function Trusted({ graph, overlay, chosen }: TrustedProps) {
  const rows = useMemo(
    () => [
      ...graph.nodes.map((node) => ({ ...node, says: roundWords(node.round) })),
      ...graph.vetoed.map((node) => ({ ...node, says: 'vetoed by your own rating' })),
      ...graph.distrust.map(({ distrust, ...node }) => ({
        ...node,
        trust: -distrust,
        says: 'distrusted',
      })),
    ],
    [graph],
  )
  return (
    <>
      {graph.truncated && (
        <p class="warning">The graph is larger than its bounds: the farthest nodes are left out.</p>
      )}
      <Table
        caption="Everybody in the graph, by trust"
        rows={rows}
        keyOf={({ nodeId, says }) => `${nodeId}-${says}`}
        none="You have rated nobody in this overlay, so you trust nobody yet."
        isChosen={({ nodeId }) => nodeId === chosen}
        columns={[
          {
            head: 'Node',
            of: (node) => (
              <a href={linkTo('trust', { overlay, node: node.nodeId })}>{nameOf(node)}</a>
            ),
          },
          { head: 'Trust', of: ({ trust }) => decimal(trust, 6), isNumber: true },
          { head: 'Reached', of: ({ says }) => says },
        ]}
      />
    </>
  )
}

const roundWords = (round: number | null): string => {
  if (round === null) return 'over all overlays'
  return round === 0 ? 'rated by you' : `through others, in round ${round}`
}
