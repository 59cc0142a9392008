// What of a scenario whole nodes can play. The policies of the live node have few of the options that
// structural routers have, and nodes join once: whatever a scenario asks for beyond that is refused by
// name, since a figure of something else would be worse than none.
import { policies } from '../../../../routing/policy.ts'
import { Failure } from '../../../core/failure.ts'
import type { NodeOptions } from '../../../node/node-ports.ts'
import { partsOf } from '../registry.ts'
import { distnet, distnetD3 } from '../routers/distnet.ts'
import { pastry } from '../routers/pastry.ts'
import { trustnet } from '../routers/trustnet.ts'
import type { RouterSpec, RunSpec } from '../scenario.ts'
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
// The last mile of a live node is the global one, whatever the structural default.
const ofNote = { rounds: any, lastMile: (value: unknown) => value === 'global' }

const played: Readonly<Record<string, Played>> = {
  pastry: { policy: 'pastry', defaults: pastry.defaults, takes: { routes: any } },
  distnet: { policy: 'distnet', defaults: distnet.defaults, takes: { routes: any, ...ofNote } },
  'distnet-d3': {
    policy: 'distnet',
    defaults: distnetD3.defaults,
    takes: { routes: any, ...ofNote },
  },
  trustnet: { policy: 'trustnet', defaults: trustnet.defaults, takes: { routes: any } },
}

/**
 * How whole nodes route for a router of a scenario. Options at their defaults ask for nothing.
 *
 * @throws Failure `experiment/cannot-run` of a router or an option that no node has
 */
export function routingOf({ name, ...options }: RouterSpec): RoutingTerms {
  const router = Object.hasOwn(played, name) ? played[name] : undefined
  if (router === undefined)
    throw new Failure('experiment/cannot-run', {
      path: `routers ${name}`,
      why: `the protocol engine runs whole nodes, whose routers are ${Object.keys(played).join(', ')}: run ${name} with engine structural.`,
    })
  const { policy, takes } = router
  const defaults = router.defaults as Readonly<Record<string, unknown>>
  for (const [option, value] of Object.entries(options))
    if (value !== defaults[option] && takes[option]?.(value) !== true)
      refuse(
        `routers ${name}.${option}`,
        `whole nodes cannot route with ${option} ${JSON.stringify(value)}`,
      )
  const rounds = options.rounds ?? (policy === 'distnet' ? defaults.rounds : undefined)
  return {
    policy,
    rounds: typeof rounds === 'number' ? rounds : undefined,
    routes: Number(options.routes ?? policies[policy].routes),
  }
}

/**
 * Refuses a run that whole nodes cannot play, as far as its scenario tells.
 *
 * @throws Failure `experiment/cannot-run`
 */
export function checkPlayable({ scenario, router }: Pick<RunSpec, 'scenario' | 'router'>): void {
  const { ids, attack, metrics } = scenario
  routingOf(router)
  if (ids.kind !== 'uniform') refuse('ids.kind', placed)
  if (partsOf(attack).some((part) => part.ids === 'clustered')) refuse('attack.ids', placed)
  if (metrics.length > 0) refuse('metrics', 'metrics watch the structural engine alone')
}

/**
 * Refuses what the attack makes of the world, whichever it is: one of the user's own too.
 *
 * @throws Failure `experiment/cannot-run`
 */
export function checkStage({ target, rejoins }: Stage): void {
  if (target !== undefined) refuse('attack.kind', placed)
  if (rejoins.some(({ rounds, share }) => rounds > 0 && share > 0))
    refuse('attack.rounds', 'whole nodes begin with their tables, and nobody joins again')
}

const placed = 'whole nodes stand where their keys hash to, so nobody can be placed at will'

function refuse(path: string, why: string): never {
  throw new Failure('experiment/cannot-run', {
    path,
    why: `${why}: leave it out, or run it with engine structural.`,
  })
}
