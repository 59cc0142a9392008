// Dials: the first send to a peer asks the gates of both sides; a link opens, or the dialler is
// told why not. What is sent meanwhile waits. Open links are in streams.ts.
import type { Millis } from '../core/id.ts'
import type { DropReason } from '../core/machine.ts'
import type { LinkEnd, Process } from './process.ts'
import type { LinkPorts, Streams } from './streams.ts'

type End<M, C> = LinkEnd<M, C>

/** An end and its arrival know each other: one has to be there first. */
type Making<E> = { -readonly [K in keyof E]: E[K] }

function endOf<M, C>(owner: Process<M, C>, peer: Process<M, C>, is: End<M, C>['is']): End<M, C> {
  const end = {
    owner,
    peer,
    is,
    queue: [],
    head: 0,
    held: 0,
    lastArrival: 0,
    vanished: false,
    broken: false,
    stall: undefined,
    arrival: undefined,
  } as unknown as Making<End<M, C>>
  end.twin = end
  end.arrival = { at: 'arrival', process: peer, end }
  return end
}

export class Dials<M, C> {
  readonly #ports: LinkPorts<M, C>
  readonly #streams: Streams<M, C>

  constructor(ports: LinkPorts<M, C>, streams: Streams<M, C>) {
    this.#ports = ports
    this.#streams = streams
  }

  send(from: Process<M, C>, to: Process<M, C>, message: M): void {
    const end = from.ends.get(to.number)
    if (end === undefined) this.#dial(from, to, message)
    else if (end.is === 'dialling') end.queue.push(message)
    else this.#streams.transmit(end, message)
  }

  /** A dial reached its target. */
  dialArrived(end: End<M, C>): void {
    const { owner: from, peer: to } = end
    const { network, observers, now, statistics } = this.#ports
    if (end.is !== 'dialling' || !to.isAlive || network.blocked(from.number, to.number)) return
    const refusedBy = to.node!.refuses(from.id) ? to : from.node!.refuses(to.id) ? from : undefined
    if (refusedBy !== undefined) {
      statistics.refused++
      observers.tell('link-refused', { dialler: from.id, target: to.id, by: refusedBy.id }, now)
      this.#reply(end, false)
      return
    }
    const twin = end.twin
    let former = to.ends.get(from.number)
    if (former?.is === 'open') {
      // The peer would not dial if it still had its side: this one is a leftover.
      this.#streams.drop(former, 'closed')
      former = to.ends.get(from.number)
    }
    if (former !== undefined) {
      // Both dial each other: the dial that arrives first serves both.
      former.is = 'closed'
      twin.queue = former.queue
    }
    twin.is = 'open'
    to.ends.set(from.number, twin)
    statistics.links++
    observers.tell('link-opened', { dialler: from.id, target: to.id }, now)
    twin.lastArrival = this.#reply(end, true)
    this.#streams.flush(twin)
    this.#ports.hear(to, { on: 'connected', peer: from.id }, from.number)
  }

  /** The answer to a dial reached the dialler. */
  dialAnswered(end: End<M, C>, accepted: boolean): void {
    const { owner, peer } = end
    const { network } = this.#ports
    if (end.is !== 'dialling' || network.blocked(peer.number, owner.number)) return
    if (!accepted) return this.#streams.drop(end, 'refused')
    if (owner.node!.refuses(peer.id)) {
      // Rated while the answer was under way.
      this.#streams.finish(end)
      return this.#streams.tellDropped(end, 'refused')
    }
    end.is = 'open'
    this.#streams.flush(end)
    this.#ports.hear(owner, { on: 'connected', peer: peer.id }, peer.number)
  }

  /** The dialler waited long enough. */
  dialTimedOut(end: End<M, C>): void {
    if (end.is !== 'dialling') return
    this.#streams.finish(end)
    this.#streams.tellDropped(end, 'unreachable')
  }

  #dial(from: Process<M, C>, to: Process<M, C>, message: M): void {
    const { now, network, observers, statistics } = this.#ports
    statistics.dials++
    if (from === to) return this.#postDropped(from, to, 'unreachable')
    if (from.node!.refuses(to.id)) {
      statistics.refused++
      observers.tell('link-refused', { dialler: from.id, target: to.id, by: from.id }, now)
      return this.#postDropped(from, to, 'refused')
    }
    const end = endOf(from, to, 'dialling')
    const twin = endOf(to, from, 'closed')
    end.twin = twin
    twin.twin = end
    end.queue.push(message)
    from.ends.set(to.number, end)
    const timeout = now + network.options.dialTimeoutMs
    this.#ports.post(timeout, { at: 'dial-timeout', process: from, end })
    const travel = network.travel(from.number, to.number) + network.lossDelay()
    if (!network.blocked(from.number, to.number) && travel < Number.POSITIVE_INFINITY)
      this.#ports.post(now + travel, { at: 'dial', process: to, end })
  }

  /** Sends the answer to a dial back; the time at which it arrives. */
  #reply(end: End<M, C>, accepted: boolean): Millis {
    const { owner, peer } = end
    const { now, network } = this.#ports
    const travel = network.travel(peer.number, owner.number) + network.lossDelay()
    if (network.blocked(peer.number, owner.number) || travel === Number.POSITIVE_INFINITY)
      return now
    this.#ports.post(now + travel, { at: 'dialled', process: owner, end, accepted })
    return now + travel
  }

  /** Tells the machine later in the same instant: it is in the middle of a step. */
  #postDropped(process: Process<M, C>, peer: Process<M, C>, why: DropReason): void {
    const input = { on: 'dropped', peer: peer.id, why } as const
    const { incarnation } = process
    const other = peer.number
    this.#ports.post(this.#ports.now, { at: 'input', process, incarnation, input, other })
  }
}
