// The sibling machines of one node: which of them hears an input, what leaves the node of what they
// ask, and who is told of what they note. What a note means for the others is node-machine.ts's.
import type { ConsensusMessage } from '../../consensus/message.ts'
import type { Membership } from '../../overlay/membership.ts'
import type { MembershipNote } from '../../overlay/membership-ports.ts'
import type { OverlayMessage } from '../../overlay/message.ts'
import type { ValuesBlame, ValuesMessage } from '../../overlay/values/message.ts'
import type { ValuesMachine } from '../../overlay/values/values-machine.ts'
import type { RouterNote, RoutingMessage } from '../../routing/message.ts'
import type { RouterMachine } from '../../routing/router.ts'
import type { TrustchainMachine } from '../../trustchain/exchange.ts'
import type { TrustchainMessage, TrustchainNote } from '../../trustchain/message.ts'
import { unreachable } from '../core/assert.ts'
import type { Millis, NodeId } from '../core/id.ts'
import type { Effect, Input } from '../core/machine.ts'
import type { Finality, FinalityNote } from './finality.ts'
import type { NodeMessage, Protocol } from './message.ts'
import type { NodeEvent } from './node-ports.ts'
import type { Parts } from './parts.ts'
import { lookupFor, routedFor } from './values-routes.ts'

/** Told what the siblings note. */
export interface Notes {
  readonly membership: (note: MembershipNote, now: Millis) => void
  readonly trustchain: (note: TrustchainNote, now: Millis) => void
  readonly router: (note: RouterNote, now: Millis) => void
  readonly values: (note: ValuesBlame, now: Millis) => void
  readonly finality: (note: FinalityNote, now: Millis) => void
}

export interface SiblingsPorts {
  /** Whatever leaves the node. */
  readonly leave: (effect: Effect<NodeMessage, NodeEvent>) => void
  readonly refuses: (peer: NodeId) => boolean
  readonly notes: Notes
}

export class Siblings {
  readonly #parts: Parts
  readonly #ports: SiblingsPorts

  constructor(parts: Parts, ports: SiblingsPorts) {
    this.#parts = parts
    this.#ports = ports
  }

  all(
    input: Extract<Input<never>, { on: 'start' | 'stop' | 'connected' | 'dropped' }>,
    now: Millis,
  ) {
    this.membership(input, now)
    this.trustchain(input, now)
    this.router(input, now)
    this.values(input, now)
    this.finality(input, now)
  }

  message(from: NodeId, { protocol, message }: NodeMessage, now: Millis): void {
    if (protocol !== 'overlay')
      this.membership({ on: 'note', note: { note: 'alive', peer: from } }, now)
    switch (protocol) {
      case 'overlay':
        return this.membership({ on: 'message', from, message: message as OverlayMessage }, now)
      case 'trustchain':
        return this.trustchain({ on: 'message', from, message: message as TrustchainMessage }, now)
      case 'routing':
        return this.router({ on: 'message', from, message: message as RoutingMessage }, now)
      case 'consensus':
        return this.finality({ on: 'message', from, message: message as ConsensusMessage }, now)
      case 'values':
        return this.values({ on: 'message', from, message: message as ValuesMessage }, now)
      default:
        return unreachable(protocol)
    }
  }

  /** A timer of a sibling's; its name begins with whose it is. */
  timer(timer: string, now: Millis): void {
    const input = { on: 'timer', timer } as const
    switch (timer.slice(0, timer.indexOf('/'))) {
      case 'overlay':
        return this.membership(input, now)
      case 'trustchain':
        return this.trustchain(input, now)
      case 'router':
        return this.router(input, now)
      case 'values':
        return this.values(input, now)
      case 'consensus':
      case 'finality':
        return this.finality(input, now)
    }
  }

  membership(input: Parameters<Membership['step']>[0], now: Millis): void {
    const { notes } = this.#ports
    const effects = this.#parts.membership.step(input, now)
    this.#perform('overlay', effects, (note) => notes.membership(note, now))
  }

  trustchain(input: Parameters<TrustchainMachine['step']>[0], now: Millis): void {
    const { notes } = this.#ports
    const effects = this.#parts.trustchain.step(input, now)
    this.#perform('trustchain', effects, (note) => notes.trustchain(note, now))
  }

  router(input: Parameters<RouterMachine['step']>[0], now: Millis): void {
    const { notes } = this.#ports
    const effects = this.#parts.router.step(input, now)
    const own = effects.filter((effect) => {
      const routed = effect.do === 'answer' ? routedFor(effect.command, effect.answer) : undefined
      if (routed !== undefined) this.values({ on: 'note', note: routed }, now)
      return routed === undefined
    })
    this.#perform('routing', own, (note) => notes.router(note, now))
  }

  values(input: Parameters<ValuesMachine['step']>[0], now: Millis): void {
    const { notes } = this.#ports
    const effects = this.#parts.values.step(input, now)
    this.#perform('values', effects, (note) => {
      if (note.note === 'misbehaved') return notes.values(note, now)
      const { id, command } = lookupFor(note.ask, note.key, this.#parts.routing.overlays[0]!)
      this.router({ on: 'command', id, command }, now)
    })
  }

  /** Nothing happens in a network without a chain. */
  finality(input: Parameters<Finality['step']>[0], now: Millis): void {
    const { notes } = this.#ports
    const effects = this.#parts.finality?.step(input, now) ?? []
    this.#perform('consensus', effects, (note) => notes.finality(note, now))
  }

  #perform<N>(
    protocol: Protocol,
    effects: readonly Effect<NodeMessage['message'], N>[],
    noted: (note: N) => void,
  ): void {
    const { leave, refuses } = this.#ports
    for (const effect of effects) {
      if (effect.do === 'notify') noted(effect.note)
      else if (effect.do === 'send') {
        const message = { protocol, message: effect.message } as NodeMessage
        if (!refuses(effect.to)) leave({ do: 'send', to: effect.to, message })
      }
      // A policy's own ratings have negative ids: nobody waits for those answers.
      else if (effect.do !== 'answer' || effect.command >= 0) leave(effect)
    }
  }
}
