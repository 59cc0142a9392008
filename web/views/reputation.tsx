// A node's reputation as of the last block, and every rating that it was ever given.
import { useMemo } from 'preact/hooks'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { RatingLine } from '../graph/rating-line.tsx'
import { linkTo, type Place } from '../live/address.ts'
import { useAnswer, useRecent } from '../live/hooks.ts'
import { Facts, Waiting } from '../parts/notices.tsx'
import { PeerChoice } from '../parts/peer-choice.tsx'
import { Table } from '../parts/table.tsx'
import {
  clockTime,
  dateTime,
  decimal,
  nameOf,
  points,
  statusText,
  valueWords,
} from '../parts/words.ts'

const historyMax = 500

export function ReputationOf({ asked }: { readonly asked: Place['asked'] }) {
  const status = useAnswer('status', {})
  const peer = asked.peer ?? status.answer?.nodeId
  return (
    <>
      <PeerChoice view="reputation" peer={peer} withSelf />
      <Waiting {...status} />
      {peer !== undefined && <OneNode key={peer} peer={peer} />}
    </>
  )
}

function OneNode({ peer }: { readonly peer: string }) {
  const reputation = useAnswer('reputation', { peer }, ['block', 'banned', 'healed'])
  const history = useAnswer('history', { subject: peer, limit: historyMax }, ['rated'])
  const { answer } = reputation
  const ratings = useMemo(
    () => [...(history.answer?.ratings ?? [])].sort((a, b) => a.time - b.time),
    [history.answer],
  )
  return (
    <>
      <Waiting {...reputation} />
      {answer !== undefined && <Standing reputation={answer} />}
      <Turns peer={answer?.nodeId} />
      <Waiting answer={history.answer ?? answer} refusal={history.refusal} />
      {ratings.length > 0 && <RatingLine ratings={ratings} />}
      <Table
        caption="Ratings of this node, newest first"
        rows={[...ratings].reverse()}
        keyOf={({ hash }) => hash}
        none={history.answer === undefined ? '' : 'Nobody has rated this node.'}
        columns={[
          { head: 'Time', of: ({ time }) => dateTime(time) },
          { head: 'By', of: ({ author }) => nameOf(author) },
          { head: 'Overlay', of: ({ overlay }) => overlay },
          { head: 'Kind', of: ({ kind }) => kind },
          { head: 'Value', of: ({ kind, value }) => valueWords(kind, value), isNumber: true },
          { head: 'Holds', of: ({ latest }) => (latest ? '✓' : 'replaced') },
          { head: 'Reason', of: ({ reason }) => reason ?? '' },
        ]}
      />
      {history.answer?.next != null && (
        <p class="quiet">
          Shown are {historyMax} of them; <code>trustnet trust history</code> has all.
        </p>
      )}
      {answer !== undefined && (
        <p>
          <a href={linkTo('rate', { peer: answer.nodeId })}>Rate this node</a>
        </p>
      )}
    </>
  )
}

function Standing({ reputation }: { readonly reputation: AnswerOf<'reputation'> }) {
  const { reputation: reached, stars, weightedStars, uptime, joinDate, lastHeartbeat } = reputation
  const marks = [
    ...(reputation.warned ? ['warned'] : []),
    ...(reputation.frozen ? ['frozen'] : []),
    ...(reputation.convicted ? ['convicted'] : []),
  ]
  return (
    <Facts
      facts={[
        { name: 'Node', value: nameOf(reputation) },
        { name: 'Node id', value: <code>{reputation.nodeId}</code> },
        { name: 'Reputation', value: reached === null ? 'unrated' : `${points(reached)} of 100` },
        {
          name: 'Stars',
          value: stars === null ? '–' : `${decimal(stars, 2)} ★ by ${reputation.ratings} ratings`,
        },
        {
          name: 'Stars by standing',
          value: weightedStars === null ? '–' : `${decimal(weightedStars, 2)} ★`,
        },
        { name: 'Status', value: statusText(reputation.status) },
        ...(marks.length === 0 ? [] : [{ name: 'Marks', value: `⚠ ${marks.join(', ')}` }]),
        { name: 'Standing', value: `${decimal(100 * reputation.standing, 2)} % of all` },
        { name: 'Committee', value: reputation.committee ? '★ member' : 'no seat' },
        { name: 'Uptime', value: uptime === null ? '–' : `${decimal(uptime, 1)} %` },
        { name: 'Validated', value: `${reputation.transactionsValidated} transactions` },
        { name: 'Joined', value: joinDate === null ? '–' : dateTime(joinDate) },
        { name: 'Last heartbeat', value: lastHeartbeat === null ? '–' : dateTime(lastHeartbeat) },
        { name: 'As of height', value: reputation.height },
      ]}
    />
  )
}

/** Bans and healings since the page was opened. */
function Turns({ peer }: { readonly peer: string | undefined }) {
  const turns = useRecent(['banned', 'healed'], 50).filter(({ node }) => node.nodeId === peer)
  if (turns.length === 0) return null
  return (
    <Table
      caption="Turns since this page was opened"
      rows={turns}
      keyOf={({ height, event }) => `${height}-${event}`}
      none=""
      columns={[
        { head: 'Time', of: ({ at }) => clockTime(at) },
        { head: 'Turn', of: ({ event }) => (event === 'banned' ? '✕ banned' : '✓ healed') },
        { head: 'Height', of: ({ height }) => height, isNumber: true },
        { head: 'Reputation', of: ({ reputation }) => points(reputation), isNumber: true },
      ]}
    />
  )
}
