// The enemies of an experiment as wrappers of whole nodes: what an attack's behaviour says of a node,
// a lookup and a key is done by the same adversaries that a devnet runs. So both engines see the same
// deeds, message by message.
import { wordsOf } from '../../../../routing/ring.ts'
import type { AdversaryPorts, NodeStepper } from '../../adversary/adversary.ts'
import { honestUntilTold } from '../../adversary/by-name.ts'
import { drop, falseRoot, misroute } from '../../adversary/routes.ts'
import { poisoning } from '../../adversary/speech.ts'
import type { Behaviour } from '../behaviour.ts'
import type { LookupNumbers } from './lookup-numbers.ts'

/** A node that does what the behaviour says; it joins, probes and answers like any other. */
export function enemyNode(
  inner: NodeStepper,
  node: number,
  behaviour: Behaviour,
  numbers: LookupNumbers,
  ports: AdversaryPorts,
): NodeStepper {
  const told = behaviour.poisons ? poisoning(inner, ports, honestUntilTold) : inner
  const silent = drop(told, ports, honestUntilTold)
  const claiming = falseRoot(told, ports, honestUntilTold)
  const lying = misroute(told, ports, honestUntilTold)
  return {
    step(input, now) {
      if (input.on !== 'message' || input.message.protocol !== 'routing')
        return told.step(input, now)
      const { message } = input.message
      // Answers to what a misrouter handed on go back through it.
      if (message.say !== 'route') return lying.step(input, now)
      const key = wordsOf(message.key)
      const deed = behaviour.deed(node, numbers.of(message.routeId), key)
      if (deed === 'serve') return told.step(input, now)
      if (deed === 'drop') return silent.step(input, now)
      return behaviour.claimsRoot(node, key) ? claiming.step(input, now) : lying.step(input, now)
    },
  }
}
