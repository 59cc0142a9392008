// The node's events for everybody on the page: one stream, opened again whenever it ends, with
// growing pauses. EventSource cannot send the token, so the stream is read by fetch.
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { eventsOf } from '../../src/api/event-stream.ts'
import { Refusal, request } from './ask.ts'

export type NodeEvent = AnswerOf<'events'>

/** `refused`: the token is not this node's. */
export type LiveState = 'connecting' | 'live' | 'lost' | 'refused'

const pauseFirstMs = 500
const pauseMaxMs = 15_000

type Listener = (event: NodeEvent) => void

class LiveEvents {
  state: LiveState = 'connecting'
  readonly #listeners = new Set<Listener>()
  readonly #watchers = new Set<() => void>()
  #stop: AbortController | undefined

  /** Calls `listener` for every event until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls `watcher` whenever the state changes. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Opens the stream, anew when it was open: with a new token. */
  start(): void {
    this.#stop?.abort()
    this.#stop = new AbortController()
    void this.#follow(this.#stop.signal)
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let pause = pauseFirstMs
    this.#become('connecting')
    while (!signal.aborted) {
      try {
        const response = await request('/v1/events', { signal })
        pause = pauseFirstMs
        this.#become('live')
        for await (const event of eventsOf(iterable(response.body!)))
          for (const listener of [...this.#listeners]) listener(event as NodeEvent)
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof Refusal && error.code === 'api/token-refused')
          return this.#become('refused')
      }
      if (signal.aborted) return
      this.#become('lost')
      await new Promise((resolve) => setTimeout(resolve, pause))
      pause = Math.min(2 * pause, pauseMaxMs)
    }
  }

  #become(state: LiveState): void {
    if (state === this.state) return
    this.state = state
    for (const watcher of [...this.#watchers]) watcher()
  }
}

export const liveEvents = new LiveEvents()

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>

/** Older Safaris cannot iterate a stream; they get what the loop needs. */
function iterable(body: Bytes): Bytes {
  if (Symbol.asyncIterator in body) return body
  async function* chunks() {
    const reader = (body as Bytes).getReader()
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  }
  return { [Symbol.asyncIterator]: chunks } as unknown as Bytes
}
