// A whole node as one deterministic value: Trustchain exchange, membership and router behind one
// `step`, with the trust graphs between them. What one machine notes, the others are told here and
// nowhere else. The runtime and the simulator drive this very class.
import type { ContactBook } from '../../overlay/contact-book.ts'
import type { Membership } from '../../overlay/membership.ts'
import type {
  MembershipEffect,
  MembershipNote,
  MembershipRequest,
} from '../../overlay/membership-ports.ts'
import type { OverlayMessage } from '../../overlay/message.ts'
import type { RoutingMessage } from '../../routing/message.ts'
import type { RouterMachine } from '../../routing/router.ts'
import type { RoutingState } from '../../routing/routing-state.ts'
import type { TrustchainMachine } from '../../trustchain/exchange.ts'
import type { TrustBook } from '../../trustchain/graph/trust-book.ts'
import type { TrustchainMessage, TrustchainNote } from '../../trustchain/message.ts'
import { unreachable } from '../core/assert.ts'
import type { Millis, NodeId } from '../core/id.ts'
import type { CommandId, Effect, Input, Machine } from '../core/machine.ts'
import type { NodeMessage } from './message.ts'
import type { NodeCommand, NodeEvent, NodeOptions, NodePorts } from './node-ports.ts'
import { makeParts } from './parts.ts'
import type { PolicyRunner } from './policy-runner.ts'
import { Standings } from './standings.ts'
import type { Vetoes } from './vetoes.ts'

export type NodeInput = Input<NodeMessage, NodeCommand>
export type NodeEffect = Effect<NodeMessage, NodeEvent>

/** How long changes of trust are gathered before slots are thought over. */
const rerankAfter: Millis = 200

export class NodeMachine implements Machine<NodeInput, NodeEffect> {
  readonly nodeId: NodeId
  readonly options: NodeOptions
  readonly trust: TrustBook
  readonly vetoes: Vetoes
  readonly contacts: ContactBook
  readonly routing: RoutingState
  readonly trustchain: TrustchainMachine
  readonly membership: Membership
  readonly #router: RouterMachine
  readonly policies: PolicyRunner
  readonly #links = new Set<NodeId>()
  readonly #standings: Standings
  #reranking = false
  #out: NodeEffect[] = []

  constructor(ports: NodePorts, options: NodeOptions) {
    this.options = options
    const parts = makeParts(ports, options, {
      openLinks: () => this.#openLinks(),
      wanted: () => this.#standings.wanted(),
    })
    this.nodeId = parts.nodeId
    this.trust = parts.trust
    this.vetoes = parts.vetoes
    this.contacts = parts.contacts
    this.routing = parts.routing
    this.trustchain = parts.trustchain
    this.membership = parts.membership
    this.policies = parts.policies
    this.#router = parts.router
    this.#standings = new Standings(this.trust, this.vetoes, this.policies.trusting())
    this.#standings.restore(this.trustchain.trustchains)
  }

  /** The gate: no link with this peer, whoever dials. */
  refuses(peer: NodeId): boolean {
    return peer === this.nodeId || this.vetoes.barred(peer)
  }

  /** Links that are up. */
  get links(): ReadonlySet<NodeId> {
    return this.#links
  }

  step(input: NodeInput, now: Millis): readonly NodeEffect[] {
    this.#out = []
    switch (input.on) {
      case 'start':
      case 'stop':
        this.#toAll(input, now)
        break
      case 'connected':
        this.#connected(input, now)
        break
      case 'dropped':
        if (this.#links.delete(input.peer))
          this.#tell({ event: 'disconnected', peer: input.peer, why: input.why })
        this.#toAll(input, now)
        break
      case 'message':
        if (!this.refuses(input.from)) this.#message(input.from, input.message, now)
        break
      case 'timer':
        this.#timer(input.timer, now)
        break
      case 'command':
        this.#command(input.id, input.command, now)
        break
      case 'note':
        break
      default:
        unreachable(input)
    }
    return this.#out
  }

  #toAll(
    input: Extract<NodeInput, { on: 'start' | 'stop' | 'connected' | 'dropped' }>,
    now: Millis,
  ): void {
    if (input.on === 'start') this.#out.push(this.policies.start())
    this.#fromMembership(this.membership.step(input, now), now)
    this.#fromTrustchain(this.trustchain.step(input, now), now)
    this.#fromRouter(this.#router.step(input, now), now)
  }

