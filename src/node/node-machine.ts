// A whole node as one deterministic value, for runtime and simulator alike: its sibling machines behind
// one `step`, and the trust graphs. What one machine notes, the others are told here and nowhere else.
import type { ContactBook } from '../../overlay/contact-book.ts'
import type { Membership } from '../../overlay/membership.ts'
import type { MembershipNote } from '../../overlay/membership-ports.ts'
import type { ValuesMachine } from '../../overlay/values/values-machine.ts'
import type { RouterNote } from '../../routing/message.ts'
import type { RoutingState } from '../../routing/routing-state.ts'
import type { VerifiedRating } from '../../trustchain/entry.ts'
import type { TrustchainMachine } from '../../trustchain/exchange.ts'
import type { TrustBook } from '../../trustchain/graph/trust-book.ts'
import type { Ledger } from '../../trustchain/ledger/ledger.ts'
import type { TrustchainNote } from '../../trustchain/message.ts'
import { unreachable } from '../core/assert.ts'
import type { Millis, NodeId } from '../core/id.ts'
import type { CommandId, Effect, Input, Machine } from '../core/machine.ts'
import { eventOf } from './event-of.ts'
import type { Finality, FinalityNote } from './finality.ts'
import type { NodeMessage } from './message.ts'
import type { NodeCommand, NodeEvent, NodeOptions, NodePorts } from './node-ports.ts'
import { type Offence, Offences } from './offences.ts'
import { makeParts } from './parts.ts'
import type { PolicyRunner } from './policy-runner.ts'
import { Rethinking } from './rethinking.ts'
import { Siblings } from './siblings.ts'
import { Standings } from './standings.ts'
import type { Vetoes } from './vetoes.ts'

export type NodeInput = Input<NodeMessage, NodeCommand>
export type NodeEffect = Effect<NodeMessage, NodeEvent>

export class NodeMachine implements Machine<NodeInput, NodeEffect> {
  readonly nodeId: NodeId
  readonly options: NodeOptions
  readonly trust: TrustBook
  readonly vetoes: Vetoes
  readonly contacts: ContactBook
  readonly routing: RoutingState
  readonly trustchain: TrustchainMachine
  readonly membership: Membership
  readonly policies: PolicyRunner
  readonly values: ValuesMachine
  /** Ledger and consensus; undefined in a network without a chain, where ratings count as exchanged. */
  readonly finality: Finality | undefined
  readonly #links = new Set<NodeId>()
  readonly #standings: Standings
  readonly #siblings: Siblings
  readonly #offences = new Offences()
  readonly rethinking: Rethinking
  #now: Millis = 0
  #out: NodeEffect[] = []

  constructor(ports: NodePorts, options: NodeOptions) {
    this.options = options
    const parts = makeParts(ports, options, {
      openLinks: () => [...this.#links].filter((peer) => !this.refuses(peer)).sort(),
      refuses: (peer) => this.refuses(peer),
      wanted: () => this.#wanted(),
    })
    this.nodeId = parts.nodeId
    this.trust = parts.trust
    this.vetoes = parts.vetoes
    this.contacts = parts.contacts
    this.routing = parts.routing
    this.trustchain = parts.trustchain
    this.membership = parts.membership
    this.policies = parts.policies
    this.values = parts.values
    this.finality = parts.finality
    this.#siblings = new Siblings(parts, {
      leave: (effect) => this.#out.push(effect),
      refuses: (peer) => this.refuses(peer),
      notes: {
        membership: (note, now) => this.#membershipNoted(note, now),
        trustchain: (note, now) => this.#trustchainNoted(note, now),
        router: (note, now) => this.#routerNoted(note, now),
        values: ({ peer, why }, now) => this.#misbehaved(peer, why, now),
        finality: (note, now) => this.#finalityNoted(note, now),
      },
    })
    this.#standings = new Standings(this.trust, this.vetoes, this.policies.trusting())
    this.rethinking = new Rethinking({
      ...{ standings: this.#standings, trusted: parts.trusted },
      leave: (effect) => this.#out.push(effect),
      reranked: (nodes, now) =>
        this.#siblings.membership({ on: 'note', note: { note: 'reranked', nodes } }, now),
    })
    this.#standings.restore(this.nodeId, this.trustchain.trustchains, this.finality?.ledger)
  }

