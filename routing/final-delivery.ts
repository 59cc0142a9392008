// The last hop under the policy `trustnet`: to several trusted leaves at a time, so that one bad leaf
// does not decide (docs/routing.md, lesson 5). Whoever receives a message in phase `final` takes it as
// its own and answers. The nearest of them deliver on first, to whom they know nearer to the key: the
// last hop knows its own circle only. The answers go back together, the nearest to the key first.
import { equalBytes } from '../src/core/bytes.ts'
import { type Millis, type NodeId, nodeIdOf } from '../src/core/id.ts'
import { hopsMax } from '../src/core/limits.ts'
import type { DropReason } from '../src/core/machine.ts'
import {
  type FailedMessage,
  type FurtherWitness,
  onwardWitnessesMax,
  othersMax,
  type ResultMessage,
  type RouteMessage,
  type RoutingMessage,
  visitedMax,
  type Witness,
} from './message.ts'
import type { Fan, Pass } from './pass.ts'
import type { RelayPorts } from './relay-ports.ts'
import { compareNearness, wordsOf } from './ring.ts'

/** What the last hop does through the relay that it is part of. */
export interface FinalActs {
  readonly send: (to: NodeId, message: RoutingMessage) => void
  /** A pass of a route that is answered to this peer; undefined where the route passed here before. */
  readonly open: (route: RouteMessage, from: NodeId) => Pass | undefined
  /** Starts to wait for the answers of a pass. */
  readonly wait: (pass: Pass, after: Millis) => void
  /** Waits no longer. */
  readonly cancel: (pass: Pass) => void
  /** A silent leaf: its neighbours should know. */
  readonly silent: (peer: NodeId) => void
  readonly tell: (route: RouteMessage) => void
  readonly finish: (pass: Pass, result: ResultMessage) => void
  /** Nobody has it: the pass goes on by the global tables. */
  readonly goOn: (pass: Pass) => void
  readonly fail: (pass: Pass) => void
}

export class FinalDelivery {
  readonly #ports: RelayPorts
  readonly #patience: Millis
  readonly #acts: FinalActs

  /** @param patience how long a leaf may take that asks nobody */
  constructor(ports: RelayPorts, patience: Millis, acts: FinalActs) {
    this.#ports = ports
    this.#patience = patience
    this.#acts = acts
  }

  /**
   * Delivers to all of these; this node may be one of them.
   *
   * @param to trusted leaves, nearest to the key first
   * @param further for whom no several witnesses speak
   */
  start(pass: Pass, to: readonly NodeId[], further: readonly NodeId[]): void {
    const { state } = this.#ports
    const onward = to.slice(0, state.policy.trustedPart?.onward ?? 0)
    this.#deliver(pass, [...to, ...further], new Set(further), onward)
  }

  /** A message that somebody's last hop brought here: answered at once, or when those nearer have answered. */
  receive(from: NodeId, route: RouteMessage): void {
    const { trusted } = this.#ports.state
    const isToGoOn = route.visited.length > 0 && route.trace.length < hopsMax
    const nearer = isToGoOn ? trusted.onward(route) : []
    const pass = nearer.length > 0 ? this.#acts.open(route, from) : undefined
    if (pass === undefined) return this.#acts.send(from, this.#answer(route))
    const { routeId, attempt } = route
    this.#acts.send(from, { say: 'receipt', routeId, attempt })
    this.#deliver(pass, nearer, new Set(nearer), nearer.slice(0, 1))
  }

  /** A leaf says that it has the message and delivers on. @returns false when the peer was not waited for */
  onReceipt({ fan }: Pass, from: NodeId): boolean {
    if (fan?.waiting.has(from) !== true) return false
    if (fan.onward.has(from)) fan.going.add(from)
    return true
  }

  /** @returns false when the peer was not waited for */
  onResult(pass: Pass, from: NodeId, result: ResultMessage): boolean {
    const { fan } = pass
    if (fan === undefined || !fan.waiting.delete(from)) return false
    const { rootKey, signature, others = [] } = result
    const isGoing = fan.onward.has(from)
    fan.messages += Math.max(1, result.messages)
    // Who is not to deliver on speaks for itself alone. What others bring is hearsay: the route names
    // none of them as the root.
    const named = [{ rootKey, signature, beyond: 0 }, ...others.slice(0, onwardWitnessesMax)]
    this.#hear(fan, from, isGoing ? named : named.slice(0, 1))
    // That node's own word, not hearsay: nobody else can be nearer.
    const isThere = fan.found.some(({ node, beyond }) => beyond === 0 && node === pass.route.key)
    if (fan.waiting.size === 0 || isThere) this.#settle(pass, fan)
    return true
  }

  onFailed(pass: Pass, from: NodeId): boolean {
    const { fan } = pass
    if (fan === undefined || !fan.waiting.delete(from)) return false
    if (fan.waiting.size === 0) this.#settle(pass, fan)
    return true
  }

  onDropped(passes: readonly Pass[], peer: NodeId, why: DropReason): void {
    // A closed link may only have been idle; whoever was asked over it still has until the timeout.
    if (why === 'closed') return
    for (const pass of passes) {
      if (pass.fan?.waiting.has(peer) !== true) continue
      // Before the pass goes on without it: who cannot be reached is gone, who refuses lives.
      ;(why === 'unreachable' ? pass.gone : pass.shut).add(peer)
      this.onFailed(pass, peer)
    }
  }

