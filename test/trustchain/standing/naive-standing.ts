// Standing and Phragmén a second time, straight from their definitions, with maps and exact
// fractions: slow, obvious, and sharing no code with trustchain/standing.

export interface NaiveEdge {
  readonly from: string
  readonly to: string
  readonly weight: number
}

const total = 1_000_000_000n

/** Personalised PageRank in integers; standing by node, zeros left out. */
export function naiveStanding(
  roots: readonly string[],
  edges: readonly NaiveEdge[],
  restartPerMille: number,
  steps: number,
): Map<string, number> {
  const ordered = [...new Set(roots)].sort()
  if (ordered.length === 0) return new Map()
  const shares = (mass: Map<string, bigint>, amount: bigint): Map<string, bigint> => {
    const count = BigInt(ordered.length)
    for (const [i, root] of ordered.entries()) {
      const more = amount / count + (BigInt(i) < amount % count ? 1n : 0n)
      mass.set(root, (mass.get(root) ?? 0n) + more)
    }
    return mass
  }
  let mass = shares(new Map(), total)
  for (let step = 0; step < steps; step++) {
    const next = new Map<string, bigint>()
    for (const [node, amount] of mass) {
      const own = edges.filter(({ from, to }) => from === node && to !== node)
      const sum = own.reduce((all, { weight }) => all + BigInt(weight), 0n)
      const moving = (amount * BigInt(1000 - restartPerMille)) / 1000n
      for (const { to, weight } of own)
        next.set(to, (next.get(to) ?? 0n) + (moving * BigInt(weight)) / sum)
    }
    const arrived = [...next.values()].reduce((all, amount) => all + amount, 0n)
    mass = shares(next, total - arrived)
  }
  return new Map(
    [...mass]
      .filter(([, amount]) => amount > 0n)
      .map(([node, amount]): [string, number] => [node, Number(amount)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

type Fraction = readonly [numerator: bigint, denominator: bigint]

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))
const reduced = ([n, d]: Fraction): Fraction => [n / gcd(n, d), d / gcd(n, d)]
const plus = (a: Fraction, b: Fraction): Fraction =>
  reduced([a[0] * b[1] + b[0] * a[1], a[1] * b[1]])
const times = (a: Fraction, by: bigint): Fraction => reduced([a[0] * by, a[1]])
const less = (a: Fraction, b: Fraction): boolean => a[0] * b[1] < b[0] * a[1]

export interface NaiveVoter {
  readonly budget: number
  readonly approves: readonly number[]
}

/** Winners in order with their loads as reduced fractions, and every voter's load at the end. */
export function naivePhragmen(
  candidates: number,
  voters: readonly NaiveVoter[],
  seats: number,
): { winners: { candidate: number; load: Fraction }[]; loads: Fraction[] } {
  const loads = voters.map((): Fraction => [0n, 1n])
  const winners: { candidate: number; load: Fraction }[] = []
  while (winners.length < seats) {
    let best: { candidate: number; load: Fraction } | undefined
    for (let candidate = 0; candidate < candidates; candidate++) {
      if (winners.some((winner) => winner.candidate === candidate)) continue
      const backers = [...voters.keys()].filter((i) => voters[i]!.approves.includes(candidate))
      if (backers.length === 0) continue
      let cost: Fraction = [1n, 1n]
      let budget = 0n
      for (const i of backers) {
        cost = plus(cost, times(loads[i]!, BigInt(voters[i]!.budget)))
        budget += BigInt(voters[i]!.budget)
      }
      const load = reduced([cost[0], cost[1] * budget])
      if (best === undefined || less(load, best.load)) best = { candidate, load }
    }
    if (best === undefined) break
    for (const [i, { approves }] of voters.entries())
      if (approves.includes(best.candidate)) loads[i] = best.load
    winners.push(best)
  }
  return { winners, loads }
}
