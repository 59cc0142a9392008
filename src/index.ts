// The public API of the package: what a program imports that computes trust, reads ratings or simulates
// networks. Running a node from a program is not promised yet; the command line is.

export type { OverlayPolicy, PolicyFactory } from '../overlay/policy/policy.ts'
export { RatingGraph } from '../trustchain/graph/rating-graph.ts'
export { TrustBook } from '../trustchain/graph/trust-book.ts'
export { TrustFromRoot } from '../trustchain/graph/trust-from-root.ts'
export { readRatings } from '../trustchain/rating-file/rating-reader.ts'
export { Failure } from './core/failure.ts'
export { type NodeId, nodeIdOf, type RingKey, ringKeyOf } from './core/id.ts'
export { seededRandom } from './core/random.ts'
export { formatTrust, ONE, parseTrust, type Trust } from './core/trust.ts'
export { NodeMachine } from './node/node-machine.ts'
export { World } from './sim/world.ts'
