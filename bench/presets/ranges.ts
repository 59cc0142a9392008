// What the prototype measured for the presets, in percent of lookups delivered: the ranges that the
// issue of the experiments names, and single figures of its chapter with the noise of their samples.

export interface Range {
  readonly preset: string
  readonly router: string
  /** Options of the router that this is about; others have their defaults. */
  readonly options?: Readonly<Record<string, unknown>>
  /** Values of the sweep that this is about, by path; none: every point. */
  readonly point?: Readonly<Record<string, unknown>>
  /** Percent. */
  readonly low: number
  readonly high: number
  /** 'issue': a range that acceptance asks for; 'chapter': a figure that the chapter reports. */
  readonly from: 'issue' | 'chapter'
}

const trustnet = (preset: string, routes: number, low: number, high: number): Range => ({
  ...{ preset, router: 'trustnet', options: { routes }, low, high, from: 'issue' },
})
const baseline = (preset: string, router: string, low: number, high: number): Range => ({
  ...{ preset, router, low, high, from: 'issue' },
})
const edges = (attackEdges: number) => ({
  point: { 'attack.attackEdgesPerHonest': attackEdges },
})

const naming = (sybils: number, attackEdges: number) =>
  ({
    ...{ preset: 'naming', router: 'trustnet', options: { routes: 16, verify: 'vote' } },
    point: { 'attack.sybilsPerHonest': sybils, 'attack.attackEdgesPerHonest': attackEdges },
    from: 'chapter',
  }) as const

export const ranges: readonly Range[] = [
  baseline('droppers', 'pastry', 33, 39),
  baseline('droppers', 'kademlia', 95, 99),
  baseline('droppers', 'sprout', 24, 32),
  baseline('droppers', 'distnet-d3', 30, 39),
  trustnet('droppers', 4, 95, 99),
  trustnet('droppers', 16, 99, 100),
  { ...baseline('droppers', 'pastry', 97.5, 99.7), options: { routes: 16 }, from: 'chapter' },
  { ...baseline('droppers', 's-kademlia', 99, 100), from: 'chapter' },
  { ...baseline('droppers', 'sprout', 44.5, 49.5), options: { lookAhead: true }, from: 'chapter' },

  baseline('half', 'pastry', 10, 16),
  baseline('half', 's-kademlia', 97, 99.5),
  trustnet('half', 16, 95, 99.5),

  { ...baseline('one-fooled-friend', 'distnet', 0, 2), options: { uncapped: true } },
  baseline('one-fooled-friend', 'pastry', 10, 18),
  trustnet('one-fooled-friend', 4, 98.5, 100),

  baseline('flood', 'pastry', 0, 1),
  baseline('flood', 'kademlia', 3, 12),
  baseline('flood', 'distnet-d3', 80, 92),
  trustnet('flood', 4, 99, 100),
  trustnet('flood', 16, 99.5, 100),
  { ...baseline('flood', 's-kademlia', 8.5, 13.5), from: 'chapter' },
  { ...baseline('flood', 'sprout', 0, 4), options: { lookAhead: true }, from: 'chapter' },
  baseline('flood-degree-10', 'distnet-d3', 35, 60),

  trustnet('everyone-fooled', 4, 97, 100),
  trustnet('everyone-fooled', 16, 99, 100),
  { ...baseline('everyone-fooled', 'distnet-d3', 71.5, 76.5), from: 'chapter' },

  { ...baseline('real-people', 'distnet-d3', 8, 16), ...edges(0.1) },
  { ...baseline('real-people', 'distnet-d3', 2, 6), ...edges(1) },
  { ...trustnet('real-people', 16, 96, 99.5), ...edges(0.1) },
  { ...trustnet('real-people', 16, 94, 98.5), ...edges(1) },

  { ...trustnet('breaking-point', 16, 98, 99.7), ...edges(3), from: 'chapter' },
  { ...trustnet('breaking-point', 16, 72, 77), ...edges(10), from: 'chapter' },
  // All ratings aimed at the key, as the preset has it. What the chapter says of g = .3 and 1 is of ratings that are spread.
  { ...trustnet('eclipse-key', 16, 7, 14), ...edges(0.1), from: 'chapter' },
  // Naming the root of a random key: single figures of the chapter, with the noise of its samples.
  { ...naming(1, 0.1), low: 84.5, high: 89.5 },
  { ...naming(9, 0.3), low: 68.5, high: 73.5 },
  {
    ...baseline('poisoned-join', 'pastry', 0.1, 5.1),
    ...{ point: { 'attack.rounds': 5 }, from: 'chapter' },
  },
]

export type Verdict = 'inside' | 'above' | 'below'

/** @param success mean share, 0..1 */
export function verdictOf(success: number, { low, high }: Pick<Range, 'low' | 'high'>): Verdict {
  // A tenth of a point: the last digit of the ranges.
  const percent = Math.round(success * 1_000) / 10
  return percent < low ? 'below' : percent > high ? 'above' : 'inside'
}

/** The range that a cell is compared with; undefined where the prototype measured nothing. */
export const rangeOf = (
  preset: string,
  router: string,
  /** Options that differ from the router's defaults, and `routes`. */
  options: Readonly<Record<string, unknown>>,
  /** The value of a scenario's field, by its path. */
  valueOfField: (path: string) => unknown,
): Range | undefined =>
  ranges.find(
    (range) =>
      range.preset === preset &&
      range.router === router &&
      Object.entries(range.point ?? {}).every(([path, value]) => valueOfField(path) === value) &&
      sameOptions(range.options ?? {}, options),
  )

/** All that is told apart must be named by the range, but for one route, which is plain routing. */
function sameOptions(
  wanted: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>>,
): boolean {
  const told = Object.entries(options).filter(
    ([name, value]) => name in wanted || !(name === 'routes' && value === 1),
  )
  return (
    told.length === Object.keys(wanted).length &&
    told.every(([name, value]) => wanted[name] === value)
  )
}
