// Open links between processes, as real streams behave: in order, closed behind the last message,
// and a silent peer is noticed only by what it fails to acknowledge. Each side has its own view of
// a link, so half-open links occur. Dialling is in dials.ts.
import type { Millis } from '../core/id.ts'
import type { DropReason, Input } from '../core/machine.ts'
import type { Network } from './network.ts'
import type { ObserverTable, Statistics } from './observation.ts'
import { fin, type LinkEnd, type Process, type SimEvent } from './process.ts'

/** What links need of the world. */
export interface LinkPorts<M, C> {
  readonly now: Millis
  readonly network: Network
  readonly observers: ObserverTable<M>
  readonly statistics: Statistics
  readonly sizeOf: ((message: M) => number) | undefined
  post(time: Millis, event: SimEvent<M, C>): void
  /** Steps a machine at once. `other`: number of the peer concerned. */
  hear(process: Process<M, C>, input: Input<M, C>, other: number): void
}

type End<M, C> = LinkEnd<M, C>

export class Streams<M, C> {
  readonly #ports: LinkPorts<M, C>
  /** Ends with something unacknowledged or held by a cut. */
  readonly #stalled = new Set<End<M, C>>()

  constructor(ports: LinkPorts<M, C>) {
    this.#ports = ports
  }

  /** Closes the owner's side now, the other side behind what was sent. The owner is told nothing. */
  disconnect(owner: Process<M, C>, peer: Process<M, C>): void {
    const end = owner.ends.get(peer.number)
    if (end !== undefined) this.finish(end)
  }

  /** The process died. Its peers are told by resets, or by nothing but silence. */
  crash(process: Process<M, C>, resets: boolean): void {
    const { now, network } = this.#ports
    for (const end of process.ends.values()) {
      const { peer, twin } = end
      end.is = 'closed'
      end.vanished = true
      // What a cut held back died with the kernel that would have sent it again.
      this.#stalled.delete(end)
      if (!resets || twin.is === 'closed') continue
      const time = Math.max(now + network.options.resetMs, end.lastArrival)
      this.#ports.post(time, { at: 'closed', process: peer, end: twin, why: 'closed' })
    }
    process.ends.clear()
  }

  /** Closes every link in order (graceful end of a process). */
  closeAll(process: Process<M, C>): void {
    for (const end of [...process.ends.values()]) this.finish(end)
  }

