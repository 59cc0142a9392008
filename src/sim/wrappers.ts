// The plainest faults as wrappers: messages that vanish in a node, and a node that falls silent.
// They filter what the inner machine hears and asks for; the machine itself is untouched.
import type { NodeId } from '../core/id.ts'
import type { Wrapper } from './simulated-node.ts'

/** Picks messages: `peer` is the sender of what comes 'in' and the target of what goes 'out'. */
export type MessagePredicate<M> = (message: M, peer: NodeId, way: 'in' | 'out') => boolean

/** Loses the messages that the predicate picks, without a trace: no error, no `dropped`. */
export const drop =
  <M, C = never>(picks: MessagePredicate<M>): Wrapper<M, C> =>
  (inner) => ({
    step(input, now) {
      if (input.on === 'message' && picks(input.message, input.from, 'in')) return []
      return inner
        .step(input, now)
        .filter((effect) => effect.do !== 'send' || !picks(effect.message, effect.to, 'out'))
    },
    refuses: (peer) => inner.refuses(peer),
  })

/** Hears everything and says nothing: the hardest crash to tell from a slow node. */
export const silence = <M, C = never>(): Wrapper<M, C> =>
  drop((_message, _peer, way) => way === 'out')
