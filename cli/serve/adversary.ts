// Makes of a node that is about to start one that attacks: the wrapper of src/sim/adversary around its
// machine, the very one that the simulator runs.
import { Failure } from '../../src/core/failure.ts'
import { type ChainId, type NodeId, nodeIdOf, publicKeyOfPeerId } from '../../src/core/id.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Signer } from '../../src/core/signature.ts'

type NodeStepper = import('../../src/sim/adversary/adversary.ts').NodeStepper

/** What the node hands over when its machine is made. */
interface Own {
  readonly nodeId: NodeId
  readonly signer: Signer
  readonly chainId: ChainId
}

/**
 * The setting `around` of the runtime.
 *
 * @param text as `devnet up` formats it
 * @param accomplices PeerIds of the attacker's nodes, this one among them
 * @throws Failure `devnet/bad-adversary`, `peer/malformed-id`
 */
export async function aroundMachine(
  text: string,
  accomplices: readonly string[],
  overlay: string,
): Promise<(machine: NodeStepper, own: Own) => NodeStepper> {
  const { parseAdversary, turned } = await import('../../src/sim/adversary/by-name.ts')
  const parsed = parseAdversary(text)
  if (!parsed.ok) throw new Failure('devnet/bad-adversary', { text, why: parsed.why })
  const { spec } = parsed
  const keys = accomplices.map(publicKeyOfPeerId)
  const named = keys.map((publicKey) => ({ nodeId: nodeIdOf(publicKey), publicKey }))
  return (machine, { nodeId, signer, chainId }) => {
    // Nodes of one spec must not all roll the same.
    const random = seededRandom(spec.seed ^ Number.parseInt(nodeId.slice(0, 8), 16))
    const ports = { self: nodeId, signer, chainId, random, overlay, accomplices: named }
    return turned(machine, spec, ports)
  }
}
