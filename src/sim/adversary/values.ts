// An attack on values kept for others: what is given to this node is acknowledged and forgotten, and
// what it is asked for it has never had. Lying about a value itself would be found out at once.
import type { ValuesMessage } from '../../../overlay/values/message.ts'
import type { NodeId } from '../../core/id.ts'
import type { NodeEffect } from '../../node/node-machine.ts'
import type { Adversary } from './adversary.ts'
import { TriggerState } from './trigger.ts'

const send = (to: NodeId, message: ValuesMessage): readonly NodeEffect[] => [
  { do: 'send', to, message: { protocol: 'values', message } },
]

export const withhold: Adversary = (inner, ports, options) => {
  const trigger = new TriggerState(options, ports.random)
  return {
    step(input, now) {
      trigger.isOn(now)
      if (input.on !== 'message' || input.message.protocol !== 'values')
        return inner.step(input, now)
      const { from } = input
      const { message } = input.message
      if (!trigger.picksPeer(from, now)) return inner.step(input, now)
      switch (message.say) {
        case 'store':
          return send(from, { say: 'stored', nonce: message.nonce })
        case 'find':
          return send(from, { say: 'found', nonce: message.nonce, value: undefined, contacts: [] })
        case 'offer':
          return []
        default:
          return inner.step(input, now)
      }
    },
  }
}
