// The signatures that come back to one lookup. Its routes mostly end at the same nodes, which sign the
// same words for each of them: every signature is verified once.
import { hex } from '../src/core/bytes.ts'
import type { ChainId, NodeId } from '../src/core/id.ts'
import type { Verify } from '../src/core/signature.ts'
import { type Delivery, provenRoot, provenWitness } from './delivery.ts'
import type { ResultMessage, Witness } from './message.ts'

/** A node that signed, if it did, and whether the route vouches for it as the root. */
export interface Judged {
  readonly root: NodeId | undefined
  readonly isNamed: boolean
  /** Hops behind the end of the way that the result tells. */
  readonly beyond: number
}

export class Proofs {
  readonly #self: NodeId
  readonly #prove: (witness: Witness) => NodeId | undefined

  constructor(self: NodeId, chainId: ChainId, delivery: Delivery, verify: Verify) {
    this.#self = self
    const known = new Map<string, NodeId>()
    this.#prove = (witness) => {
      const spelled = hex(witness.rootKey) + hex(witness.signature)
      const proven = known.get(spelled) ?? provenWitness(chainId, delivery, witness, verify)
      if (proven !== undefined) known.set(spelled, proven)
      return proven
    }
  }

  /** Everybody whom a route's result names. */
  of(result: ResultMessage): Judged[] {
    // What ends here without a hop needs no proof to ourselves.
    const isOwn = result.trace.length === 0
    const root = isOwn ? this.#self : provenRoot(result, this.#prove)
    const others = (result.others ?? []).map((one) => ({
      ...{ root: this.#prove(one), isNamed: one.trusted, beyond: one.beyond },
    }))
    return [{ root, isNamed: true, beyond: 0 }, ...others]
  }
}
