// What an adversary is: a wrapper that makes of an honest node one that attacks. It sees the node's
// inputs and its effects and nothing inside; the same wrapper runs in the simulated world and around
// the machine of a live devnet node. A seed and a trigger (trigger.ts) decide when it acts.
import type { Contact } from '../../core/contact.ts'
import type { ChainId, NodeId, PublicKey } from '../../core/id.ts'
import type { Machine } from '../../core/machine.ts'
import type { Random } from '../../core/random.ts'
import type { Signer } from '../../core/signature.ts'
import type { NodeEffect, NodeInput } from '../../node/node-machine.ts'
import type { Trigger } from './trigger.ts'

/** A whole node as its host drives it. */
export type NodeStepper = Machine<NodeInput, NodeEffect>

/** A node of the same attacker. */
export interface Accomplice {
  readonly nodeId: NodeId
  readonly publicKey: PublicKey
  /** As it signed it, where the attacker's nodes tell one another before they start. */
  readonly contact?: Contact
}

/** What the attacker has: the key of its node, dice, and its other nodes. */
export interface AdversaryPorts {
  readonly self: NodeId
  readonly signer: Signer
  readonly chainId: ChainId
  readonly random: Random
  /** The attacker's nodes; this one may be among them. One list for all of them, where there are many. */
  readonly accomplices: readonly Accomplice[]
  /** Where it rates, if it rates. */
  readonly overlay: string
}

/** How an attack is tuned beyond its trigger. */
export interface AdversaryOptions extends Trigger {
  /** Does a dropper acknowledge what it drops? Silent, it is noticed a second later, and passed by. @default true */
  readonly receipts: boolean
  /** What a camouflaged node turns to. @default 'misroute' */
  readonly turnsTo: 'drop' | 'misroute' | 'false-root'
}

export type Adversary = (
  inner: NodeStepper,
  ports: AdversaryPorts,
  options: AdversaryOptions,
) => NodeStepper
