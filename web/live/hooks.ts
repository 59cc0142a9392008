// What views know of the node: answers that are asked again when an event says they changed or the
// stream came back, and events as they come.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { AnswerOf, CallName } from '../../src/api/endpoints.ts'
import { type Asked, ask, Refusal } from './ask.ts'
import { type LiveState, liveEvents, type NodeEvent } from './events.ts'

export interface Answered<A> {
  /** The last one, also while a newer is on its way or was refused. */
  readonly answer: A | undefined
  readonly refusal: Refusal | undefined
  readonly again: () => void
}

/** Events come in bursts: one question answers all of a moment. */
const momentMs = 400

/**
 * An answer that is kept fresh.
 *
 * @param asked undefined: nothing to ask for yet
 * @param on events after which the answer may be another one
 * @param gatherMs how long further events are waited for
 */
export function useAnswer<N extends CallName>(
  name: N,
  asked: Asked<N> | undefined,
  on: readonly NodeEvent['event'][] = [],
  gatherMs: number = momentMs,
): Answered<AnswerOf<N>> {
  const [answer, setAnswer] = useState<AnswerOf<N>>()
  const [refusal, setRefusal] = useState<Refusal>()
  const [turn, setTurn] = useState(0)
  const key = JSON.stringify(asked)
  const again = useCallback(() => setTurn((old) => old + 1), [])
  useAfterEvents(on, again, gatherMs)
  const shownFor = useRef(key)
  useEffect(() => {
    if (shownFor.current !== key) setAnswer(undefined)
    shownFor.current = key
    if (key === undefined) return
    const stop = new AbortController()
    ask(name, JSON.parse(key) as Asked<N>, stop.signal).then(
      (value) => {
        if (stop.signal.aborted) return
        setAnswer(value)
        setRefusal(undefined)
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setRefusal(refusalOf(error))
      },
    )
    return () => stop.abort()
  }, [name, key, turn])
  return { answer, refusal, again }
}

const refusalOf = (error: unknown): Refusal =>
  error instanceof Refusal ? error : new Refusal('page', String(error))

/** Calls `act` soon after such events, and when the stream is back. */
function useAfterEvents(
  kinds: readonly NodeEvent['event'][],
  act: () => void,
  gatherMs: number,
): void {
  const key = kinds.join()
  useEffect(() => {
    const wanted = new Set(key.split(','))
    let timer: ReturnType<typeof setTimeout> | undefined
    let wasLost = liveEvents.state === 'lost'
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        wasLost = false
        act()
      }, gatherMs)
    }
    const ends = [
      liveEvents.listen(({ event }) => wanted.has(event) && soon()),
      liveEvents.watch(() => {
        if (liveEvents.state === 'lost') wasLost = true
        else if (liveEvents.state === 'live' && wasLost) soon()
      }),
    ]
    return () => {
      clearTimeout(timer)
      for (const end of ends) end()
    }
  }, [key, act, gatherMs])
}

/** Calls `listener` for every event while the view is shown. */
export function useEvents(listener: (event: NodeEvent) => void): void {
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => liveEvents.listen((event) => latest.current(event)), [])
}

export function useLiveState(): LiveState {
  const [state, setState] = useState(liveEvents.state)
  useEffect(() => liveEvents.watch(() => setState(liveEvents.state)), [])
  return state
}

/** The latest `max` events of some kinds since the page was opened, newest first. */
export function useRecent<K extends NodeEvent['event']>(
  kinds: readonly K[],
  max: number,
): readonly Extract<NodeEvent, { readonly event: K }>[] {
  type Wanted = Extract<NodeEvent, { readonly event: K }>
  const [events, setEvents] = useState<readonly Wanted[]>([])
  useEvents((event) => {
    if ((kinds as readonly string[]).includes(event.event))
      setEvents((old) => [event as Wanted, ...old].slice(0, max))
  })
  return events
}
