// An adversary as a wrapper of the simulated world, which knows nodes with a gate.
import type { NodeMessage } from '../../node/message.ts'
import type { NodeCommand } from '../../node/node-ports.ts'
import type { SimulatedNode, Wrapper } from '../simulated-node.ts'
import type { AdversaryPorts, NodeStepper } from './adversary.ts'
import { type NodeAdversary, turned } from './by-name.ts'

type WholeNode = SimulatedNode<NodeMessage, NodeCommand>

/** Wraps what a whole node does; its gate stays its own. */
export function withGate(inner: WholeNode, wrap: (inner: NodeStepper) => NodeStepper): WholeNode {
  // Whole nodes tell NodeEvents; the world does not look at them.
  const wrapped = wrap(inner as unknown as NodeStepper)
  return {
    step: (input, now) => wrapped.step(input, now),
    refuses: (peer) => inner.refuses(peer),
  }
}

/** For `World.wrap` around whole nodes; the world hands in the dice of each node. */
export const inWorld =
  (
    adversary: NodeAdversary,
    ports: Omit<AdversaryPorts, 'random'>,
  ): Wrapper<NodeMessage, NodeCommand> =>
  (inner, { random }) =>
    withGate(inner, (stepper) => turned(stepper, adversary, { ...ports, random }))
