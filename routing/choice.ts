// Where a relay sends what passes through it: by the trusted part first, then by the tables; the last hop
// of a fallback route goes to several leaves: where the nearest of all drops, the next has it too.
import type { NodeId } from '../src/core/id.ts'
import { hopsMax } from '../src/core/limits.ts'
import type { Standing } from './next-hop.ts'
import type { Pass } from './pass.ts'
import type { Hop } from './peer-ports.ts'
import type { RoutingState } from './routing-state.ts'

/**
 * The next hop of a pass, or hops; its phase goes on to `global` where trust has nobody to name.
 *
 * @param standing what may be done with a node for this pass
 * @returns `had-it`: the root is, for all that is known here, a node that had the message already
 */
export function chooseHop(
  state: RoutingState,
  pass: Pass,
  standing: (node: NodeId) => Standing,
): Hop | 'had-it' {
  const { key, overlay, visited } = pass.route
  if (pass.phase === 'overlay' && state.policy.trustedPart) {
    const trusted = state.trusted.choose(pass.route, standing, pass.upstream.length === 0)
    if (trusted !== undefined) return trusted
    pass.phase = 'global'
  }
  const leaves = leavesAround(state, pass, standing)
  if (leaves.length > 1) {
    pass.wentAround = true
    // Nobody vouches for them.
    return { go: 'fan-out', to: [], further: leaves }
  }
  const isLast = pass.phase === 'leaf-set'
  if (isLast && visited.includes(state.leafRoot(key, standing))) return 'had-it'
  return state.next(key, overlay, pass.phase, standing)
}

/**
 * To whom a fallback route is delivered from here, nearest to the key first. The origin sends each of its
 * routes over another first hop instead: all would end alike.
 */
function leavesAround(
  state: RoutingState,
  { route, upstream, wentAround }: Pass,
  standing: (node: NodeId) => Standing,
): readonly NodeId[] {
  const most = state.policy.trustedPart?.fallbackTo ?? 1
  const isOrigin = upstream.length === 0
  if (route.around !== true || route.data !== null || wentAround || isOrigin) return []
  // Nobody could be sent it any more: a dead end, not the answer of whoever stands here.
  if (route.trace.length >= hopsMax) return []
  return most < 2 ? [] : state.leavesAround(route.key, most, standing)
}