  get ledger(): Ledger | undefined {
    return this.finality?.ledger
  }

  /** The gate: no link with this peer, whoever dials. */
  refuses(peer: NodeId): boolean {
    if (peer === this.nodeId || this.vetoes.barred(peer)) return true
    return this.#offences.shutsOut(peer, this.#now) || (this.finality?.bans(peer) ?? false)
  }

  /** Links that are up. */
  get links(): ReadonlySet<NodeId> {
    return this.#links
  }

  step(input: NodeInput, now: Millis): readonly NodeEffect[] {
    this.#out = []
    this.#now = now
    switch (input.on) {
      case 'start':
      case 'stop':
        if (input.on === 'start') this.#out.push(this.policies.start())
        this.#siblings.all(input, now)
        if (input.on === 'start') this.rethinking.start(now)
        break
      case 'connected':
        this.#connected(input, now)
        break
      case 'dropped':
        if (this.#links.delete(input.peer))
          this.#tell({ event: 'disconnected', peer: input.peer, why: input.why })
        this.#siblings.all(input, now)
        break
      case 'message':
        if (!this.refuses(input.from)) this.#siblings.message(input.from, input.message, now)
        break
      case 'timer':
        if (input.timer === 'policy/tick') this.#rateByPolicy(now)
        else if (!this.rethinking.onTimer(input.timer, now)) this.#siblings.timer(input.timer, now)
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

  #connected(input: Extract<NodeInput, { on: 'connected' }>, now: Millis): void {
    this.#links.add(input.peer)
    if (this.refuses(input.peer)) return this.#cut(input.peer, now)
    this.#tell({ event: 'connected', peer: input.peer })
    this.#siblings.all(input, now)
  }

  #command(id: CommandId, command: NodeCommand, now: Millis): void {
    switch (command.command) {
      case 'rate': {
        const refusal = this.policies.refuses(command.overlay) ?? this.finality?.refusesOwn()
        if (refusal !== undefined) this.#out.push({ do: 'answer', command: id, answer: refusal })
        else this.#siblings.trustchain({ on: 'command', id, command }, now)
        return
      }
      case 'move': {
        const { addresses } = command
        this.#siblings.membership({ on: 'note', note: { note: 'moved', addresses } }, now)
        return void this.#out.push({ do: 'answer', command: id, answer: { ok: true, value: null } })
      }
      case 'lookup':
      case 'send':
        return this.#siblings.router({ on: 'command', id, command }, now)
      case 'put-value':
      case 'get-value':
      case 'hand-over':
        return this.#siblings.values({ on: 'command', id, command }, now)
      case 'submit': {
        const answer = { ok: false, code: 'chain/none', facts: {} } as const
        if (this.finality === undefined) this.#out.push({ do: 'answer', command: id, answer })
        return this.#siblings.finality({ on: 'command', id, command }, now)
      }
      default:
        unreachable(command)
    }
  }

  #routerNoted(note: RouterNote, now: Millis): void {
    if (note.note === 'delivered') {
      const { key, origin, bytes } = note
      return this.#tell({ event: 'delivered', key, origin, bytes })
    }
    this.policies.observe(note, now)
    if (note.saw === 'dropped')
      this.#siblings.membership({ on: 'note', note: { note: 'suspect', peer: note.peer } }, now)
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
        this.#siblings.finality({ on: 'note', note }, now)
        const counts = this.finality === undefined || note.entry.authorId === this.nodeId
        if (note.latest && counts) this.#weigh(note.entry, now)
        return
      }
      case 'forked':
        this.#tell({ event: 'forked', author: note.author, own: note.own })
        this.#standings.freeze(note.author)
        this.#siblings.finality({ on: 'note', note }, now)
        return this.rethinking.changed(now)
      case 'misbehaved':
        return this.#misbehaved(note.peer, note.why, now)
      case 'damaged-store':
        return this.#tell({ event: 'damaged-store', keys: note.keys })
    }
  }

  #finalityNoted(note: FinalityNote, now: Millis): void {
    switch (note.note) {
      case 'finalized':
        return this.#finalized(note, now)
      case 'restored':
        for (const peer of this.#standings.reload(this.nodeId, this.finality!.ledger))
          this.#barredChanged(peer, now)
        this.rethinking.changed(now)
        return this.#tell({ event: 'restored', height: note.height })
      case 'misbehaved':
        return this.#misbehaved(note.peer, note.why, now)
      case 'shut-out':
        return this.#barredChanged(note.peer, now)
      default:
        this.#tell(eventOf(note))
    }
  }

  /** A block became final: others' ratings count from now on. Our own counted since we made them. */
  #finalized(note: Extract<FinalityNote, { note: 'finalized' }>, now: Millis): void {
    const { block, commit, changes } = note
    const { entries, frozen, records, successions } = changes
    if (entries.length > 0)
      this.#siblings.trustchain({ on: 'note', note: { note: 'final', entries } }, now)
    for (const entry of entries) if (entry.authorId !== this.nodeId) this.#weigh(entry, now)
    for (const author of frozen) this.#standings.freeze(author)
    for (const peer of [...records, ...this.#standings.succeeded(successions)])
      this.#barredChanged(peer, now)
    if (frozen.length > 0 || successions.length > 0) this.rethinking.changed(now)
    this.rethinking.rerankSoon()
    this.#tell({ event: 'finalized', block, commit, changes })
  }

  #weigh(entry: VerifiedRating, now: Millis): void {
    const barred = this.#standings.weigh(entry)
    if (barred !== undefined) this.#barredChanged(barred, now)
    if (entry.opinion.is === 'trust') this.rethinking.changed(now)
  }

  /** A veto began or ended: that does not wait. */
  #barredChanged(peer: NodeId, now: Millis): void {
    this.#siblings.membership({ on: 'note', note: { note: 'reranked', nodes: [peer] } }, now)
    if (this.#links.has(peer) && this.refuses(peer)) this.#cut(peer, now)
  }

  /** Who does so again and again is cut off, and refused for a while. */
  #misbehaved(peer: NodeId, why: Offence, now: Millis): void {
    this.#tell({ event: 'misbehaved', peer, why })
    if (this.#offences.committed(peer, why, now) && this.#links.has(peer)) this.#cut(peer, now)
  }

  #cut(peer: NodeId, now: Millis): void {
    this.#links.delete(peer)
    this.#out.push({ do: 'disconnect', peer, why: 'refused' })
    this.#tell({ event: 'disconnected', peer, why: 'refused' })
    this.#siblings.all({ on: 'dropped', peer, why: 'refused' }, now)
  }

  #rateByPolicy(now: Millis): void {
    const { commands, again } = this.policies.due(now, (node) => this.contacts.contact(node))
    for (const { id, command } of commands)
      this.#siblings.trustchain({ on: 'command', id, command }, now)
    this.#out.push(again)
  }

  /** Trusted nodes and committee members: their contacts should be at hand. */
  #wanted(): readonly NodeId[] {
    const members = this.ledger?.committee.members.map(({ nodeId }) => nodeId) ?? []
    const trusted = this.routing.trusted.wanted()
    const wanted = new Set([...this.#standings.wanted(), ...members, ...trusted])
    return [...wanted].filter((node) => node !== this.nodeId)
  }

  #tell(note: NodeEvent): void {
    this.#out.push({ do: 'notify', note })
  }
}
