// The two ends of server-sent events: one JSON value in the `data` line of each event, a comment now
// and then so that a dead connection shows. https://html.spec.whatwg.org/multipage/server-sent-events.html

/** The text of one event; `event` repeats the kind for browsers' listeners. */
export const eventText = (value: { readonly event: string }): string =>
  `event: ${value.event}\ndata: ${JSON.stringify(value)}\n\n`

/** Nothing happened: keeps proxies and clients from giving up. */
export const beatText = ': beat\n\n'

/** One event may not grow beyond this while it is read. */
const eventCharsMax = 1_048_576

/** The values in a stream of events, as they come; ends with the stream. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<unknown, void, void> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true })
    const blocks = pending.split('\n\n')
    pending = blocks.pop() ?? ''
    if (pending.length > eventCharsMax) return
    for (const block of blocks) {
      const data = block
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart())
      if (data.length > 0) yield JSON.parse(data.join('\n'))
    }
  }
}
