// What goes wrong: who broke rules, who is barred or banned, and which lookups fail. The lookups are
// real ones, of random keys from this node; the node tells misbehaviour from when the page is open.
import { useRef, useState } from 'preact/hooks'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { ask, Refusal } from '../live/ask.ts'
import { useAnswer, useRecent } from '../live/hooks.ts'
import { Waiting } from '../parts/notices.tsx'
import { Table } from '../parts/table.tsx'
import { clockTime, decimal, duration, nameOf, points, shortId } from '../parts/words.ts'

type Tried =
  | { readonly is: 'answered'; readonly key: string; readonly route: AnswerOf<'trace'> }
  | { readonly is: 'failed'; readonly key: string; readonly why: string }

const lookupsPerRun = 20
/** Parallel routes: several answers that agree are harder to forge. */
const routesAsked = 3

export function Attacks() {
  return (
    <>
      <Lookups />
      <Broken />
      <Barred />
    </>
  )
}

function Lookups() {
  const [tried, setTried] = useState<readonly Tried[]>([])
  const [isTrying, setIsTrying] = useState(false)
  const goes = useRef(false)
  const tryAll = async (): Promise<void> => {
    setTried([])
    setIsTrying(true)
    goes.current = true
    for (let i = 0; i < lookupsPerRun && goes.current; i++) {
      const one = await tryOnce(randomKey())
      setTried((old) => [...old, one])
    }
    goes.current = false
    setIsTrying(false)
  }
  const good = tried.filter((one) => one.is === 'answered' && one.route.delivered).length
  return (
    <section aria-labelledby="lookups">
      <h2 id="lookups">Lookups</h2>
      <div class="choices">
        {isTrying ? (
          <button
            type="button"
            onClick={() => {
              goes.current = false
            }}
          >
            Stop
          </button>
        ) : (
          <button type="button" onClick={() => void tryAll()}>
            Look up {lookupsPerRun} random keys
          </button>
        )}
        <p role="status" class="quiet">
          {tried.length === 0
            ? ''
            : `${good} of ${tried.length} answered by the root, ${tried.length - good} failed`}
        </p>
      </div>
      <Table
        caption="Lookups from this node"
        rows={tried}
        keyOf={({ key }) => key}
        none="None was tried yet."
        columns={[
          { head: 'Key', of: ({ key }) => <code>{shortId(key)}</code> },
          { head: 'Outcome', of: outcome },
          {
            head: 'Hops',
            of: (one) => (one.is === 'answered' ? one.route.hops.length : ''),
            isNumber: true,
          },
          {
            head: 'Routes that agree',
            of: (one) =>
              one.is === 'answered' ? `${one.route.agreeing} of ${one.route.answered}` : '',
          },
          {
            head: 'Took',
            of: (one) => (one.is === 'answered' ? duration(one.route.ms) : ''),
            isNumber: true,
          },
        ]}
      />
    </section>
  )
}

const outcome = (one: Tried): string => {
  if (one.is === 'failed') return `✕ ${one.why}`
  if (!one.route.delivered) return '✕ not delivered'
  return one.route.agreeing < one.route.answered ? '⚠ answered, but routes disagree' : '✓ answered'
}

async function tryOnce(key: string): Promise<Tried> {
  try {
    return { is: 'answered', key, route: await ask('lookup', { key, routes: routesAsked }) }
  } catch (error) {
    return { is: 'failed', key, why: error instanceof Refusal ? error.message : String(error) }
  }
}

const randomKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')

function Broken() {
  const events = useRecent(['misbehaved', 'forked', 'banned', 'healed', 'lost'], 200)
  return (
    <Table
      caption="Misbehaviour, bans and losses since this page was opened"
      rows={events}
      keyOf={(event, place) => `${event.at}-${events.length - place}`}
      none="This node saw nobody break a rule since this page was opened."
      columns={[
        { head: 'Time', of: ({ at }) => clockTime(at) },
        { head: 'Who', of: (event) => nameOf(whoIn(event)) },
        { head: 'What', of: whatIn },
      ]}
    />
  )
}

type Sign = ReturnType<
  typeof useRecent<'misbehaved' | 'forked' | 'banned' | 'healed' | 'lost'>
>[number]

function whoIn(event: Sign) {
  if (event.event === 'forked') return event.author
  return 'node' in event ? event.node : event.peer
}

function whatIn(event: Sign): string {
  switch (event.event) {
    case 'misbehaved':
      return `⚠ ${event.why}`
    case 'forked':
      return '⚠ signed two histories'
    case 'banned':
      return `✕ banned at ${points(event.reputation)} points`
    case 'healed':
      return '✓ healed'
    case 'lost':
      return '◌ does not answer'
  }
}

function Barred() {
  const nodes = useAnswer('nodes', {}, ['rated', 'banned', 'healed', 'lost', 'connected'])
  const status = useAnswer('status', {}, ['block'])
  const standings = new Map((status.answer?.nodes ?? []).map((node) => [node.nodeId, node]))
  const suspects = (nodes.answer?.peers ?? []).filter(
    ({ nodeId, state, aggregate }) =>
      state !== 'alive' ||
      aggregate < 0 ||
      standings.get(nodeId)?.status === 'BANNED' ||
      standings.get(nodeId)?.warned,
  )
  return (
    <>
      <Waiting {...nodes} />
      <Table
        caption="Peers that are barred, banned, warned, distrusted or silent"
        rows={suspects}
        keyOf={({ nodeId }) => nodeId}
        none={nodes.answer === undefined ? '' : 'There is none.'}
        columns={[
          { head: 'Peer', of: nameOf },
          { head: 'Here', of: ({ state }) => state },
          {
            head: 'On the chain',
            of: ({ nodeId }) => {
              const standing = standings.get(nodeId)
              return `${standing?.status.toLowerCase() ?? 'no record'}${standing?.warned === true ? ', warned' : ''}`
            },
          },
          { head: 'Trust', of: ({ aggregate }) => decimal(aggregate), isNumber: true },
        ]}
      />
    </>
  )
}
