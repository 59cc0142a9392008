// Groups of runs as plots and tables need them: one router at one point of the sweep, over its seeds.
// The figures are those of summary.json by construction.
import type { RunResult } from '../run/run-result.ts'
import { type GroupSummary, groupsOf, summarize } from '../run/summary.ts'
import type { Plan } from '../scenario.ts'
import { routerLabels } from './router-labels.ts'

/** Begins the names of figures that a plot shows tenth by tenth (metrics.ts). */
export const tenthOfRun = 'successOfTenth'

/** A router at a point, and of its figures what a plot of success draws. */
export interface SuccessCell extends Placed {
  readonly summary: Pick<GroupSummary, 'seeds' | 'success'>
}

/** A router at a point of the sweep. */
export interface Placed {
  /** Its label: the name, with the options that tell it from another router of that name. */
  readonly router: string
  /** The varied values, by path; empty where nothing is swept. */
  readonly params: Readonly<Record<string, unknown>>
}

export interface Cell extends SuccessCell {
  readonly summary: GroupSummary
}

/**
 * In the order of the runs: point by point, within a point router by router.
 *
 * @param sweep of the plan; a run's own params name options of its router too
 */
export function cellsOf(results: readonly RunResult[], sweep: Plan['sweep']): readonly Cell[] {
  const groups = groupsOf(results)
  const points = groups.map((group) => {
    const { router, params } = group.results[0]!.run
    const swept = Object.entries(params).filter(([path]) => Object.hasOwn(sweep, path))
    return { router, params: Object.fromEntries(swept) }
  })
  const labels = routerLabels(points)
  return groups.map((group, i) => ({
    router: labels[i]!,
    params: points[i]!.params,
    summary: summarize(group.results)[0]!,
  }))
}
