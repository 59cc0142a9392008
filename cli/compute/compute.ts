// Trust of a ratings file from one root: what `trust compute` answers, in the form that it prints.
import { Failure } from '../../src/core/failure.ts'
import { parseTrust, type Trust, trustNumber } from '../../src/core/trust.ts'
import { aggregate } from '../../trustchain/graph/aggregate.ts'
import type { Explanation } from '../../trustchain/graph/explanation.ts'
import { OverlayView } from '../../trustchain/graph/overlay-view.ts'
import { parseMapping } from '../../trustchain/rating-file/mapping.ts'
import { parseFormat, type ReaderOptions } from '../../trustchain/rating-file/rating-reader.ts'
import { defaultOverlay, type RatingTable } from '../../trustchain/rating-file/rating-table.ts'

/** The flags of `trust compute`, as typed. */
export interface ComputeFlags {
  readonly root: string
  readonly threshold: string
  readonly rounds: number
  readonly overlay?: string | undefined
  readonly aggregate?: boolean | undefined
  readonly format: string
  readonly map?: string | undefined
  readonly weight?: string | undefined
  readonly explain?: string | undefined
}

/** What is asked, checked. */
export interface ComputeRequest {
  readonly root: string
  /** Millionths. */
  readonly threshold: Trust
  readonly rounds: number
  /** The overlay, or undefined for the aggregated graph. */
  readonly overlay: string | undefined
  readonly explain: string | undefined
  readonly reading: Omit<ReaderOptions, 'file'>
}

/** @throws Failure that names the flag which is wrong */
export function parseComputeFlags(flags: ComputeFlags): ComputeRequest {
  const mapping = flags.map === undefined ? undefined : parseMapping(flags.map)
  const reading = { format: parseFormat(flags.format), mapping }
  return {
    root: flags.root,
    threshold: shareOf('threshold', flags.threshold),
    rounds: flags.rounds,
    overlay: flags.aggregate === true ? undefined : (flags.overlay ?? defaultOverlay),
    explain: flags.explain,
    reading:
      flags.weight === undefined
        ? reading
        : { ...reading, weight: shareOf('weight', flags.weight) },
  }
}

function shareOf(option: string, text: string): Trust {
  const value = parseTrust(text)
  if (value >= 0) return value
  throw new Failure('trust/bad-option', { option, text, why: 'write a value from 0 to 1.' })
}

interface Vetoed {
  readonly id: string
  readonly trust: number
  readonly overlay?: string
}

interface Distrusted {
  readonly id: string
  readonly distrust: number
  readonly overlay?: string
}

interface Common {
  readonly root: string
  readonly threshold: number
  readonly rounds: number
  readonly truncated: boolean
  /** Nodes whose ratings were read; summed over overlays. */
  readonly expanded: number
}

export interface OverlayAnswer extends Common {
  readonly overlay: string
  readonly nodes: readonly {
    readonly id: string
    readonly trust: number
    readonly raw: number
    readonly round: number
    readonly expanded: boolean
  }[]
  readonly vetoed: readonly Vetoed[]
  readonly distrust: readonly Distrusted[]
  readonly explain?: ExplainedNode | null
}

export interface AggregateAnswer extends Common {
  readonly aggregate: true
  readonly overlays: readonly string[]
  readonly nodes: readonly {
    readonly id: string
    /** The sum over overlays. */
    readonly trust: number
    readonly clamped: number
    readonly overlays: Readonly<Record<string, number>>
  }[]
  readonly vetoed: readonly Vetoed[]
  readonly distrust: readonly Distrusted[]
  readonly explain?: Readonly<Record<string, ExplainedNode>>
}

export type ComputeAnswer = OverlayAnswer | AggregateAnswer

/** An explanation with plain numbers. */
export type ExplainedNode = ReturnType<typeof plainExplanation>

/** Computes what was asked of a file's ratings. */
export function computeTrust(table: RatingTable, request: ComputeRequest): ComputeAnswer {
  return request.overlay === undefined
    ? computeAggregate(table, request)
    : computeOverlay(table, request, request.overlay)
}

