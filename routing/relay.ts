// One node's part in every route that passes through it: receipt to the sender, next hop, up to
// three alternatives where no receipt comes, and the answer handed back the way it came.
import type { NodeId } from '../src/core/id.ts'
import { hopAlternativesMax, hopsMax } from '../src/core/limits.ts'
import type { DropReason } from '../src/core/machine.ts'
import { chooseHop } from './choice.ts'
import { Deliveries } from './deliveries.ts'
import { FinalDelivery } from './final-delivery.ts'
import {
  type FailedMessage,
  type FailedWhy,
  type ReceiptMessage,
  type ResultMessage,
  type RouteMessage,
  type RouterNote,
  type RoutingMessage,
  routeMessagesMax,
  visitedMax,
} from './message.ts'
import type { Standing } from './next-hop.ts'
import { type Pass, receiptTimer, type Sent, standingIn, upstreamMax } from './pass.ts'
import { Passes } from './passes.ts'
import type { Outbox, RelayOptions, RelayPorts, RoutingVerdict } from './relay-ports.ts'

export class Relay {
  readonly counts: Record<RoutingVerdict, number> = {
    misaddressed: 0,
    unasked: 0,
    'foreign-trace': 0,
  }
  readonly #ports: RelayPorts
  readonly #options: RelayOptions
  readonly #out: Outbox
  readonly #passes: Passes
  readonly #deliveries: Deliveries
  readonly #final: FinalDelivery

