// Blocks as they become final, the votes that make them so, and what this browser verified of them.
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { useCertificates } from '../certificates/watch.ts'
import { linkTo, type Place } from '../live/address.ts'
import { useAnswer, useEvents, useRecent } from '../live/hooks.ts'
import { tickText } from '../parts/certificate-tick.tsx'
import { Facts, Waiting } from '../parts/notices.tsx'
import { Table } from '../parts/table.tsx'
import { clockTime, dateTime, duration, nameOf, shortId } from '../parts/words.ts'

type Head = AnswerOf<'blocks'>['blocks'][number]

const blocksShown = 20

export function Blocks({ asked }: { readonly asked: Place['asked'] }) {
  const blocks = useAnswer('blocks', { limit: blocksShown }, ['block'])
  const { verdicts } = useCertificates()
  const seen = useRecent(['block'], 50)
  const took = new Map(seen.map(({ height, sinceMs }) => [height, sinceMs]))
  const height = Number(asked.height ?? 0)
  const verdictOf = ({ height: at }: Head): string => {
    const verdict = verdicts.get(at)
    if (verdict === undefined) return ''
    if (verdict.is === 'verified') return `✓ ${verdict.signers} of ${verdict.members}`
    return tickText(verdict)
  }
  return (
    <>
      <Votes />
      <Waiting {...blocks} />
      <Table
        caption="The latest blocks"
        rows={blocks.answer?.blocks ?? []}
        keyOf={({ id }) => id}
        none={blocks.answer === undefined ? '' : 'No block is final yet.'}
        isChosen={(block) => block.height === height}
        columns={[
          {
            head: 'Height',
            of: (block) => (
              <a href={linkTo('blocks', { height: String(block.height) })}>{block.height}</a>
            ),
            isNumber: true,
          },
          { head: 'Time', of: ({ time }) => clockTime(time) },
          {
            head: 'After',
            of: ({ height: at }) => {
              const ms = took.get(at)
              return ms === undefined || ms === null ? '' : duration(ms)
            },
            isNumber: true,
          },
          { head: 'Proposer', of: ({ proposer }) => nameOf(proposer) },
          { head: 'Transactions', of: ({ transactions }) => transactions, isNumber: true },
          { head: 'Verified here', of: verdictOf },
        ]}
      />
      {height > 0 && <OneBlock key={height} height={height} />}
    </>
  )
}

interface Ballot {
  readonly height: number
  readonly round: number
  /** `prevote/<node id>` → `✓` for a block, `nil`. */
  readonly votes: ReadonlyMap<string, string>
}

/** The votes of the latest round that was heard of. */
function useBallot(): Ballot | undefined {
  const [ballot, setBallot] = useState<Ballot>()
  useEvents((event) => {
    if (event.event !== 'vote') return
    const { height, round, kind, voter, block } = event
    setBallot((old) => {
      if (
        old !== undefined &&
        (height < old.height || (height === old.height && round < old.round))
      )
        return old
      const isSame = old?.height === height && old.round === round
      const votes = new Map(isSame ? old.votes : [])
      votes.set(`${kind}/${voter.nodeId}`, block === null ? 'nil' : '✓')
      return { height, round, votes }
    })
  })
  return ballot
}

function Votes() {
  const committee = useAnswer('committee', {}, ['block', 'elected'])
  const ballot = useBallot()
  const members = committee.answer?.members ?? []
  if (members.length === 0) return null
  return (
    <Table
      caption={
        ballot === undefined
          ? 'Votes of the committee: waiting for the next'
          : `Votes of the committee for height ${ballot.height}, round ${ballot.round}`
      }
      rows={members}
      keyOf={({ nodeId }) => nodeId}
      none=""
      columns={[
        { head: 'Member', of: nameOf },
        { head: 'Weight', of: ({ power }) => power, isNumber: true },
        { head: 'Prevote', of: ({ nodeId }) => ballot?.votes.get(`prevote/${nodeId}`) ?? '·' },
        { head: 'Precommit', of: ({ nodeId }) => ballot?.votes.get(`precommit/${nodeId}`) ?? '·' },
      ]}
    />
  )
}

function OneBlock({ height }: { readonly height: number }) {
  const block = useAnswer(
    'block',
    useMemo(() => ({ height }), [height]),
  )
  const certificates = useCertificates()
  const verdict = certificates.verdicts.get(height)
  useEffect(() => {
    certificates.verifyHeight(height).catch(() => {
      // The block itself is asked for below, and says why it cannot be had.
    })
  }, [height])
  const { answer } = block
  return (
    <section class="panel" aria-labelledby="block">
      <h2 id="block">Block {height}</h2>
      <Waiting {...block} />
      {answer !== undefined && (
        <>
          <Facts
            facts={[
              {
                name: 'Verified here',
                value: verdict === undefined ? '◌ not yet' : verdictWords(verdict),
              },
              { name: 'Id', value: <code>{answer.id}</code> },
              { name: 'Time', value: dateTime(answer.header.time) },
              { name: 'Proposer', value: nameOf(answer.header.proposer) },
              { name: 'Round', value: answer.commit.round },
              { name: 'State hash', value: <code>{answer.header.stateHash}</code> },
            ]}
          />
          <Table
            caption="Transactions"
            rows={answer.transactions}
            keyOf={({ hash }) => hash}
            none="It holds no transaction."
            columns={[
              { head: 'Kind', of: ({ kind }) => kind },
              { head: 'Author', of: ({ author }) => (author === null ? '' : nameOf(author)) },
              { head: 'Says', of: ({ says }) => says },
              { head: 'Hash', of: ({ hash }) => <code>{shortId(hash)}</code> },
            ]}
          />
          <Table
            caption="The precommits that made it final"
            rows={answer.commit.votes}
            keyOf={({ nodeId }) => nodeId}
            none="It has none."
            columns={[
              { head: 'Voter', of: nameOf },
              {
                head: 'Signature',
                of: ({ signature }) => <code>{`${signature.slice(0, 24)}…`}</code>,
              },
            ]}
          />
        </>
      )}
    </section>
  )
}

const verdictWords = (verdict: Parameters<typeof tickText>[0]): string =>
  verdict.is === 'verified'
    ? `✓ ${verdict.signers} good signatures of ${verdict.members} members`
    : tickText(verdict)
