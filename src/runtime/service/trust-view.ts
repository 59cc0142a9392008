// The trust graph as the API shows it: one overlay or the aggregate, from any node's viewpoint,
// with the reasons of one value.
import { aggregate } from '../../../trustchain/graph/aggregate.ts'
import type { OverlayView } from '../../../trustchain/graph/overlay-view.ts'
import type { TrustGraphView } from '../../api/service.ts'
import type { NodeId } from '../../core/id.ts'
import { trustRoundsMax } from '../../core/limits.ts'
import { clampTrust, THRESHOLD, trustNumber } from '../../core/trust.ts'
import type { RunningNode } from '../running-node.ts'
import type { Names } from './names.ts'

export interface GraphRequest {
  readonly overlay: string | null
  readonly root: NodeId
  readonly explain: NodeId | undefined
}

type View = OverlayView<NodeId>

/** The view of a graph request; the caller has checked the overlay's name. */
export function trustGraphView(
  node: RunningNode,
  names: Names,
  request: GraphRequest,
): TrustGraphView {
  const { trust } = node.machine
  const overlays = request.overlay === null ? trust.overlays() : [request.overlay]
  const views = overlays.map((overlay) => [overlay, trust.viewFrom(request.root, overlay)] as const)
  const nodes = request.overlay === null ? aggregated(views, names) : ranked(views[0]![1], names)
  const listed = new Set<string>([request.root, ...nodes.map(({ nodeId }) => nodeId)])
  return {
    root: names.name(request.root),
    overlay: request.overlay,
    threshold: trustNumber(THRESHOLD),
    rounds: trustRoundsMax,
    truncated: views.some(([, view]) => view.truncated),
    nodes,
    vetoed: views.flatMap(([, view]) =>
      view
        .vetoes()
        .map(({ id, trust: value }) => ({ ...names.name(id), trust: trustNumber(value) })),
    ),
    distrust: views.flatMap(([, view]) =>
      view
        .distrust()
        .map(({ id, distrust }) => ({ ...names.name(id), distrust: trustNumber(distrust) })),
    ),
    edges: overlays.flatMap((overlay) =>
      trust
        .edges(overlay)
        .filter(({ author, subject }) => listed.has(author) && listed.has(subject))
        .map(({ author, subject, value }) => ({
          ...{ from: author, to: subject, overlay },
          value: trustNumber(value),
        })),
    ),
    explanation: request.explain === undefined ? null : explained(views, names, request.explain),
  }
}

function ranked(view: View, names: Names): TrustGraphView['nodes'] {
  return view.ranking().map(({ id, trust, raw, round, expanded }) => ({
    ...names.name(id),
    ...{ trust: trustNumber(trust), raw: trustNumber(raw), round, expanded },
    ...{ clamped: trustNumber(clampTrust(trust)), overlays: {} },
  }))
}

function aggregated(
  views: readonly (readonly [string, View])[],
  names: Names,
): TrustGraphView['nodes'] {
  return aggregate(views).map(({ id, sum, clamped, overlays }) => ({
    ...names.name(id),
    ...{ trust: trustNumber(sum), raw: null, round: null, expanded: null },
    clamped: trustNumber(clamped),
    overlays: Object.fromEntries([...overlays].map(([name, value]) => [name, trustNumber(value)])),
  }))
}

function explained(
  views: readonly (readonly [string, View])[],
  names: Names,
  subject: NodeId,
): TrustGraphView['explanation'] {
  return {
    ...names.name(subject),
    overlays: views.flatMap(([overlay, view]) => {
      const reasons = view.explain(subject)
      if (reasons === undefined) return []
      return [
        {
          overlay,
          trust: trustNumber(reasons.trust),
          raw: trustNumber(reasons.raw),
          vetoed: reasons.vetoed,
          steps: reasons.contributions.map(({ from, round, rating, forwarded, carried }) => ({
            ...{ round, via: names.name(from), viaTrust: trustNumber(forwarded) },
            ...{ rating: trustNumber(rating), adds: trustNumber(carried) },
          })),
        },
      ]
    }),
  }
}
