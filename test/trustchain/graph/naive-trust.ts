// TN-1 a second time, straight from the text with maps and lists: slow, obvious, and sharing no code
// with trustchain/graph. What the fast one says must be what this one says.

export interface NaiveRating {
  readonly from: string
  readonly to: string
  /** Millionths. */
  readonly value: number
}

export interface NaiveTrust {
  /** Reached nodes that are not vetoed. */
  readonly trust: Map<string, number>
  readonly raw: Map<string, number>
  readonly round: Map<string, number>
  readonly expandedIn: Map<string, number>
  readonly forwarded: Map<string, number>
  readonly vetoed: Map<string, number>
  readonly distrust: Map<string, number>
  readonly truncated: boolean
}

export interface NaiveOptions {
  readonly threshold?: number
  readonly rounds?: number
  readonly frozen?: ReadonlySet<string>
}

export type Ratings = Map<string, Map<string, number>>

const one = 1_000_000n
const times = (a: number, b: number): number => Number((BigInt(a) * BigInt(b)) / one)

/** Author → subject → value, later rows replacing earlier ones, 0 removing. */
export function ratingsOf(rows: Iterable<NaiveRating>): Ratings {
  const ratings: Ratings = new Map()
  for (const { from, to, value } of rows) {
    const given = ratings.get(from) ?? new Map<string, number>()
    ratings.set(from, given)
    if (value === 0) given.delete(to)
    else given.set(to, value)
  }
  return ratings
}

export function naiveTrust(ratings: Ratings, root: string, options: NaiveOptions = {}): NaiveTrust {
  const { threshold = 600_000, rounds = 6, frozen = new Set<string>() } = options
  const given = (author: string): [string, number][] =>
    [...(ratings.get(author) ?? [])].filter(([to]) => to !== author && to !== root)
  const trust = new Map(given(root).filter(([, value]) => value > 0))
  const raw = new Map(trust)
  const vetoed = new Map(given(root).filter(([, value]) => value < 0))
  const round = new Map([...trust.keys()].map((node) => [node, 0]))
  const expandedIn = new Map<string, number>()
  const forwarded = new Map<string, number>()
  const ready = (): string[] =>
    [...trust.keys()].filter(
      (node) => !expandedIn.has(node) && !frozen.has(node) && trust.get(node)! > threshold,
    )

  for (let k = 1; k <= rounds; k++) {
    const frontier = ready()
    if (frontier.length === 0) break
    for (const node of frontier) {
      expandedIn.set(node, k)
      forwarded.set(node, trust.get(node)!)
    }
    const sums = new Map<string, number>()
    for (const node of frontier)
      for (const [to, value] of given(node)) {
        const late = expandedIn.has(to) && expandedIn.get(to)! < k
        if (value <= 0 || vetoed.has(to) || late) continue
        sums.set(to, (sums.get(to) ?? 0) + times(forwarded.get(node)!, value))
      }
    for (const [node, sum] of sums) {
      if (sum === 0) continue
      if (!trust.has(node)) round.set(node, k)
      trust.set(node, Math.min(1_000_000, (trust.get(node) ?? 0) + sum))
      raw.set(node, (raw.get(node) ?? 0) + sum)
    }
  }

  const distrust = new Map<string, number>()
  const direct = given(root)
    .map(([node]) => node)
    .filter((node) => (trust.get(node) ?? 0) > threshold && !frozen.has(node))
    .filter((node) => (ratings.get(root)?.get(node) ?? 0) > 0)
  for (const [witness, weight] of [
    [root, 1_000_000] as const,
    ...direct.map((node) => [node, trust.get(node)!] as const),
  ])
    for (const [to, value] of given(witness)) {
      const part = value < 0 ? times(weight, -value) : 0
      if (part > 0) distrust.set(to, Math.min(1_000_000, (distrust.get(to) ?? 0) + part))
    }
  const truncated = ready().length > 0
  return { trust, raw, round, expandedIn, forwarded, vetoed, distrust, truncated }
}
