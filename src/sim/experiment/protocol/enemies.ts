// The enemies of an experiment as wrappers of whole nodes: what an attack's behaviour says of a node,
// a lookup and a key is done by the same adversaries that a devnet runs. So both engines see the same
// deeds, message by message.
import { wordsOf } from '../../../../routing/ring.ts'
import type { NodeId, RingKey } from '../../../core/id.ts'
import type { AdversaryPorts, NodeStepper } from '../../adversary/adversary.ts'
import { honestUntilTold } from '../../adversary/by-name.ts'
import { drop, falseRoot, misroute } from '../../adversary/routes.ts'
import { poisoning } from '../../adversary/speech.ts'
import { type Behaviour, beforeLookups, type Deed, poisonsAs } from '../behaviour.ts'
import type { LookupNumbers } from './lookup-numbers.ts'

/** What it says about the ring to some peers gets lost. */
const unheard = (inner: NodeStepper, by: (peer: NodeId) => boolean): NodeStepper => ({
  step: (input, now) =>
    inner
      .step(input, now)
      .filter(
        (effect) => effect.do !== 'send' || effect.message.protocol !== 'overlay' || !by(effect.to),
      ),
})

/**
 * A node that does what the behaviour says; it joins, probes and answers like any other.
 *
 * @param joining what it does where it is asked about the ring, in a run in which nodes join again;
 *   else it poisons, where the behaviour does, or answers
 */
export function enemyNode(
  inner: NodeStepper,
  node: number,
  behaviour: Behaviour,
  numbers: LookupNumbers,
  ports: AdversaryPorts,
  joining?: Behaviour,
): NodeStepper {
  const atJoin = (peer: RingKey): Deed | undefined =>
    joining?.deed(node, beforeLookups, wordsOf(peer))
  const lies = poisonsAs(behaviour, node) || atJoin(ports.self) === 'misroute'
  const told = lies
    ? poisoning(inner, ports, honestUntilTold)
    : joining === undefined
      ? inner
      : unheard(inner, (peer) => atJoin(peer) === 'drop')
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
      // Who was silent at joins too has left: not even a receipt comes.
      if (deed === 'drop') return atJoin(message.key) === 'drop' ? [] : silent.step(input, now)
      return behaviour.claimsRoot(node, key) ? claiming.step(input, now) : lying.step(input, now)
    },
  }
}
