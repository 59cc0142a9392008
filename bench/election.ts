// How many seats colluders win: the curve of nodes → standing → seats for each rule of election, on
// public trust graphs and on generated ones; what 200 identities behind one edge win and move; and
// whether a thousand epochs let anything creep in.
//   node bench/election.ts [--json] [--draws 10] [--trials 15] [--epochs 1000] [--seed 1] [--only curve|sybil|drift|patience] [--network advogato] [--nodes 10,20] [--rules plain,default]

import { holmeKim, type Network, publicNetwork } from './election-networks.ts'
import { curvePoint, drift, rulesByName, seats, sybilTrial } from './election-trials.ts'
import { flagsOf, progress, report, type Series } from './report.ts'

const flags = flagsOf({
  json: { type: 'boolean', default: false },
  draws: { type: 'string', default: '10' },
  trials: { type: 'string', default: '15' },
  epochs: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  only: { type: 'string' },
  network: { type: 'string' },
  nodes: { type: 'string' },
  rules: { type: 'string' },
})
const draws = Number(flags.draws)
const seed = Number(flags.seed)

/** Shares of the nodes in thousandths, from percents. */
const sharesOr = (usual: readonly number[]): readonly number[] =>
  flags.nodes === undefined ? usual : flags.nodes.split(',').map((percent) => 10 * Number(percent))

const rulesOr = (usual: readonly string[]): readonly string[] =>
  flags.rules === undefined ? usual : flags.rules.split(',').filter((rule) => rule in rulesByName)

function networks(): Network[] {
  const all = [
    ...['advogato', 'bitcoin-otc', 'bitcoin-alpha'].map((name) => () => publicNetwork(name)),
    () => holmeKim(5_000, 6, seed),
  ].map((make) => make())
  return all.filter(
    (one) => one !== undefined && (flags.network ?? one.name) === one.name,
  ) as Network[]
}

function curve(network: Network, rootsBy: 'most-rated' | 'any'): Series[] {
  const compared = Object.fromEntries(
    rulesOr(Object.keys(rulesByName)).map((rule) => [rule, rulesByName[rule]!]),
  )
  return sharesOr([50, 100, 150, 200, 250, 300, 350, 400, 450]).flatMap((perMille) => {
    progress(`curve: ${network.name}, roots ${rootsBy}, ${perMille / 10}% of the nodes`)
    const points = Array.from({ length: draws }, (_, i) =>
      curvePoint(network, rootsBy, perMille, seed + i, compared),
    )
    const params = { network: network.name, roots: rootsBy, nodes: perMille / 1000 }
    const standing = points.map((point) => point.standing)
    return [
      { name: 'standing of colluders', unit: 'of 1', values: standing, params },
      ...[...points[0]!.seats.keys()].map((rule) => ({
        ...{ name: `seats of colluders: ${rule}`, unit: `of ${seats}` },
        ...{ values: points.map((point) => point.seats.get(rule)!), params },
      })),
    ]
  })
}

function sybils(network: Network, deceived: 'anybody' | 'a root'): Series[] {
  return rulesOr(['plain', 'plain + 3 disjoint paths', 'default']).flatMap((rule) => {
    progress(`200 identities: ${network.name}, ${rule}`)
    const trials = Array.from({ length: Number(flags.trials) }, (_, i) =>
      sybilTrial(network, 200, rulesByName[rule]!, deceived, seed + i),
    )
    const params = { network: network.name, rule, deceived }
    const series = (name: string, unit: string, of: (trial: (typeof trials)[0]) => number) => ({
      ...{ name: `200 identities: ${name}`, unit, params },
      values: trials.map(of),
    })
    return [
      series('standing', 'of 1', ({ standing }) => standing),
      series('seats', 'seats', ({ seated }) => seated),
      series('seats beyond their share', 'seats', ({ seated, due }) => Math.max(0, seated - due)),
      series('honest nodes banned', 'nodes', ({ banned }) => banned),
      series('banned if one branch could', 'nodes', ({ underLine }) => underLine),
      series('standing', 'of what bans', ({ ofBanLine }) => ofBanLine),
      series('standing moved beyond theirs', 'of 1', (trial) =>
        Math.max(0, trial.standingMoved - trial.standing),
      ),
      series('reputation moved beyond their share', 'of 1', (trial) => trial.reputationExcess),
    ]
  })
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function drifts(network: Network): Series[] {
  return rulesOr(['plain', 'default']).flatMap((rule) =>
    sharesOr([100, 200, 300]).flatMap((perMille) => {
      progress(`${flags.epochs} epochs: ${network.name}, ${rule}, ${perMille / 10}% of the nodes`)
      const epochs = Math.max(50, Number(flags.epochs))
      const held = drift(network, perMille, epochs, rulesByName[rule]!, seed).seats
      const params = { network: network.name, rule, nodes: perMille / 1000, epochs }
      const tenth = Math.max(1, Math.floor(epochs / 10))
      const creep = mean(held.slice(-tenth)) - mean(held.slice(tenth, 2 * tenth))
      return [
        { name: 'seats held, epoch by epoch', unit: `of ${seats}`, values: held.slice(10), params },
        { name: 'seats crept, second tenth to last', unit: 'seats', values: [creep], params },
      ]
    }),
  )
}

/** How long it takes new heads to win half of what they win in the end. */
function patience(network: Network): Series[] {
  const cases = [
    ['no patience', {}],
    ['tenure 10', { tenure: 10 }],
    ['growth 10% an epoch', { growthPerMille: 100 }],
    ['tenure 10 + growth 10% an epoch', { tenure: 10, growthPerMille: 100 }],
  ] as const
  return cases.flatMap(([name, how]) => {
    progress(`new heads: ${network.name}, ${name}`)
    const held = drift(network, 200, 60, rulesByName.default!, seed, how).heads
    const params = { network: network.name, rule: `default, ${name}`, nodes: 0.2 }
    const last = mean(held.slice(-10))
    const half = held.findIndex((count) => count >= last / 2)
    return [
      { name: 'epochs until half of the final seats', unit: 'epochs', values: [half + 1], params },
      { name: 'seats at epoch 60', unit: `of ${seats}`, values: [last], params },
    ]
  })
}

const wanted = (name: string): boolean => (flags.only ?? name) === name
const results: Series[] = []
for (const network of networks()) {
  if (wanted('curve')) results.push(...curve(network, 'most-rated'), ...curve(network, 'any'))
  if (wanted('sybil')) results.push(...sybils(network, 'anybody'), ...sybils(network, 'a root'))
  if (wanted('drift')) results.push(...drifts(network))
  if (wanted('patience')) results.push(...patience(network))
}
report(results, flags.json)
