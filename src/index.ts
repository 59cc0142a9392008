// The public API of the package (docs/embedding.md). What is exported here and not called experimental
// keeps its meaning within a minor version while the major is 0, and within a major version from 1 on;
// nothing else of the package can be imported.

export type { OverlayPolicy, PolicyFactory } from '../overlay/policy/policy.ts'
export { RatingGraph } from '../trustchain/graph/rating-graph.ts'
export { TrustBook } from '../trustchain/graph/trust-book.ts'
export { TrustFromRoot } from '../trustchain/graph/trust-from-root.ts'
export { readRatings } from '../trustchain/rating-file/rating-reader.ts'
export { type ApiClient, apiClient } from './api/client.ts'
export type { EventView, PeerView, RouteView } from './api/service.ts'
export { Failure, type FailureCode } from './core/failure.ts'
export { type NodeId, nodeIdOf, type RingKey, ringKeyOf } from './core/id.ts'
export { seededRandom } from './core/random.ts'
export { formatTrust, ONE, parseTrust, type Trust } from './core/trust.ts'
export type { AppMessage } from './embed/app-message.ts'
export type { FeedOptions, PutOptions, RatingOptions, RouteOptions } from './embed/asking.ts'
export { createNode } from './embed/create-node.ts'
export type { TrustnetNode } from './embed/embedded-node.ts'
export type { Feed } from './embed/feed.ts'
export type { CreateNodeOptions } from './embed/options.ts'
export { NodeMachine } from './node/node-machine.ts'
export { World } from './sim/world.ts'
