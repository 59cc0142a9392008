// Ratings, receipts and trust graphs, for people.
import type { AnswerOf } from '../../src/api/endpoints.ts'
import type { RatingView, TrustGraphView } from '../../src/api/service.ts'
import { bold, facts, table } from './table.ts'
import { decimal, foreign, nameOf, ratingText, starsText, timeText, trustText } from './words.ts'

type Answered = AnswerOf<'rate'>

export function renderReceipt(receipt: Answered): string {
  const { subject, value, stars, kind, overlay, seq, final, successor } = receipt
  const whom = nameOf(subject)
  const what =
    stars !== null
      ? `Rated ${whom} ${starsText(stars)} for ${kind}`
      : value === 0
        ? `Withdrew the rating of ${whom}`
        : `Rated ${whom} ${decimal(value)}`
  const where = `${what} in ${overlay}: entry ${seq} of your Trustchain`
  const counts =
    successor === null ? '' : ` It handed its name over: this counts for ${nameOf(successor)}.`
  return final === null
    ? `${where}.${counts}`
    : `${where}, final in block ${final.height} after ${final.afterMs} ms.${counts}`
}

export function renderRatings({ ratings }: { readonly ratings: readonly RatingView[] }): string {
  const kinds = ratings.some(({ kind }) => kind !== 'trust')
  return table(
    ratings,
    [
      { title: 'seq', of: ({ seq }) => String(seq), right: true },
      { title: 'author', of: ({ author }) => nameOf(author) },
      { title: 'subject', of: ({ subject }) => nameOf(subject) },
      { title: 'overlay', of: ({ overlay }) => overlay },
      ...(kinds ? [{ title: 'kind', of: ({ kind }: RatingView) => kind }] : []),
      { title: 'value', of: ratingText, right: true },
      {
        title: 'holds',
        of: ({ latest, kind, value }) => (latest && (kind !== 'trust' || value !== 0) ? 'yes' : ''),
      },
      { title: 'time', of: ({ time }) => timeText(time) },
      { title: 'reason', of: ({ reason }) => foreign(reason ?? '') },
    ],
    'No ratings.',
  )
}

/** What this node says of one peer and what follows from everybody's ratings. */
export interface Opinion {
  readonly peer: { readonly nodeId: string; readonly peerId: string | null; readonly owner: string }
  readonly ratings: readonly RatingView[]
  readonly trust: Readonly<Record<string, number>>
  readonly aggregate: number
  readonly vetoed: boolean
}

export function renderOpinion({ peer, ratings, trust, aggregate, vetoed }: Opinion): string {
  const overlays = Object.entries(trust)
  return [
    facts([
      ['peer', `${nameOf(peer)} ${peer.peerId ?? ''}`.trimEnd()],
      [
        'trust',
        overlays.length === 0
          ? 'none: no trusted path leads there'
          : overlays.map(([overlay, value]) => `${overlay} ${decimal(value)}`).join(', '),
      ],
      ['sum', `${trustText(aggregate)}${vetoed ? ' – vetoed: never dialled, in no table' : ''}`],
    ]),
    ratings.length === 0 ? 'You have not rated it.' : renderRatings({ ratings }),
  ].join('\n\n')
}

export function renderGraph(graph: TrustGraphView): string {
  const sum = graph.overlay === null
  const head = `${bold(nameOf(graph.root))} in ${graph.overlay ?? 'all overlays (sum)'}, threshold ${decimal(graph.threshold)}, ${graph.rounds} rounds${graph.truncated ? ', cut short: nodes above the threshold are left unread' : ''}`
  const listed = table(
    graph.nodes,
    [
      { title: 'node', of: (node) => nameOf(node) },
      { title: sum ? 'sum' : 'trust', of: ({ trust }) => trustText(trust), right: true },
      ...(sum
        ? [
            {
              title: 'overlays',
              of: ({ overlays }: TrustGraphView['nodes'][number]) =>
                Object.entries(overlays)
                  .map(([overlay, value]) => `${overlay} ${decimal(value)}`)
                  .join(', '),
            },
          ]
        : [
            {
              title: 'raw',
              of: ({ raw }: TrustGraphView['nodes'][number]) => trustText(raw),
              right: true,
            },
            {
              title: 'round',
              of: ({ round }: TrustGraphView['nodes'][number]) => String(round ?? ''),
              right: true,
            },
            {
              title: 'read',
              of: ({ expanded }: TrustGraphView['nodes'][number]) =>
                expanded === true ? 'yes' : '',
            },
          ]),
    ],
    'Nobody is trusted yet: rate a peer with trustnet trust set <peer> 0.9',
  )
  const parts = [head, listed]
  if (graph.vetoed.length > 0)
    parts.push(
      `Vetoed: ${graph.vetoed.map((node) => `${nameOf(node)} ${trustText(node.trust)}`).join(', ')}`,
    )
  if (graph.distrust.length > 0)
    parts.push(
      `Distrusted by those you trust: ${graph.distrust.map((node) => `${nameOf(node)} ${decimal(node.distrust)}`).join(', ')}`,
    )
  if (graph.explanation !== null) parts.push(renderExplanation(graph.explanation))
  return parts.join('\n\n')
}

export function renderExplanation(why: NonNullable<TrustGraphView['explanation']>): string {
  const overlays = why.overlays.map((reasons) => {
    const head = `${nameOf(why)} in ${reasons.overlay}: ${trustText(reasons.trust)}${reasons.vetoed ? ' – your own veto, nobody can lift it' : ''}`
    return `${head}\n${table(
      reasons.steps,
      [
        { title: 'round', of: ({ round }) => String(round), right: true },
        { title: 'through', of: ({ via }) => nameOf(via) },
        { title: 'its trust', of: ({ viaTrust }) => decimal(viaTrust), right: true },
        { title: 'its rating', of: ({ rating }) => trustText(rating), right: true },
        { title: 'adds', of: ({ adds }) => decimal(adds), right: true },
      ],
      'No trusted path leads there.',
    )}`
  })
  return overlays.length === 0 ? `No overlay reaches ${nameOf(why)}.` : overlays.join('\n\n')
}
