// One lookup or send of our own while it runs.
import type { Millis, NodeId, RingKey } from '../src/core/id.ts'
import type { CommandId } from '../src/core/machine.ts'
import type { FailedWhy, RouteId } from './message.ts'
import type { Proofs } from './proofs.ts'
import type { Found } from './quest-answer.ts'

export interface Quest {
  readonly id: CommandId
  readonly routeId: RouteId
  readonly key: RingKey
  readonly overlay: string
  readonly data: Uint8Array | null
  readonly routes: number
  readonly since: Millis
  readonly firstHops: Set<NodeId>
  readonly running: Set<number>
  readonly found: Found[]
  readonly proofs: Proofs
  attempts: number
  /** Routes by the tables alone, where no trusted ones run. */
  plainRoutes: number
  /** The first friend of each trusted route, or the node itself where it begins here; the retry has none. */
  readonly voters: Map<number, NodeId>
  /** A plain route ran beside the trusted ones. */
  hadBeside: boolean
  /** What runs is the second try, or all that was asked for. */
  retried: boolean
  liedTo: boolean
  /** The first proof is here, and the others have a little longer. */
  hasGrace: boolean
  /** True while routes are being started: their immediate failures are judged afterwards. */
  launching: boolean
  why: FailedWhy
}

/** What is known of it at the start. */
export type Asked = Pick<
  Quest,
  'id' | 'routeId' | 'key' | 'overlay' | 'data' | 'routes' | 'since' | 'proofs' | 'retried'
>

export const openQuest = (asked: Asked): Quest => ({
  ...asked,
  ...{ firstHops: new Set(), running: new Set(), found: [], voters: new Map() },
  ...{ attempts: 0, plainRoutes: 0, hadBeside: false },
  ...{ liedTo: false, hasGrace: false, launching: false, why: 'stuck' },
})

/** The timer of a quest; its route id follows the prefix. */
export const questPrefix = 'router/quest/'
export const questTimer = ({ routeId }: Quest): string => `${questPrefix}${routeId}`
