// How the numbers came to be, in sentences: what a paper's section on the method would say of this
// scenario. Names that are not known here (a user's own parts) are said as they are.
import type {
  AttackSpec,
  GraphSpec,
  Plan,
  RatingsSpec,
  RouterSpec,
  Scenario,
  WorkloadSpec,
} from '../scenario.ts'
import { valueText } from './sweep-axes.ts'

/** Paragraphs of the section "Method". */
export function methodOf({ scenario, sweep }: Plan, seeds: readonly number[]): readonly string[] {
  return [
    `${graphSentence(scenario.graph)} ${ratingsSentence(scenario)} ${attackSentence(scenario.attack)}`,
    `${workloadSentence(scenario.workload)} ${successSentences(scenario, sweep)}`,
    `${engineSentence(scenario.engine)} ${sweepSentence(sweep)} Each point is run with ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}; every router of a point and seed meets the same world, the same attackers and the same lookups.`,
    `${intervalSentences(seeds.length)} They say how much chance moves the figures within this scenario, not how another graph or attacker would.`,
  ]
}

/** As statistics-seeds.ts does it. */
function intervalSentences(seeds: number): string {
  if (seeds === 1)
    return 'One seed tells nothing of how figures vary from run to run: they stand without intervals. Only success has one, Wilson’s 95% interval (1927) of the lookups of that run, which is of other lookups within the same run and not of other runs.'
  const over =
    seeds < 6
      ? 'by Student’s t, cut off where a figure cannot be'
      : 'by the bootstrap (expanded percentile, Hesterberg 2015)'
  return `Intervals are 95% confidence intervals of the mean over seeds ${over}; where all seeds gave the same share of delivered lookups, Wilson’s interval (1927) of all lookups together.`
}

function graphSentence(graph: GraphSpec): string {
  switch (graph.kind) {
    case 'holme-kim':
      return `People form a Holme–Kim graph (2002) of ${graph.nodes} nodes with mean degree ${graph.degree} and triad formation ${graph.triads}.`
    case 'barabasi-albert':
      return `People form a Barabási–Albert graph (1999) of ${graph.nodes} nodes with mean degree ${graph.degree}.`
    case 'watts-strogatz':
      return `People form a Watts–Strogatz graph (1998) of ${graph.nodes} nodes with degree ${graph.degree}, of whose ties a share of ${graph.rewired} is rewired.`
    case 'stochastic-blocks':
      return `People form a stochastic block model of ${graph.nodes} nodes in ${graph.blocks} blocks with mean degree ${graph.degree}; a share of ${graph.between} of the ties leaves the block.`
    case 'ring':
      return `${graph.nodes} people know the next ones on a ring, ${graph.degree} each.`
    case 'complete':
      return `${graph.nodes} people know one another, all of them.`
    case 'none':
      return `${graph.nodes} people, none of whom rates anybody.`
    case 'file':
      return `The rating graph is ${valueText(graph.file)} (${graph.format}${graph.map === undefined ? '' : `, mapped ${graph.map}`})${graph.core ? ', its largest strongly connected component of positive ratings' : ''}.`
  }
}

function ratingsSentence({ ratings, graph, ids }: Scenario): string {
  const signed = graph.kind === 'file' && graph.format !== 'snap' && graph.format !== 'metis'
  const values = signed ? 'Ratings are those of the file.' : ratingValues(ratings)
  return ids.kind === 'uniform'
    ? `${values} Ids are uniform on the ring of 128 bits.`
    : `${values} People stand crowded on the ring of 128 bits, behind 16 random points, each within 1/1024 of the ring.`
}

const ratingValues = (ratings: RatingsSpec): string =>
  ratings.kind === 'uniform'
    ? `Ratings are uniform in ${ratings.low} to ${ratings.high}, a share of ${ratings.negative} of them negative instead.`
    : `Every rating is ${ratings.value}, a share of ${ratings.negative} of them negative instead.`

function attackSentence({ kind, ...options }: AttackSpec): string {
  if (kind === 'none') return 'Nobody attacks.'
  const given = Object.entries(options).map(([name, value]) => `${name} ${valueText(value)}`)
  return `The attack is “${valueText(kind)}”${given.length === 0 ? '' : ` (${given.join(', ')})`}.`
}

function workloadSentence({ lookups, keys, sources }: WorkloadSpec): string {
  const from = sources === 'honest' ? 'honest nodes chosen uniformly' : `person ${sources}`
  const of = {
    uniform: 'keys uniform on the ring',
    zipf:
      keys.kind === 'zipf'
        ? `${keys.distinct} keys wanted by Zipf’s law with exponent ${keys.exponent}`
        : '',
    victim: 'keys of the victim',
  }[keys.kind]
  return `Each run makes ${lookups} lookups of ${of} from ${from}.`
}

/** What all routers are judged by, and where one is judged otherwise or helped. */
function successSentences({ routers, engine }: Scenario, { engine: swept }: Plan['sweep']): string {
  const namesOf = (isMeant: (router: RouterSpec) => boolean): string =>
    [...new Set(routers.filter(isMeant).map(({ name }) => name))].join(', ')
  const byXor = namesOf(({ root }) => root === 'xor')
  // Whole nodes never do.
  const isStructural = (swept ?? [engine]).includes('structural')
  const pastVetoes = namesOf((router) => isStructural && router.pastVetoes === true)
  return [
    'A lookup succeeds when it reaches the root of its key: the honest node numerically nearest to it, among those that a message from the asker can come to at all, from one honest node to the next of which neither rates the other negative.',
    ...(byXor === ''
      ? []
      : [`Of ${byXor} the root is the honest node nearest by exclusive or (option root).`]),
    ...(pastVetoes === ''
      ? []
      : [
          `Where negative ratings leave the tables of ${pastVetoes} no way, the message is handed along whatever links nobody forbids, and every node asked is a request (option pastVetoes); a live node does not do that.`,
        ]),
  ].join(' ')
}

const engineSentence = (engine: Scenario['engine']): string =>
  engine === 'structural'
    ? 'The structural engine builds every routing table from global knowledge and the attack’s rules, then routes over them; joins, repair, timeouts and lost messages are not part of it.'
    : 'The protocol engine runs every node whole in virtual time: messages with latency, receipts and timeouts, one try a hop. Tables begin as joins would have left them.'

function sweepSentence(sweep: Plan['sweep']): string {
  const varied = Object.entries(sweep).map(
    ([path, values]) => `${path} over ${values.map(valueText).join(', ')}`,
  )
  return varied.length === 0
    ? 'Nothing is varied.'
    : `Varied: ${varied.join('; ')}, all combinations.`
}

/** Every field of the scenario but its routers as path and value; what is swept shows its values. */
export function parametersOf({ scenario, sweep }: Plan): readonly (readonly [string, string])[] {
  const { routers: _, ...rest } = scenario
  const fields = flattened(rest, '').filter(([path]) => !coveredBySweep(path, sweep))
  const swept = Object.entries(sweep).map(([path, values]): [string, string] => [
    path,
    `varied: ${values.map(written).join(', ')}`,
  ])
  return [...fields, ...swept].sort(([a], [b]) => (a < b ? -1 : 1))
}

const coveredBySweep = (path: string, sweep: Plan['sweep']): boolean =>
  Object.keys(sweep).some((swept) => path === swept || path.startsWith(`${swept}.`))

/** A value as the scenario file would hold it. */
export const written = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'not set')

function flattened(value: object, prefix: string): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([name, inner]): (readonly [string, string])[] => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    return inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? [...flattened(inner, path)]
      : [[path, written(inner)]]
  })
}
