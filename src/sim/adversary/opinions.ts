// Attacks by ratings, made as the local user would make them: slander rates honest nodes -1, collusion
// rates the accomplices 1. A wrapper learns keys of others from the greetings that its node hears.
// Who rates somebody negative is not spoken to any more: a slanderer spares the first node that it
// meets, or nobody would be left to carry its word.
import type { Millis, NodeId, PublicKey } from '../../core/id.ts'
import { ONE, type Trust } from '../../core/trust.ts'
import type { NodeEffect } from '../../node/node-machine.ts'
import type { Adversary, AdversaryPorts, NodeStepper } from './adversary.ts'
import { contactsIn } from './speech.ts'
import { type Trigger, TriggerState } from './trigger.ts'

/** Its own timer; no machine of a node has one of this name. */
const timer = 'adversary/rate'

/** It looks for somebody new to rate so often. */
const rateEvery: Millis = 2_000

/** Ratings a round: an author may make only so many a block (limits.ts). */
const ratingsPerRound = 16

/** Answers to commands below zero are for nobody (siblings.ts); a policy's own begin at -1. */
const firstCommand = -1_000_000_000

/** Slandered peers at most, so that a long run stays bounded. */
const ratedMax = 4_096

/** Rates, round by round, whoever is in `targets` and was not yet rated. */
function rater(
  inner: NodeStepper,
  ports: AdversaryPorts,
  options: Trigger,
  value: number,
  targets: Map<NodeId, PublicKey>,
  learns: boolean,
): NodeStepper {
  const trigger = new TriggerState(options, ports.random)
  const ours = new Set([ports.self, ...ports.accomplices.map(({ nodeId }) => nodeId)])
  const rated = new Set<NodeId>()
  let command = firstCommand
  let carrier: NodeId | undefined
  const rateRound = (now: Millis): readonly NodeEffect[] => {
    const effects: NodeEffect[] = [{ do: 'schedule', timer, after: rateEvery }]
    if (!trigger.isOn(now)) return effects
    const fresh = [...targets].filter(([node]) => !rated.has(node)).slice(0, ratingsPerRound)
    for (const [node, subject] of fresh) {
      const isPicked = trigger.picksPeer(node, now)
      // Whom a growing attack spares now it meets again in the next round.
      if (isPicked || !trigger.isGrowing(now)) rated.add(node)
      if (!isPicked) continue
      const rating = { overlay: ports.overlay, subject, value: value as Trust }
      const order = { command: 'rate', ...rating } as const
      effects.push(...inner.step({ on: 'command', id: --command, command: order }, now))
    }
    return effects
  }
  return {
    step(input, now) {
      trigger.isOn(now)
      if (learns && targets.size < ratedMax)
        for (const { nodeId, publicKey } of contactsIn(input)) {
          if (ours.has(nodeId)) continue
          carrier ??= nodeId
          if (nodeId !== carrier) targets.set(nodeId, publicKey)
        }
      if (input.on === 'timer' && input.timer === timer) return rateRound(now)
      const effects = inner.step(input, now)
      return input.on === 'start' ? [...effects, { do: 'schedule', timer, after: 1 }] : effects
    },
  }
}

/** Rates every honest node that it meets -1, but the first. */
export const slander: Adversary = (inner, ports, options) =>
  rater(inner, ports, options, -ONE, new Map(), true)

/** Rates its accomplices 1. */
export const collusion: Adversary = (inner, ports, options) => {
  const targets = ports.accomplices
    .filter(({ nodeId }) => nodeId !== ports.self)
    .map(({ nodeId, publicKey }) => [nodeId, publicKey] as const)
  return rater(inner, ports, options, ONE, new Map(targets), false)
}
