// What of a scenario whole nodes can play. The policies of the live node have few of the options that
// structural routers have, and its id is a hash: whatever a scenario asks for beyond that is refused by
// name, since a figure of something else would be worse than none.
import { policies } from '../../../../routing/policy.ts'
import { Failure } from '../../../core/failure.ts'
import type { NodeOptions } from '../../../node/node-ports.ts'
import { eclipse } from '../attacks/sybil.ts'
import { partsOf } from '../registry.ts'
import { distnet, distnetD3 } from '../routers/distnet.ts'
import { pastry } from '../routers/pastry.ts'
import { trustnet } from '../routers/trustnet.ts'
import type { AttackSpec, RouterSpec, RunSpec, Scenario } from '../scenario.ts'
import type { Stage } from '../world-of.ts'

export interface RoutingTerms {
  readonly policy: NodeOptions['routing']
  /** Rounds of TN-1 after the root's own ratings. */
  readonly rounds: number | undefined
  /** Parallel routes of a lookup. */
  readonly routes: number
}

/** A structural router as whole nodes have it. */
interface Played {
  readonly policy: NodeOptions['routing']
  /** What its options are where a scenario says nothing. */
  readonly defaults: object
  /** Options that whole nodes have too, and those values of them that they can take. */
  readonly takes: Readonly<Record<string, (value: unknown) => boolean>>
}

const any = (): boolean => true
const only = (wanted: unknown) => (value: unknown) => value === wanted
// Nobody hands a message along past vetoes, whatever the structural default.
const byTrust = { routes: any, pastVetoes: only(false) }
// The last mile of a live node is the global one, whatever the structural default.
const ofNote = { ...byTrust, rounds: any, lastMile: only('global') }

const played: Readonly<Record<string, Played>> = {
  pastry: { policy: 'pastry', defaults: pastry.defaults, takes: { routes: any } },
  distnet: { policy: 'distnet', defaults: distnet.defaults, takes: ofNote },
  'distnet-d3': { policy: 'distnet', defaults: distnetD3.defaults, takes: ofNote },
  trustnet: { policy: 'trustnet', defaults: trustnet.defaults, takes: byTrust },
}

const playedAs = (name: string): Played | undefined =>
  Object.hasOwn(played, name) ? played[name] : undefined

/** What whole nodes cannot play: the field of its part ('' for the whole part) and why, as a sentence. */
export interface Refusal {
  readonly field: string
  readonly why: string
}

/** What of a router no node has. Options at their defaults ask for nothing. */
export function refusedOfRouter({ name, ...options }: RouterSpec): readonly Refusal[] {
  const router = playedAs(name)
  if (router === undefined)
    return [
      {
        field: '',
        why: `the protocol engine runs whole nodes, whose routers are ${Object.keys(played).join(', ')}: run ${name} with engine structural.`,
      },
    ]
  const defaults = router.defaults as Readonly<Record<string, unknown>>
  return Object.entries(options).flatMap(([option, value]) =>
    value === defaults[option] || router.takes[option]?.(value) === true
      ? []
      : refusal(option, `whole nodes cannot route with ${option} ${JSON.stringify(value)}`),
  )
}

/** What of one attack no node can do. */
export const refusedOfAttack = ({ kind, ids }: AttackSpec): readonly Refusal[] => [
  ...(ids === 'clustered' ? refusal('ids', placed) : []),
  ...(kind === eclipse.name ? refusal('kind', placed) : []),
]

/** What beside routers and attack no node can do. */
export const refusedOfSetting = ({
  ids,
  metrics,
}: Pick<Scenario, 'ids' | 'metrics'>): readonly Refusal[] => [
  ...(ids.kind === 'uniform' ? [] : refusal('ids.kind', placed)),
  ...(metrics.length === 0 ? [] : refusal('metrics', 'metrics watch the structural engine alone')),
]

const refusal = (field: string, why: string): readonly Refusal[] => [
  { field, why: `${why}: leave it out, or run it with engine structural.` },
]

/** @throws Failure `experiment/cannot-run` with the first of some refusals */
function refuse([first]: readonly Refusal[], part: string): void {
  if (first === undefined) return
  const path = [part, first.field].filter((name) => name !== '').join('.')
  throw new Failure('experiment/cannot-run', { path, why: first.why })
}

/**
 * How whole nodes route for a router of a scenario.
 *
 * @throws Failure `experiment/cannot-run` of a router or an option that no node has
 */
export function routingOf(router: RouterSpec): RoutingTerms {
  const { name, ...options } = router
  refuse(refusedOfRouter(router), `routers ${name}`)
  const { policy, defaults: usual } = playedAs(name)!
  const defaults = usual as Readonly<Record<string, unknown>>
  const rounds = options.rounds ?? (policy === 'distnet' ? defaults.rounds : undefined)
  return {
    policy,
    rounds: typeof rounds === 'number' ? rounds : undefined,
    routes: Number(options.routes ?? policies[policy].routes),
  }
}

/** The router of a structural run that is set beside real nodes: without the help that those have not. */
export const besideNodes = (router: RouterSpec): RouterSpec =>
  played[router.name]?.takes.pastVetoes === undefined ? router : { ...router, pastVetoes: false }

/**
 * Refuses a run that whole nodes cannot play, as far as its scenario tells.
 *
 * @throws Failure `experiment/cannot-run`
 */
export function checkPlayable({ scenario, router }: Pick<RunSpec, 'scenario' | 'router'>): void {
  refuse(refusedOfRouter(router), `routers ${router.name}`)
  refuse(refusedOfSetting(scenario), '')
  refuse(partsOf(scenario.attack).flatMap(refusedOfAttack), 'attack')
}

/**
 * Refuses what the attack makes of the world, whichever it is: one of the user's own too.
 *
 * @throws Failure `experiment/cannot-run`
 */
export function checkStage({ target }: Stage): void {
  if (target !== undefined) refuse(refusal('kind', placed), 'attack')
}

const placed = 'whole nodes stand where their keys hash to, so nobody can be placed at will'