  #connected(input: Extract<NodeInput, { on: 'connected' }>, now: Millis): void {
    this.#links.add(input.peer)
    if (this.refuses(input.peer)) return this.#cut(input.peer, now)
    this.#tell({ event: 'connected', peer: input.peer })
    this.#toAll(input, now)
  }

  #message(from: NodeId, { protocol, message }: NodeMessage, now: Millis): void {
    switch (protocol) {
      case 'overlay':
        return this.#fromMembership(
          this.membership.step({ on: 'message', from, message: message as OverlayMessage }, now),
          now,
        )
      case 'trustchain':
        this.#tellMembership({ note: 'alive', peer: from }, now)
        return this.#fromTrustchain(
          this.trustchain.step({ on: 'message', from, message: message as TrustchainMessage }, now),
          now,
        )
      case 'routing':
        this.#tellMembership({ note: 'alive', peer: from }, now)
        return this.#fromRouter(
          this.#router.step({ on: 'message', from, message: message as RoutingMessage }, now),
          now,
        )
      default:
        return unreachable(protocol)
    }
  }

  #timer(timer: string, now: Millis): void {
    const input = { on: 'timer', timer } as const
    if (timer.startsWith('overlay/')) this.#fromMembership(this.membership.step(input, now), now)
    if (timer.startsWith('trustchain/')) this.#fromTrustchain(this.trustchain.step(input, now), now)
    if (timer.startsWith('router/')) this.#fromRouter(this.#router.step(input, now), now)
    if (timer === 'policy/tick') this.#rateByPolicy(now)
    if (timer === 'node/rerank') this.#rerank(now)
  }

  #command(id: CommandId, command: NodeCommand, now: Millis): void {
    switch (command.command) {
      case 'rate': {
        const refusal = this.policies.refuses(command.overlay)
        if (refusal !== undefined) this.#out.push({ do: 'answer', command: id, answer: refusal })
        else this.#fromTrustchain(this.trustchain.step({ on: 'command', id, command }, now), now)
        return
      }
      case 'lookup':
      case 'send':
        return this.#fromRouter(this.#router.step({ on: 'command', id, command }, now), now)
      default:
        unreachable(command)
    }
  }

  #tellMembership(note: MembershipRequest, now: Millis): void {
    this.#fromMembership(this.membership.step({ on: 'note', note }, now), now)
  }

  #fromMembership(effects: readonly MembershipEffect[], now: Millis): void {
    for (const effect of effects) {
      if (effect.do === 'notify') this.#membershipNoted(effect.note, now)
      else if (effect.do === 'send')
        this.#send(effect.to, { protocol: 'overlay', message: effect.message })
      else this.#out.push(effect)
    }
  }

  #fromTrustchain(effects: ReturnType<TrustchainMachine['step']>, now: Millis): void {
    for (const effect of effects) {
      if (effect.do === 'notify') this.#trustchainNoted(effect.note, now)
      else if (effect.do === 'send')
        this.#send(effect.to, { protocol: 'trustchain', message: effect.message })
      // A policy's own ratings have negative ids: nobody waits for those answers.
      else if (effect.do !== 'answer' || effect.command >= 0) this.#out.push(effect)
    }
  }

  #fromRouter(effects: ReturnType<RouterMachine['step']>, now: Millis): void {
    for (const effect of effects) {
      if (effect.do === 'send') {
        this.#send(effect.to, { protocol: 'routing', message: effect.message })
      } else if (effect.do !== 'notify') {
        this.#out.push(effect)
      } else if (effect.note.note === 'delivered') {
        const { key, origin, bytes } = effect.note
        this.#tell({ event: 'delivered', key, origin, bytes })
      } else {
        this.policies.observe(effect.note, now)
        if (effect.note.saw === 'dropped')
          this.#tellMembership({ note: 'suspect', peer: effect.note.peer }, now)
      }
    }
  }

  #membershipNoted(note: MembershipNote, now: Millis): void {
    switch (note.note) {
      case 'joined':
        return this.#tell({ event: 'joined' })
      case 'heard':
        return this.policies.observe({ peer: note.peer, saw: 'up' }, now)
      case 'lost':
        this.policies.observe({ peer: note.peer, saw: 'down' }, now)
        return this.#tell({ event: 'lost', peer: note.peer })
    }
  }

  #trustchainNoted(note: TrustchainNote, now: Millis): void {
    switch (note.note) {
      case 'rated': {
        this.#tell({ event: 'rated', entry: note.entry })
        if (!note.latest) return
        const barred = this.#standings.weigh(note.entry)
        if (barred !== undefined) this.#barredChanged(barred, now)
        return this.#rerankSoon()
      }
      case 'forked':
        this.#tell({ event: 'forked', author: note.author, own: note.own })
        this.#standings.freeze(note.author)
        return this.#rerankSoon()
      case 'misbehaved':
        return this.#tell({ event: 'misbehaved', peer: note.peer, why: note.why })
      case 'damaged-store':
        return this.#tell({ event: 'damaged-store', keys: note.keys })
    }
  }

  /** Slots are thought over soon and together, since ratings come in bursts. */
  #rerankSoon(): void {
    if (this.#reranking || !this.#standings.hasChanged) return
    this.#reranking = true
    this.#out.push({ do: 'schedule', timer: 'node/rerank', after: rerankAfter })
  }

  #rerank(now: Millis): void {
    this.#reranking = false
    this.#tellMembership({ note: 'reranked', nodes: this.#standings.takeChanged() }, now)
  }

  /** A veto began or ended: that does not wait. */
  #barredChanged(peer: NodeId, now: Millis): void {
    this.#tellMembership({ note: 'reranked', nodes: [peer] }, now)
    if (this.#links.has(peer) && this.refuses(peer)) this.#cut(peer, now)
  }

  #cut(peer: NodeId, now: Millis): void {
    this.#links.delete(peer)
    this.#out.push({ do: 'disconnect', peer, why: 'vetoed' })
    this.#tell({ event: 'disconnected', peer, why: 'refused' })
    this.#toAll({ on: 'dropped', peer, why: 'refused' }, now)
  }

  #rateByPolicy(now: Millis): void {
    const { commands, again } = this.policies.due(now, (node) => this.contacts.contact(node))
    for (const { id, command } of commands)
      this.#fromTrustchain(this.trustchain.step({ on: 'command', id, command }, now), now)
    this.#out.push(again)
  }

  #openLinks(): readonly NodeId[] {
    return [...this.#links].filter((peer) => !this.refuses(peer)).sort()
  }

  #tell(note: NodeEvent): void {
    this.#out.push({ do: 'notify', note })
  }

  #send(to: NodeId, message: NodeMessage): void {
    if (!this.refuses(to)) this.#out.push({ do: 'send', to, message })
  }
}
