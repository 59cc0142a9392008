// Serves the node's events to listeners, some at most. An event becomes text once for all of them. A
// listener that does not read is cut once its queue is full: events are news, and memory is bounded.
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Failure } from '../core/failure.ts'
import type { ApiBounds } from './bounds.ts'
import { eventKinds } from './event-kinds.ts'
import { beatText, eventText } from './event-stream.ts'
import type { EventView, NodeService } from './service.ts'

/** Messages to this node are its owner's business. */
const isPrivate = ({ event }: EventView): boolean => event === 'delivered'

interface Listener {
  readonly response: ServerResponse
  readonly wants: (event: EventView) => boolean
}

export class EventServer {
  readonly #service: NodeService
  readonly #bounds: ApiBounds
  readonly #listeners = new Set<Listener>()
  readonly #sockets = new Set<Socket>()
  #unwatch: (() => void) | undefined
  #beat: NodeJS.Timeout | undefined

  constructor(service: NodeService, bounds: ApiBounds) {
    this.#service = service
    this.#bounds = bounds
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Is this the connection of a listener? */
  holds(socket: Socket): boolean {
    return this.#sockets.has(socket)
  }

  /**
   * Reads which kinds are wanted, and makes sure that there is room for one more listener.
   *
   * @param kinds separated by commas; all when undefined
   * @throws Failure `api/bad-request`, `api/too-many-listeners`
   */
  accept(kinds: string | undefined, isOwner: boolean): Listener['wants'] {
    const wanted = kinds === undefined ? undefined : new Set(kinds.split(','))
    const strange = [...(wanted ?? [])].find((kind) => !eventKinds.includes(kind))
    if (strange !== undefined) {
      const why = `there are no events "${strange}", only ${eventKinds.join(', ')}`
      throw new Failure('api/bad-request', { why })
    }
    const { listenersMax } = this.#bounds
    if (this.#listeners.size >= listenersMax)
      throw new Failure('api/too-many-listeners', { listenersMax })
    return (event) => (wanted?.has(event.event) ?? true) && (isOwner || !isPrivate(event))
  }

  /** Writes events to a response from now on, until either end closes it. */
  serve(response: ServerResponse, headers: OutgoingHttpHeaders, wants: Listener['wants']): void {
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    })
    // The first bytes tell the listener that it misses nothing from here on.
    response.write(beatText)
    const listener = { response, wants }
    const { socket } = response
    this.#listeners.add(listener)
    if (socket !== null) this.#sockets.add(socket)
    this.#begin()
    response.on('close', () => {
      this.#listeners.delete(listener)
      if (socket !== null) this.#sockets.delete(socket)
      if (this.#listeners.size === 0) this.#end()
    })
  }

  #begin(): void {
    this.#unwatch ??= this.#service.watch((event) => this.#tell(event))
    if (this.#beat !== undefined) return
    const beat = (): void => {
      for (const { response } of this.#listeners) this.#write(response, beatText)
    }
    this.#beat = setInterval(beat, this.#bounds.beatMs)
    this.#beat.unref()
  }

  #end(): void {
    this.#unwatch?.()
    this.#unwatch = undefined
    clearInterval(this.#beat)
    this.#beat = undefined
  }

  #tell(event: EventView): void {
    let text: string | undefined
    for (const { response, wants } of this.#listeners)
      if (wants(event)) {
        text ??= eventText(event)
        this.#write(response, text)
      }
  }

  #write(response: ServerResponse, text: string): void {
    if (response.writableLength > this.#bounds.listenerBytesMax) response.destroy()
    else response.write(text)
  }
}