  /** Leaves that ask nobody have answered by now, or do not; the others have half as long again. */
  onTimeout(pass: Pass, fan: Fan): void {
    const depth = depthOf(pass.route)
    for (const node of fan.waiting) {
      if (fan.going.has(node)) continue
      fan.waiting.delete(node)
      pass.gone.add(node)
      // Deeper, it had less time than anybody is granted elsewhere.
      if (depth < 2) this.#acts.silent(node)
    }
    if (fan.waiting.size === 0 || fan.isExtended || depth > 0) return this.#settle(pass, fan)
    fan.isExtended = true
    this.#acts.wait(pass, this.#patience / 2)
  }

  /** @param onward of them those who are to deliver on */
  #deliver(
    pass: Pass,
    to: readonly NodeId[],
    further: ReadonlySet<NodeId>,
    onward: readonly NodeId[],
  ): void {
    const { state } = this.#ports
    const { route } = pass
    const fan: Fan = {
      ...{ waiting: new Set(), found: [], further, onward: new Set(onward) },
      ...{ going: new Set(), isExtended: false, messages: 0 },
    }
    pass.fan = fan
    const told = [...to, ...route.visited].slice(0, visitedMax)
    if (route.phase === 'final') this.#take(route, fan)
    for (const node of to) {
      if (node === state.self) this.#take(route, fan)
      else if (route.trace.length < hopsMax) {
        const hop = state.trusted.record(node, 'final', route.key, route.overlay)
        fan.waiting.add(node)
        pass.asked.add(node)
        pass.messages++
        const trace = [...route.trace, hop]
        const visited = fan.onward.has(node) ? told : []
        this.#acts.send(node, { ...route, phase: 'final', trace, visited })
      }
    }
    if (fan.waiting.size === 0) this.#settle(pass, fan)
    // Each that delivers on is done before whoever waits for it loses patience.
    else this.#acts.wait(pass, this.#patience / 2 ** Math.max(0, depthOf(route) - 1))
  }

  /**
   * Of each node one word a peer. Nobody here verifies signatures, so a forged one must not stand in for
   * another: hearsay gives way to the node's own word and to nothing else.
   */
  #hear(fan: Fan, from: NodeId, named: readonly (Witness & { readonly beyond: number })[]): void {
    const heard = new Set<NodeId>()
    for (const { rootKey, signature, beyond } of named) {
      const node = nodeIdOf(rootKey)
      const isOwn = node === from
      if (heard.has(node) || (!isOwn && !fan.onward.has(from))) continue
      heard.add(node)
      const isKnown = (one: FurtherWitness & { readonly node: NodeId }): boolean =>
        one.node === node && (one.beyond === 0 || equalBytes(one.signature, signature))
      if (isOwn) fan.found = fan.found.filter((one) => one.node !== node)
      else if (fan.found.some(isKnown)) continue
      fan.found.push({
        ...{ node, rootKey, signature, trusted: isOwn && !fan.further.has(from) },
        beyond: isOwn ? 0 : Math.min(beyond + 1, hopsMax),
      })
    }
  }

  #answer(route: RouteMessage): ResultMessage | FailedMessage {
    const isRoot = this.#isRoot(route)
    if (isRoot) this.#acts.tell(route)
    // Bytes are kept by the root alone. Of a lookup everybody who was asked is a candidate: the nearest
    // may be a liar, and whoever looks for a value asks the next.
    if (isRoot || route.data === null) return this.#ports.resultOf(route)
    const { routeId, attempt } = route
    return { say: 'failed', routeId, attempt, why: 'stuck', visited: [] }
  }

  #isRoot({ key, overlay }: RouteMessage): boolean {
    const { state, maySpeakTo } = this.#ports
    const byTrust = state.trusted.isRoot(key, overlay)
    if (byTrust !== undefined) return byTrust
    const standing = (node: NodeId) => (maySpeakTo(node) ? 'open' : 'shut')
    return state.leafRoot(key, standing) === state.self
  }

  #take(route: RouteMessage, fan: Fan): void {
    if (this.#isRoot(route)) this.#acts.tell(route)
    else if (route.data !== null) return
    const node = this.#ports.state.self
    const trusted = !fan.further.has(node)
    fan.found.push({ node, ...this.#ports.witness(route), trusted, beyond: 0 })
  }

  #settle(pass: Pass, fan: Fan): void {
    fan.waiting.clear()
    pass.fan = undefined
    this.#acts.cancel(pass)
    const { route } = pass
    const { routeId, attempt, key, overlay, trace } = route
    const target = wordsOf(key)
    // Whom one witness alone knows is named behind the others.
    const [first, ...rest] = fan.found.toSorted(
      (a, b) =>
        Number(b.trusted) - Number(a.trusted) ||
        compareNearness(wordsOf(a.node), 0, wordsOf(b.node), 0, target, 0),
    )
    if (first === undefined) {
      if (route.phase === 'final') return this.#acts.fail(pass)
      // By silence, refusal or a lie: else it would be handed on round the root that refuses, to eight at every hop.
      if (pass.wentAround) for (const node of fan.further) pass.gone.add(node)
      // Phases only go forward: what came by the leaf sets stays with them.
      if (pass.phase === 'overlay') pass.phase = 'global'
      return this.#acts.goOn(pass)
    }
    const { self, trusted } = this.#ports.state
    const last = first.node === self ? [] : [trusted.record(first.node, 'final', key, overlay)]
    const others = rest.slice(0, othersMax).map(({ node: _, ...witness }) => witness)
    this.#acts.finish(pass, {
      ...{ say: 'result', routeId, attempt, rootKey: first.rootKey, signature: first.signature },
      ...{ trace: [...trace, ...last], messages: fan.messages },
      ...(others.length === 0 ? {} : { others }),
    })
  }
}

/** How often a message was delivered already: 0 at the last hop. */
const depthOf = ({ trace }: RouteMessage): number =>
  trace.reduce((depth, { by }) => depth + Number(by === 'final'), 0)
