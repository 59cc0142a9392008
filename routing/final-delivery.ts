// The last hop under the policy `trustnet`: to several trusted leaves at a time, so that one bad leaf
// does not decide (docs/routing.md, lesson 5). Whoever receives a message in phase `final` takes it as
// its own and answers at once; the answers go back together, the nearest to the key first.
import { type NodeId, nodeIdOf } from '../src/core/id.ts'
import { hopsMax } from '../src/core/limits.ts'
import type { DropReason } from '../src/core/machine.ts'
import { type FailedMessage, othersMax, type ResultMessage, type RouteMessage } from './message.ts'
import type { Fan, Pass } from './pass.ts'
import type { RelayPorts } from './relay-ports.ts'
import { compareNearness, wordsOf } from './ring.ts'

/** What the last hop does through the relay that it is part of. */
export interface FinalActs {
  readonly send: (to: NodeId, message: RouteMessage) => void
  /** Starts to wait for the answers of a pass. */
  readonly wait: (pass: Pass) => void
  /** A silent leaf: its neighbours should know. */
  readonly silent: (peer: NodeId) => void
  readonly tell: (route: RouteMessage) => void
  readonly finish: (pass: Pass, result: ResultMessage) => void
  /** Nobody has it: the pass goes on by the global tables. */
  readonly goOn: (pass: Pass) => void
}

export class FinalDelivery {
  readonly #ports: RelayPorts
  readonly #acts: FinalActs

  constructor(ports: RelayPorts, acts: FinalActs) {
    this.#ports = ports
    this.#acts = acts
  }

  /** Delivers to all of these; this node may be one of them. */
  start(pass: Pass, to: readonly NodeId[], further: readonly NodeId[]): void {
    const { state } = this.#ports
    const { route } = pass
    const fan: Fan = { waiting: new Set(), found: [], further: new Set(further) }
    pass.fan = fan
    for (const node of [...to, ...further]) {
      if (node === state.self) this.#take(route, fan)
      else if (route.trace.length < hopsMax) {
        const hop = state.trusted.record(node, 'final', route.key, route.overlay)
        fan.waiting.add(node)
        pass.asked.add(node)
        pass.messages++
        const trace = [...route.trace, hop]
        this.#acts.send(node, { ...route, phase: 'final', trace, visited: [] })
      }
    }
    if (fan.waiting.size === 0) this.#settle(pass, fan)
    else this.#acts.wait(pass)
  }

  /** A message that somebody's last hop brought here: the answer to it. */
  answer(route: RouteMessage): ResultMessage | FailedMessage {
    const isRoot = this.#isRoot(route)
    if (isRoot) this.#acts.tell(route)
    // Bytes are kept by the root alone. Of a lookup everybody who was asked is a candidate: the nearest
    // may be a liar, and whoever looks for a value asks the next.
    if (isRoot || route.data === null) return this.#ports.resultOf(route)
    const { routeId, attempt } = route
    return { say: 'failed', routeId, attempt, why: 'stuck', visited: [] }
  }

  /** @returns false when the peer was not waited for */
  onResult(pass: Pass, from: NodeId, { rootKey, signature }: ResultMessage): boolean {
    const { fan } = pass
    if (fan === undefined || !fan.waiting.delete(from)) return false
    if (nodeIdOf(rootKey) === from)
      fan.found.push({ node: from, rootKey, signature, trusted: !fan.further.has(from) })
    if (fan.waiting.size === 0 || from === pass.route.key) this.#settle(pass, fan)
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

  /** Leaves answer without asking anybody: who has not by now, does not. */
  onTimeout(pass: Pass, fan: Fan): void {
    for (const node of fan.waiting) {
      pass.gone.add(node)
      this.#acts.silent(node)
    }
    this.#settle(pass, fan)
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
    fan.found.push({ node, ...this.#ports.witness(route), trusted: true })
  }

  #settle(pass: Pass, fan: Fan): void {
    fan.waiting.clear()
    pass.fan = undefined
    const { routeId, attempt, key, overlay, trace } = pass.route
    const target = wordsOf(key)
    // Whom one witness alone knows is named behind the others.
    const [first, ...rest] = fan.found.toSorted(
      (a, b) =>
        Number(b.trusted) - Number(a.trusted) ||
        compareNearness(wordsOf(a.node), 0, wordsOf(b.node), 0, target, 0),
    )
    if (first === undefined) {
      pass.phase = 'global'
      return this.#acts.goOn(pass)
    }
    const { self, trusted } = this.#ports.state
    const last = first.node === self ? [] : [trusted.record(first.node, 'final', key, overlay)]
    const others = rest.slice(0, othersMax).map(({ rootKey, signature, trusted: isTrusted }) => ({
      ...{ rootKey, signature, trusted: isTrusted },
    }))
    this.#acts.finish(pass, {
      ...{ say: 'result', routeId, attempt, rootKey: first.rootKey, signature: first.signature },
      // The answers that came in.
      ...{ trace: [...trace, ...last], messages: rest.length + last.length },
      ...(others.length === 0 ? {} : { others }),
    })
  }
}
