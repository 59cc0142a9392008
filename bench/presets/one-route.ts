// What theory says of one route without redundancy (Castro et al. 2002, section 4): each of the h
// nodes that a route of h hops comes to is honest with probability 1 − f, its end included.
import type { GroupSummary } from '../../src/sim/experiment/run/summary.ts'
import type { Range } from './ranges.ts'

const fractionPath = 'attack.fraction'
/** Points of noise that some thousands of lookups leave, and that hubs on the way make. */
const tolerance = 2.5

/** The range about the mean of (1 − f)^h over the hops that the same router takes where nobody drops. */
export function expectedOfOneRoute(
  group: GroupSummary,
  groups: readonly GroupSummary[],
): Range | undefined {
  // Trusted nodes are not a random sample, and several routes are not one.
  if (group.router === 'trustnet') return undefined
  const undisturbed = groups.find(
    ({ router, params }) => router === group.router && params[fractionPath] === 0,
  )
  const fraction = group.params[fractionPath]
  if (undisturbed === undefined || typeof fraction !== 'number') return undefined
  const { hopsHistogram } = undisturbed
  const lookups = hopsHistogram.reduce((sum, count) => sum + count, 0)
  const expected =
    hopsHistogram.reduce((sum, count, hops) => sum + count * (1 - fraction) ** hops, 0) / lookups
  const rounded = (percent: number): number =>
    Math.round(10 * Math.min(100, Math.max(0, percent))) / 10
  return {
    ...{ preset: 'single-route', router: group.router, from: 'chapter' },
    ...{ low: rounded(100 * expected - tolerance), high: rounded(100 * expected + tolerance) },
  }
}
