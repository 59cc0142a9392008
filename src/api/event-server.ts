// Serves the node's events to one listener. A listener that does not read is dropped once its queue
// is full: events are news, and memory is bounded.
import type { ServerResponse } from 'node:http'
import { beatText, eventText } from './event-stream.ts'
import type { NodeService } from './service.ts'

/** Bytes waiting for one listener: some thousands of events. */
const queueBytesMax = 4_194_304

/** Below the usual half minute after which proxies close what is idle. */
const beatEveryMs = 15_000

/** @param kinds separated by commas; all when undefined */
export function serveEvents(
  service: NodeService,
  response: ServerResponse,
  kinds: string | undefined,
): void {
  const wanted = kinds === undefined ? undefined : new Set(kinds.split(','))
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  // The first bytes tell the listener that it misses nothing from here on.
  response.write(beatText)
  const write = (text: string): void => {
    if (response.writableLength > queueBytesMax) response.destroy()
    else response.write(text)
  }
  const unwatch = service.watch((event) => {
    if (wanted === undefined || wanted.has(event.event)) write(eventText(event))
  })
  const beat = setInterval(() => write(beatText), beatEveryMs)
  beat.unref()
  response.on('close', () => {
    clearInterval(beat)
    unwatch()
  })
}