  /** A process came back: peers still waiting for its former life are reset. */
  revived(process: Process<M, C>): void {
    for (const end of this.#stalled) if (end.peer === process && end.twin.vanished) this.#reset(end)
  }

  /** Cuts changed: what was held and may pass goes on. */
  pathsChanged(): void {
    const { network } = this.#ports
    for (const end of [...this.#stalled]) {
      const { owner, peer } = end
      if (network.blocked(owner.number, peer.number)) continue
      for (; end.held > 0; end.held--) this.#postArrival(end, 0)
      if (network.blocked(peer.number, owner.number) || end.broken || end.twin.vanished) continue
      end.stall = undefined
      this.#stalled.delete(end)
    }
  }

  /** The head of an end's queue reached the other side. */
  arrived(end: End<M, C>): void {
    const { owner, peer, twin } = end
    const { network, statistics } = this.#ports
    if (network.blocked(owner.number, peer.number)) {
      // A sender that died does not send it again.
      if (end.vanished) return
      end.held++
      this.#stall(end)
      return
    }
    const item = end.queue[end.head++]!
    if (end.head === end.queue.length) {
      end.queue.length = 0
      end.head = 0
    }
    if (twin.is !== 'open') {
      if (item === fin) return
      statistics.lost++
      this.#speakToClosed(end)
    } else if (item === fin) this.drop(twin, 'closed')
    else this.#deliver(end, item)
  }

  datagramArrived(end: End<M, C>, message: M): void {
    const { owner, peer, twin } = end
    if (this.#ports.network.blocked(owner.number, peer.number) || twin.is !== 'open') {
      this.#ports.statistics.lost++
      if (twin.is !== 'open') this.#speakToClosed(end)
    } else this.#deliver(end, message)
  }

  /** A reset reached this end. */
  resetArrived(end: End<M, C>, why: DropReason): void {
    if (end.is === 'closed') return
    if (this.#ports.network.blocked(end.peer.number, end.owner.number)) return
    this.drop(end, end.is === 'dialling' ? 'unreachable' : why)
  }

  /** Nothing was acknowledged for too long. */
  stallEnded(end: End<M, C>): void {
    if (end.is !== 'open') return
    this.finish(end)
    this.tellDropped(end, 'closed')
  }

  /** Sends what waited for the dial. */
  flush(end: End<M, C>): void {
    const waiting = end.queue
    end.queue = []
    for (const item of waiting) if (item !== fin) this.transmit(end, item)
  }

  transmit(end: End<M, C>, message: M): void {
    const { owner, peer } = end
    const { now, network, observers, statistics, sizeOf } = this.#ports
    statistics.sent++
    if (sizeOf !== undefined) statistics.bytes += sizeOf(message)
    if (observers.lists.sent.length > 0)
      observers.tell('sent', { from: owner.id, to: peer.id, message }, now)
    const faults = network.options.datagram
    if (network.blocked(peer.number, owner.number)) this.#stall(end)
    if (faults === null) {
      // Mostly nothing else is under way: a list of one is a tenth of the list that a first push makes.
      if (end.queue.length === 0) end.queue = [message]
      else end.queue.push(message)
      this.#sendOff(end, network.lossDelay() + this.#uplinkDelay(owner, message))
      return
    }
    const delays = network.datagramDelays(faults)
    if (delays.length === 0) statistics.lost++
    for (const late of delays) {
      const straight = Math.max(now + network.travel(owner.number, peer.number), end.lastArrival)
      if (late === 0) end.lastArrival = straight
      this.#ports.post(straight + late, { at: 'datagram', process: peer, end, message })
    }
    if (network.blocked(owner.number, peer.number)) this.#stall(end)
  }

  /** Closes this side and tells the other one in order, if it ever opened. */
  finish(end: End<M, C>): void {
    const wasOpen = end.is === 'open'
    this.#forget(end)
    if (!wasOpen) {
      end.queue.length = 0
      end.head = 0
    }
    if (end.twin.is !== 'open') return
    if (end.broken) end.vanished = true
    else {
      end.queue.push(fin)
      this.#sendOff(end, 0)
    }
  }

  drop(end: End<M, C>, why: DropReason): void {
    this.#forget(end)
    this.tellDropped(end, why)
  }

  tellDropped({ owner, peer }: End<M, C>, why: DropReason): void {
    this.#ports.hear(owner, { on: 'dropped', peer: peer.id, why }, peer.number)
  }

  /** Puts the newest item of the queue on its way. */
  #sendOff(end: End<M, C>, extra: Millis): void {
    if (end.broken) return
    if (this.#ports.network.blocked(end.owner.number, end.peer.number)) {
      end.held++
      this.#stall(end)
    } else if (extra === Number.POSITIVE_INFINITY) {
      end.broken = true
      this.#stall(end)
    } else this.#postArrival(end, extra)
  }

  #postArrival(end: End<M, C>, extra: Millis): void {
    const { now, network } = this.#ports
    const travel = network.travel(end.owner.number, end.peer.number)
    end.lastArrival = Math.max(now + travel + extra, end.lastArrival)
    this.#ports.post(end.lastArrival, end.arrival)
  }

  #uplinkDelay(owner: Process<M, C>, message: M): Millis {
    const { now, network, sizeOf } = this.#ports
    const { bandwidth } = network.options
    if (sizeOf === undefined || bandwidth === Number.POSITIVE_INFINITY) return 0
    owner.uplinkFreeAt = Math.max(now, owner.uplinkFreeAt) + (sizeOf(message) * 1000) / bandwidth
    return owner.uplinkFreeAt - now
  }

  #deliver(end: End<M, C>, message: M): void {
    const { owner, peer } = end
    const { now, observers, statistics } = this.#ports
    statistics.delivered++
    if (observers.lists.delivered.length > 0)
      observers.tell('delivered', { from: owner.id, to: peer.id, message }, now)
    this.#ports.hear(peer, { on: 'message', from: owner.id, message }, owner.number)
  }

  /** Something came for an end that is gone: a living host resets, a dead one is silent. */
  #speakToClosed(end: End<M, C>): void {
    if (end.is !== 'open' || !end.twin.vanished) return
    if (end.peer.isAlive) this.#reset(end)
    else this.#stall(end)
  }

  #reset(end: End<M, C>): void {
    const { now, network } = this.#ports
    const time = now + network.travel(end.peer.number, end.owner.number)
    this.#ports.post(time, { at: 'closed', process: end.owner, end, why: 'closed' })
  }

  #stall(end: End<M, C>): void {
    this.#stalled.add(end)
    if (end.stall !== undefined) return
    end.stall = { at: 'stall', process: end.owner, end }
    this.#ports.post(this.#ports.now + this.#ports.network.options.silenceMs, end.stall)
  }

  #forget(end: End<M, C>): void {
    end.is = 'closed'
    const { owner, peer } = end
    if (owner.ends.get(peer.number) === end) owner.ends.delete(peer.number)
    if (end.held === 0) this.#stalled.delete(end)
  }
}