  constructor(ports: RelayPorts, options: RelayOptions, out: Outbox) {
    this.#ports = ports
    this.#options = options
    this.#out = out
    this.#passes = new Passes(options.passesMax)
    this.#deliveries = new Deliveries(out, options.passesMax)
    this.#final = new FinalDelivery(ports, options.receiptTimeout, {
      send: (to, message) => this.#send(to, message),
      open: (route, from) => this.#passes.openOnce(route, from, out.now),
      wait: (pass, after) => this.#wait(pass, after),
      cancel: (pass) => this.#cancel(pass),
      silent: (peer) => this.#experience({ note: 'experience', peer, saw: 'dropped' }),
      tell: (route) => this.#deliveries.tell(route),
      finish: (pass, result) => this.#finish(pass, result),
      goOn: (pass) => this.#advance(pass),
      fail: (pass) => this.#fail(pass, 'stuck'),
    })
  }

  get passes(): number {
    return this.#passes.size
  }

  /** Route ids of bytes that this node's user was told of. */
  get told(): number {
    return this.#deliveries.size
  }

  /**
   * Starts a route of our own; returns its first hop, if it has left over one.
   *
   * @param avoid first hops of its sibling routes; `via`: its own, where the tables do not choose it
   */
  launch(route: RouteMessage, avoid: ReadonlySet<NodeId>, via?: NodeId): NodeId | undefined {
    const pass = this.#passes.open(route, [], this.#out.now)
    for (const node of avoid) pass.shut.add(node)
    if (via !== undefined && this.#standings(pass)(via) === 'open') {
      const hop = this.#ports.state.trusted.record(via, 'overlay', route.key, route.overlay)
      this.#forward(pass, { ...route, trace: [hop] }, via, false)
    } else this.#advance(pass)
    return pass.sent?.to
  }

  onRoute(from: NodeId, route: RouteMessage): void {
    const { self, policy } = this.#ports.state
    const sender = route.trace.at(-2)?.to ?? route.origin
    const isOurs = sender === from && route.trace.at(-1)?.to === self
    if (!isOurs || !this.#ports.maySpeakTo(from)) return this.#count('misaddressed')
    const { routeId, attempt } = route
    if (route.phase === 'final') {
      // Only where the policy has a last hop like that: else any hop could make us sign as the root of any key.
      if (policy.trustedPart === undefined) return this.#count('misaddressed')
      return this.#final.receive(from, route)
    }
    this.#send(from, { say: 'receipt', routeId, attempt })
    const hadIt = route.origin === self || route.trace.slice(0, -1).some(({ to }) => to === self)
    if (hadIt)
      return this.#send(from, { say: 'failed', routeId, attempt, why: 'stuck', visited: [] })
    const pass = this.#passes.openOnce(route, from, this.#out.now)
    if (pass === undefined) return this.#again(this.#passes.get(routeId, attempt)!, from)
    pass.messages++
    this.#advance(pass)
  }

  onReceipt(from: NodeId, { routeId, attempt }: ReceiptMessage): void {
    const pass = this.#passes.get(routeId, attempt)
    if (pass !== undefined && this.#final.onReceipt(pass, from)) return
    if (pass?.sent?.to === from) this.#received(pass.sent, receiptTimer(pass))
    else this.#count('unasked')
  }

  onResult(from: NodeId, result: ResultMessage): void {
    const pass = this.#passes.get(result.routeId, result.attempt)
    if (pass === undefined || !pass.asked.has(from)) return this.#count('unasked')
    if (pass.reply !== undefined) return
    // The way it went beyond us begins with the peer that brings the answer.
    if (result.trace[pass.route.trace.length]?.to !== from) return this.#count('foreign-trace')
    if (this.#final.onResult(pass, from, result)) return
    this.#settleSent(pass, from)
    this.#finish(pass, result)
  }

  onFailed(from: NodeId, failed: FailedMessage): void {
    const pass = this.#passes.get(failed.routeId, failed.attempt)
    if (pass !== undefined && this.#final.onFailed(pass, from)) return
    if (pass?.sent?.to !== from) return this.#count('unasked')
    this.#settleSent(pass, from)
    pass.visited = [...new Set([...pass.visited, ...failed.visited])].slice(0, visitedMax)
    pass.shut.add(from)
    if (failed.why === 'had-it') this.#doubtRoot(pass)
    this.#tryNext(pass)
  }

  /** No receipt in time: the last mile is worth a second try, any other hop has alternatives. */
  onReceiptTimeout(key: string): void {
    const pass = this.#passes.byKey(key)
    if (pass?.fan !== undefined) return this.#final.onTimeout(pass, pass.fan)
    const sent = pass?.sent
    if (pass === undefined || sent === undefined || sent.receipt) return
    if (sent.message.trace.at(-1)?.by === 'leaf-set' && !sent.resent)
      return this.#resend(pass, sent)
    this.#experience({ note: 'experience', peer: sent.to, saw: 'dropped' })
    pass.gone.add(sent.to)
    this.#tryNext(pass)
  }

  onDropped(peer: NodeId, why: DropReason): void {
    const passes = this.#passes.all()
    const waiting = passes.filter((pass) => pass.sent?.to === peer)
    this.#final.onDropped(passes, peer, why)
    if (waiting.length > 0 && why === 'unreachable')
      this.#experience({ note: 'experience', peer, saw: 'dropped' })
    for (const pass of waiting) {
      const sent = pass.sent
      if (sent === undefined) continue
      this.#cancel(pass)
      // A closed link may only have been idle: dial once more before thinking it dead.
      if (why === 'closed' && !sent.resent) this.#resend(pass, sent)
      else {
        // Who refuses us or is busy lives and keeps its position; who cannot be reached does not.
        const alive = why === 'refused' || why === 'congested'
        ;(alive ? pass.shut : pass.gone).add(peer)
        this.#tryNext(pass)
      }
    }
  }

  /** Forgets what is older than any origin waits. */
  sweep(): void {
    for (const memory of [this.#passes, this.#deliveries])
      memory.sweep(this.#out.now - this.#options.passLife)
  }

  /** The same route from another side: it gets the answer too, but the route is not walked twice. */
  #again(pass: Pass, from: NodeId): void {
    if (pass.reply !== undefined) this.#send(from, pass.reply)
    else if (!pass.upstream.includes(from) && pass.upstream.length < upstreamMax)
      pass.upstream.push(from)
  }

  #standings(pass: Pass): (node: NodeId) => Standing {
    return (node) => standingIn(pass, node, this.#ports.maySpeakTo)
  }

  #advance(pass: Pass): void {
    const hop = chooseHop(this.#ports.state, pass, this.#standings(pass))
    if (hop === 'had-it') return this.#fail(pass, 'had-it')
    if (hop.go === 'deliver') return this.#deliver(pass)
    if (hop.go === 'stuck') return this.#fail(pass, 'stuck')
    if (hop.go === 'fan-out') return this.#final.start(pass, hop.to, hop.further)
    const { route } = pass
    if (route.trace.length >= hopsMax) return this.#fail(pass, 'hops')
    const { to, by, phase, prefix, trust } = hop
    const visited = phase === 'leaf-set' ? [...pass.visited, this.#ports.state.self] : []
    if (visited.length > visitedMax) return this.#fail(pass, 'hops')
    const trace = [...route.trace, { to, by, prefix, trust }]
    this.#forward(pass, { ...route, phase, trace, visited }, to, false)
  }

  #forward(pass: Pass, message: RouteMessage, to: NodeId, resent: boolean): void {
    pass.sent = { to, message, at: this.#out.now, resent, receipt: false }
    pass.asked.add(to)
    pass.messages++
    this.#send(to, message)
    this.#wait(pass)
  }

  #wait(pass: Pass, after = this.#options.receiptTimeout): void {
    this.#out.effects.push({ do: 'schedule', timer: receiptTimer(pass), after })
  }

  #resend(pass: Pass, sent: Sent): void {
    this.#forward(pass, sent.message, sent.to, true)
  }

  #tryNext(pass: Pass): void {
    pass.sent = undefined
    if (++pass.alternatives > hopAlternativesMax) this.#fail(pass, 'stuck')
    else this.#advance(pass)
  }

  /** A neighbour says that the root is a node which had the message, so the one we took for it is gone. */
  #doubtRoot(pass: Pass): void {
    const standing = this.#standings(pass)
    const root = this.#ports.state.leafRoot(pass.route.key, standing)
    if (standing(root) === 'shut') pass.gone.add(root)
  }

  #deliver(pass: Pass): void {
    this.#deliveries.tell(pass.route)
    this.#finish(pass, this.#ports.resultOf(pass.route))
  }

  #finish(pass: Pass, result: ResultMessage): void {
    const own = pass.messages + (pass.upstream.length === 0 ? 0 : 1)
    const messages = Math.min(routeMessagesMax, result.messages + own)
    this.#reply(pass, { ...result, messages })
    if (pass.upstream.length === 0) this.#ports.ended(pass.route, { ...result, messages }, 'stuck')
  }

  #fail(pass: Pass, why: FailedWhy): void {
    const { routeId, attempt } = pass.route
    const visited = [...pass.visited].slice(0, visitedMax)
    this.#reply(pass, { say: 'failed', routeId, attempt, why, visited })
    if (pass.upstream.length === 0) this.#ports.ended(pass.route, undefined, why)
  }

  #reply(pass: Pass, reply: ResultMessage | FailedMessage): void {
    pass.reply = reply
    pass.sent = undefined
    if (pass.fan !== undefined) this.#cancel(pass)
    pass.fan = undefined
    for (const node of pass.upstream) this.#send(node, reply)
  }

  /** An answer is as good as a receipt. */
  #settleSent(pass: Pass, from: NodeId): void {
    if (pass.sent?.to === from) this.#received(pass.sent, receiptTimer(pass))
    else if (pass.sent?.receipt === false) this.#cancel(pass)
  }

  #received(sent: Sent, timer: string): void {
    if (sent.receipt) return
    sent.receipt = true
    this.#out.effects.push({ do: 'cancel', timer })
    const rttMs = this.#out.now - sent.at
    // After a second sending nobody knows which one was answered (Karn's rule).
    if (!sent.resent)
      this.#experience({ note: 'experience', peer: sent.to, saw: 'answered', rttMs })
  }

  #cancel(pass: Pass): void {
    this.#out.effects.push({ do: 'cancel', timer: receiptTimer(pass) })
  }

  #send(to: NodeId, message: RoutingMessage): void {
    // Whoever we may not speak to is not answered either: its own timers tell it.
    if (this.#ports.maySpeakTo(to)) this.#out.effects.push({ do: 'send', to, message })
  }

  #experience(note: RouterNote): void {
    this.#out.effects.push({ do: 'notify', note })
  }

  #count(verdict: RoutingVerdict): void {
    this.counts[verdict]++
  }
}
