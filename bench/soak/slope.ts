// Does something grow? Theil and Sen's slope: the median of the slopes between all pairs of samples,
// which a few outliers do not move, with the interval that Kendall's variance gives (Sen 1968; for
// several series together, pairs within each and variances added, as in the seasonal test of Hirsch, Slack
// and Smith 1982).

export interface Point {
  /** Seconds. */
  readonly at: number
  readonly value: number
}

export interface Slope {
  /** A second. */
  readonly median: number
  readonly low: number
  readonly high: number
  readonly pairs: number
}

/** Two-sided 99%. */
const z99 = 2.576

/**
 * The common slope of several series.
 *
 * @returns undefined where there are fewer than three pairs
 */
export function slopeOf(series: readonly (readonly Point[])[]): Slope | undefined {
  const slopes: number[] = []
  let variance = 0
  for (const points of series) {
    for (const [i, a] of points.entries())
      for (const b of points.slice(i + 1))
        if (b.at !== a.at) slopes.push((b.value - a.value) / (b.at - a.at))
    const n = points.length
    variance += (n * (n - 1) * (2 * n + 5)) / 18
  }
  if (slopes.length < 3) return undefined
  slopes.sort((a, b) => a - b)
  const reach = z99 * Math.sqrt(variance)
  const at = (place: number): number =>
    slopes[Math.max(0, Math.min(slopes.length - 1, Math.round(place)))]!
  const middle = (slopes.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    low: at(middle - reach / 2),
    high: at(middle + reach / 2),
    pairs: slopes.length,
  }
}
