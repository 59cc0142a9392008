// The answer of `trust compute` as people read it.
import { facts, table } from '../render/table.ts'
import { decimal, foreign, trustText } from '../render/words.ts'
import type { AggregateAnswer, ComputeAnswer, ExplainedNode, OverlayAnswer } from './compute.ts'

/** Rows shown; --json has all. */
const rowsMax = 50

export function renderComputed(answer: ComputeAnswer): string {
  const isAggregate = 'aggregate' in answer
  const nodes = answer.nodes.length
  return [
    facts([
      ['root', foreign(answer.root)],
      isAggregate
        ? ['overlays', answer.overlays.map(foreign).join(', ')]
        : ['overlay', foreign(answer.overlay)],
      ['threshold', decimal(answer.threshold)],
      ['rounds', `${answer.rounds}${answer.truncated ? ' (truncated: more would expand)' : ''}`],
      ['trusted', `${nodes} node${nodes === 1 ? '' : 's'}, ${answer.expanded} expanded`],
    ]),
    isAggregate ? aggregateTable(answer) : overlayTable(answer),
    answer.vetoed.length === 0
      ? ''
      : `Vetoed by the root\n${table(
          answer.vetoed.slice(0, rowsMax),
          [
            { title: 'node', of: ({ id }) => foreign(id) },
            { title: 'trust', of: ({ trust }) => trustText(trust), right: true },
            { title: '', of: ({ overlay = '' }) => foreign(overlay) },
          ],
          '',
        )}${rest(answer.vetoed.length)}`,
    answer.distrust.length === 0
      ? ''
      : `Distrusted by the root or whom it trusts directly (advisory)\n${table(
          answer.distrust.slice(0, rowsMax),
          [
            { title: 'node', of: ({ id }) => foreign(id) },
            { title: 'distrust', of: ({ distrust }) => decimal(distrust), right: true },
            { title: '', of: ({ overlay = '' }) => foreign(overlay) },
          ],
          '',
        )}${rest(answer.distrust.length)}`,
    explanations(answer),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const rest = (count: number): string =>
  count > rowsMax ? `\n… and ${count - rowsMax} more: --json lists them all` : ''

const overlayTable = ({ nodes }: OverlayAnswer): string =>
  table(
    nodes.slice(0, rowsMax),
    [
      { title: 'node', of: ({ id }) => foreign(id) },
      { title: 'trust', of: ({ trust }) => decimal(trust), right: true },
      { title: 'raw', of: ({ raw }) => decimal(raw), right: true },
      { title: 'round', of: ({ round }) => String(round), right: true },
      { title: '', of: ({ expanded }) => (expanded ? 'expanded' : '') },
    ],
    'Trust reaches nobody: the root rates nobody above 0.',
  ) + rest(nodes.length)

const aggregateTable = ({ nodes }: AggregateAnswer): string =>
  table(
    nodes.slice(0, rowsMax),
    [
      { title: 'node', of: ({ id }) => foreign(id) },
      { title: 'sum', of: ({ trust }) => trustText(trust), right: true },
      { title: 'clamped', of: ({ clamped }) => trustText(clamped), right: true },
      {
        title: 'overlays',
        of: ({ overlays }) =>
          Object.entries(overlays)
            .map(([overlay, trust]) => `${foreign(overlay)} ${decimal(trust)}`)
            .join(', '),
      },
    ],
    'Trust reaches nobody: the root rates nobody above 0.',
  ) + rest(nodes.length)

function explanations(answer: ComputeAnswer): string {
  if (answer.explain === undefined) return ''
  if (answer.explain === null) return 'There is nothing to explain: no line has that id.'
  if (!('aggregate' in answer)) return explanation(answer.explain as ExplainedNode)
  const named = Object.entries(answer.explain as Record<string, ExplainedNode>)
  return named.map(([overlay, one]) => `${foreign(overlay)}: ${explanation(one)}`).join('\n\n')
}

function explanation(node: ExplainedNode): string {
  const id = foreign(node.id)
  if (node.vetoed)
    return `${id} has trust ${decimal(node.trust)}: the root rates it below 0, nothing else counts.`
  if (node.contributions.length === 0) return `${id} has trust 0: no rating that counts reaches it.`
  const steps = node.contributions.slice(0, rowsMax).map(({ from, round, ...step }) => {
    const product = `${decimal(step.forwarded)} × ${decimal(step.rating)}`
    return round === 0
      ? `  round 0  +${decimal(step.carried)}  the root's own rating`
      : `  round ${round}  +${decimal(step.carried)}  ${foreign(from)}: ${product}`
  })
  const paths = node.paths.map(
    ({ nodes, product }) => `  ${decimal(product)}  ${nodes.map(foreign).join(' → ')}`,
  )
  return [
    `${id} has trust ${decimal(node.trust)} (raw ${decimal(node.raw)}), because`,
    ...steps,
    ...(node.contributions.length > rowsMax ? [rest(node.contributions.length).trim()] : []),
    `by ${node.pathCount} path${node.pathCount === 1 ? '' : 's'}${node.pathCount > paths.length ? `, of which ${paths.length} are` : ''}`,
    ...paths,
  ].join('\n')
}
