// Attacks by what a node says or does not say: silence, and poisoned answers about who there is.
import type { OverlayMessage, Sighting } from '../../../overlay/message.ts'
import { compareNearness, sharedDigits, wordsOf } from '../../../routing/ring.ts'
import type { Contact } from '../../core/contact.ts'
import type { NodeId, RingKey } from '../../core/id.ts'
import { contactsPerMessageMax, leavesPerSide } from '../../core/limits.ts'
import type { NodeEffect, NodeInput } from '../../node/node-machine.ts'
import type { Adversary } from './adversary.ts'
import { TriggerState } from './trigger.ts'

/** Hears everything and says nothing: the hardest crash to tell from a slow node. */
export const silence: Adversary = (inner, ports, options) => {
  const trigger = new TriggerState(options, ports.random)
  return {
    step(input, now) {
      trigger.isOn(now)
      return inner
        .step(input, now)
        .filter((effect) => effect.do !== 'send' || !trigger.picksPeer(effect.to, now))
    },
  }
}

/** Names accomplices, and nobody else, to whoever asks or is told who there is. */
export const poisoning: Adversary = (inner, ports, options) => {
  const trigger = new TriggerState(options, ports.random)
  const isOurs = new Set([ports.self, ...ports.accomplices.map(({ nodeId }) => nodeId)])
  /** As the accomplices signed them: a made-up contact would not be believed. */
  const contacts = new Map<NodeId, Contact>()
  for (const { nodeId, contact } of ports.accomplices)
    if (contact !== undefined && nodeId !== ports.self) contacts.set(nodeId, contact)
  const poisoned = (effect: NodeEffect, input: NodeInput): NodeEffect => {
    if (effect.do !== 'send' || effect.message.protocol !== 'overlay') return effect
    const { message } = effect.message
    if (message.say !== 'near' && message.say !== 'leaf-set') return effect
    const own = message.sightings.filter(({ contact }) => contact.nodeId === ports.self)
    const lies = tempting(contacts, askedIn(input) ?? effect.to)
      .filter(({ nodeId }) => nodeId !== effect.to)
      .map((contact): Sighting => ({ contact, age: 0 }))
    const sightings = [...own, ...lies].slice(0, contactsPerMessageMax)
    return { ...effect, message: { protocol: 'overlay', message: { ...message, sightings } } }
  }
  return {
    step(input, now) {
      trigger.isOn(now)
      for (const contact of contactsIn(input))
        if (isOurs.has(contact.nodeId) && contact.nodeId !== ports.self) {
          const known = contacts.get(contact.nodeId)
          if (known === undefined || known.seq < contact.seq) contacts.set(contact.nodeId, contact)
        }
      return inner
        .step(input, now)
        .map((effect) =>
          effect.do === 'send' && !isOurs.has(effect.to) && trigger.picksPeer(effect.to, now)
            ? poisoned(effect, input)
            : effect,
        )
    },
  }
}

/** The position that an input asks about. */
const askedIn = (input: NodeInput): RingKey | undefined =>
  input.on === 'message' &&
  input.message.protocol === 'overlay' &&
  input.message.message.say === 'near-request'
    ? input.message.message.position
    : undefined

/**
 * All of these, those first that take most places of a node at the position: a leaf set of the nearest,
 * then the nearest for each slot of a table (Castro et al. 2002, section 4).
 */
function tempting(contacts: ReadonlyMap<NodeId, Contact>, position: RingKey): readonly Contact[] {
  const target = wordsOf(position)
  const placed = [...contacts.values()].map((contact) => ({
    contact,
    words: wordsOf(contact.nodeId),
  }))
  placed.sort((a, b) => compareNearness(a.words, 0, b.words, 0, target, 0))
  const nearest = placed.map(({ contact }) => contact)
  const leaves = nearest.splice(0, 2 * leavesPerSide)
  const slots = new Map<string, Contact>()
  for (const contact of nearest) {
    const slot = contact.nodeId.slice(0, sharedDigits(contact.nodeId, position) + 1)
    if (!slots.has(slot)) slots.set(slot, contact)
  }
  return [...new Set([...leaves, ...slots.values(), ...nearest])]
}

/** Whom an input names: a greeting's sender, and everybody whom an answer about the ring names. */
export function contactsIn(input: NodeInput): readonly Contact[] {
  if (input.on !== 'message' || input.message.protocol !== 'overlay') return []
  const message: OverlayMessage = input.message.message
  switch (message.say) {
    case 'hello':
      return [message.contact]
    case 'near':
    case 'leaf-set':
    case 'goodbye':
      return message.sightings.map(({ contact }) => contact)
    case 'near-request':
    case 'probe':
    case 'probe-reply':
      return []
  }
}
