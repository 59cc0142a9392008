// Which lookup of the run a message belongs to: an enemy that turns late, or serves now and then, must
// know, and messages do not say. Two lookups may share a key, so it goes by the route's id: the origin
// draws a new one for each lookup and sends it out at once.
import type { RouteId } from '../../../../routing/message.ts'
import type { NodeId } from '../../../core/id.ts'
import type { Effect } from '../../../core/machine.ts'
import type { NodeMessage } from '../../../node/message.ts'
import { beforeLookups } from '../behaviour.ts'

export class LookupNumbers {
  readonly #ofRoute = new Map<RouteId, number>()
  /** The lookup that each node was told last. */
  readonly #latest = new Map<NodeId, number>()

  /** A node is told to look something up now: the next new route of its own is for that. */
  asked(by: NodeId, number: number): void {
    this.#latest.set(by, number)
  }

  /** Something leaves a node. */
  left(node: NodeId, effect: Effect<NodeMessage, unknown>): void {
    if (effect.do !== 'send' || effect.message.protocol !== 'routing') return
    const { message } = effect.message
    if (message.say !== 'route' || message.origin !== node || this.#ofRoute.has(message.routeId))
      return
    this.#ofRoute.set(message.routeId, this.#latest.get(node) ?? beforeLookups)
  }

  /** The number of a route's lookup; `beforeLookups` of a route that is for none. */
  of(route: RouteId): number {
    return this.#ofRoute.get(route) ?? beforeLookups
  }
}