/** Remarks on an answer that is likely not what was meant: a name that the file does not have. */
export function remarksOn(table: RatingTable, request: ComputeRequest): string[] {
  const { root, overlay, explain } = request
  const overlays = table.overlays.toSorted()
  const isAbsent = (id: string | undefined): id is string => id !== undefined && !table.has(id)
  return [
    ...(isAbsent(root)
      ? [`${root} stands on no line: trust starts at --root, so it is empty.`]
      : []),
    ...(isAbsent(explain) ? [`${explain} stands on no line: there is nothing to explain.`] : []),
    ...(overlay !== undefined && table.count > 0 && !overlays.includes(overlay)
      ? [
          `No line is of overlay ${overlay}: choose by --overlay among ${overlays.slice(0, 20).join(', ')}, or use --aggregate.`,
        ]
      : []),
  ]
}

function viewOf(table: RatingTable, request: ComputeRequest, overlay: string): OverlayView {
  const { index, graph } = table.graph(overlay)
  const { root, threshold, rounds } = request
  return new OverlayView(index, graph, root, { threshold, rounds })
}

const commonOf = (request: ComputeRequest, views: readonly OverlayView[]): Common => ({
  root: request.root,
  threshold: trustNumber(request.threshold),
  rounds: request.rounds,
  truncated: views.some((view) => view.truncated),
  expanded: views.reduce((sum, view) => sum + view.expanded, 0),
})

function computeOverlay(
  table: RatingTable,
  request: ComputeRequest,
  overlay: string,
): OverlayAnswer {
  const view = viewOf(table, request, overlay)
  const { root, ...common } = commonOf(request, [view])
  const answer: OverlayAnswer = {
    root,
    overlay,
    ...common,
    nodes: view.ranking().map(({ id, trust, raw, round, expanded }) => ({
      id,
      trust: trustNumber(trust),
      raw: trustNumber(raw),
      round,
      expanded,
    })),
    vetoed: view.vetoes().map(({ id, trust }) => ({ id, trust: trustNumber(trust) })),
    distrust: view.distrust().map(({ id, distrust }) => ({ id, distrust: trustNumber(distrust) })),
  }
  if (request.explain === undefined) return answer
  const explanation = view.explain(request.explain)
  return { ...answer, explain: explanation === undefined ? null : plainExplanation(explanation) }
}

function computeAggregate(table: RatingTable, request: ComputeRequest): AggregateAnswer {
  const overlays = table.overlays.toSorted()
  const views = overlays.map((overlay) => [overlay, viewOf(table, request, overlay)] as const)
  const { root, ...common } = commonOf(
    request,
    views.map(([, view]) => view),
  )
  const answer: AggregateAnswer = {
    root,
    aggregate: true,
    overlays,
    ...common,
    nodes: aggregate(views).map(({ id, sum, clamped, overlays: parts }) => ({
      id,
      trust: trustNumber(sum),
      clamped: trustNumber(clamped),
      overlays: Object.fromEntries([...parts].map(([name, trust]) => [name, trustNumber(trust)])),
    })),
    vetoed: views.flatMap(([overlay, view]) =>
      view.vetoes().map(({ id, trust }) => ({ id, trust: trustNumber(trust), overlay })),
    ),
    distrust: views.flatMap(([overlay, view]) =>
      view.distrust().map(({ id, distrust }) => ({ id, distrust: trustNumber(distrust), overlay })),
    ),
  }
  const { explain } = request
  if (explain === undefined) return answer
  const explained = views.flatMap(([overlay, view]) => {
    const explanation = view.explain(explain)
    return explanation === undefined ? [] : [[overlay, plainExplanation(explanation)] as const]
  })
  return { ...answer, explain: Object.fromEntries(explained) }
}

function plainExplanation({ node, ...explanation }: Explanation<string>) {
  return {
    id: node,
    trust: trustNumber(explanation.trust),
    raw: trustNumber(explanation.raw),
    vetoed: explanation.vetoed,
    contributions: explanation.contributions.map(({ from, round, ...step }) => ({
      from,
      round,
      rating: trustNumber(step.rating),
      forwarded: trustNumber(step.forwarded),
      carried: trustNumber(step.carried),
    })),
    paths: explanation.paths.map(({ nodes, ratings, product, round }) => ({
      nodes,
      ratings: ratings.map(trustNumber),
      product: trustNumber(product),
      round,
    })),
    pathCount: explanation.pathCount,
  }
}
