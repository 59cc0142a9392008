// Attacks on messages under way: they vanish (drop), are handed to an accomplice (misroute), or are
// answered as if this node were the root (false root). The node is alive and well otherwise: it
// joins, answers probes, and its own lookups go out like anybody's.
import { signDelivery } from '../../../routing/delivery.ts'
import {
  type ResultMessage,
  type RouteMessage,
  type RoutingMessage,
  routeMessagesMax,
} from '../../../routing/message.ts'
import { compareNearness, Ring, wordsOf } from '../../../routing/ring.ts'
import type { Millis, NodeId, RingKey } from '../../core/id.ts'
import { hopsMax } from '../../core/limits.ts'
import type { NodeEffect } from '../../node/node-machine.ts'
import { Nearest } from '../experiment/nearest.ts'
import type { Accomplice, Adversary, AdversaryPorts, NodeStepper } from './adversary.ts'
import { TriggerState } from './trigger.ts'

/** Routes that a misrouter remembers, so as to hand answers back; the oldest gives way. */
const passesMax = 20_000

const send = (to: NodeId, message: RoutingMessage): NodeEffect => ({
  do: 'send',
  to,
  message: { protocol: 'routing', message },
})

const receipt = (to: NodeId, { routeId, attempt }: RouteMessage): NodeEffect =>
  send(to, { say: 'receipt', routeId, attempt })

/** The root's answer, truly signed by one that is not the root. */
function claim(route: RouteMessage, { chainId, signer }: AdversaryPorts): ResultMessage {
  return {
    say: 'result',
    routeId: route.routeId,
    attempt: route.attempt,
    rootKey: signer.publicKey,
    signature: signDelivery(chainId, route, signer),
    trace: route.trace,
    messages: 1,
  }
}

/** Takes the routes that the trigger picks away from the honest node. */
function instead(
  inner: NodeStepper,
  trigger: TriggerState,
  act: (from: NodeId, route: RouteMessage) => readonly NodeEffect[],
): NodeStepper {
  return {
    step(input, now) {
      trigger.isOn(now)
      if (input.on !== 'message' || input.message.protocol !== 'routing')
        return inner.step(input, now)
      const { message } = input.message
      if (message.say !== 'route' || !trigger.picksRoute(message, now))
        return inner.step(input, now)
      return act(input.from, message)
    },
  }
}

/** Messages to be passed on vanish. By default it says "I have it" first, so that nobody tries another way. */
export const drop: Adversary = (inner, ports, options) =>
  instead(inner, new TriggerState(options, ports.random), (from, route) =>
    options.receipts ? [receipt(from, route)] : [],
  )

/** Answers as the root of every key. */
export const falseRoot: Adversary = (inner, ports, options) =>
  instead(inner, new TriggerState(options, ports.random), (from, route) => [
    send(from, claim(route, ports)),
  ])

/** Hands messages to the accomplice nearest to the key; who is that itself answers as the root. */
export const misroute: Adversary = (inner, ports, options) => {
  const passes = new Map<string, NodeId>()
  const hand = (from: NodeId, route: RouteMessage): readonly NodeEffect[] => {
    const to = nearestOf(ports, route.key)
    const isKnown = route.trace.some((hop) => hop.to === to)
    if (to === ports.self || isKnown || route.trace.length >= hopsMax)
      return [send(from, claim(route, ports))]
    const pass = `${route.routeId}/${route.attempt}`
    const [oldest] = passes.keys()
    if (passes.size >= passesMax && oldest !== undefined) passes.delete(oldest)
    passes.set(pass, from)
    const trace = [...route.trace, { to, by: 'leaf-set', prefix: 0, trust: 0 } as const]
    return [receipt(from, route), send(to, { ...route, phase: 'leaf-set', trace })]
  }
  const attacked = instead(inner, new TriggerState(options, ports.random), hand)
  return {
    step(input, now: Millis) {
      if (input.on === 'message' && input.message.protocol === 'routing') {
        const { message } = input.message
        const upstream = passes.get(`${message.routeId}/${message.attempt}`)
        if (upstream !== undefined && message.say === 'result') {
          const messages = Math.min(routeMessagesMax, message.messages + 3)
          return [send(upstream, { ...message, messages })]
        }
        if (upstream !== undefined && message.say !== 'route') return []
      }
      return attacked.step(input, now)
    },
  }
}

/** The accomplices by position, made once for each list of them. */
const byPosition = new WeakMap<readonly Accomplice[], { ring: Ring; nearest: Nearest }>()

/** This node or the accomplice that is nearest to a key. */
function nearestOf({ self, accomplices }: AdversaryPorts, key: RingKey): NodeId {
  let found = byPosition.get(accomplices)
  if (found === undefined) {
    const ring = new Ring(accomplices.length)
    const numbers = accomplices.map(({ nodeId }) => ring.intern(nodeId))
    found = { ring, nearest: new Nearest(ring, numbers) }
    byPosition.set(accomplices, found)
  }
  const target = wordsOf(key)
  const other = found.nearest.to(target)
  if (other === -1) return self
  const id = found.ring.id(other)
  return compareNearness(wordsOf(id), 0, wordsOf(self), 0, target, 0) < 0 ? id : self
}
