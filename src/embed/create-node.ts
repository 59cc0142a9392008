// Starts a node inside another program, by the same wiring as `trustnet node start`.
import { Failure } from '../core/failure.ts'
import { startNode, startNodeInMemory } from '../runtime/running-node.ts'
import { TrustnetNode } from './embedded-node.ts'
import { type CreateNodeOptions, settingsOf } from './options.ts'

/**
 * Starts a node and returns once it listens. Joining goes on behind: `events()` tells of it.
 *
 * @throws Failure that says why it cannot: `home/locked`, `transport/cannot-listen`, `invite/…`,
 *   `node/malformed-…`, `overlay/…`, `store/…`
 * @stability stable
 * @example
 * await using node = await createNode({ join: invite, owner: 'ada' })
 * await node.setTrust(friend, 0.9)
 */
export async function createNode(options: CreateNodeOptions = {}): Promise<TrustnetNode> {
  const { home, engine } = options
  const settings = settingsOf(options)
  if (home === undefined && engine !== undefined)
    throw new Failure('store/engine-without-home', { engine })
  if (home === undefined) return new TrustnetNode(await startNodeInMemory(settings))
  const atHome = { ...settings, home, ...(engine === undefined ? {} : { engine }) }
  return new TrustnetNode(await startNode(atHome))
}
