// Who decides the next block, and who was elected to follow.
import { linkTo } from '../live/address.ts'
import { useAnswer } from '../live/hooks.ts'
import { Facts, Waiting } from '../parts/notices.tsx'
import { Table } from '../parts/table.tsx'
import { dateTime, decimal, nameOf, points, statusText } from '../parts/words.ts'

export function Members() {
  const committee = useAnswer('committee', {}, ['block', 'elected', 'banned', 'healed'])
  const { answer } = committee
  return (
    <>
      <Waiting {...committee} />
      {answer !== undefined && (
        <>
          <Facts
            facts={[
              { name: 'Members', value: `${answer.size} of at most ${answer.seatsMax}` },
              { name: 'Votes that a block takes', value: `${answer.quorum} of ${answer.total}` },
              { name: 'May fail while blocks are made', value: answer.spare },
              { name: 'Epoch', value: answer.epoch.number },
              { name: 'Since height', value: answer.epoch.startedHeight },
              { name: 'Since', value: dateTime(answer.epoch.startedAt) },
            ]}
          />
          <Table
            caption={`The committee after block ${answer.height}`}
            rows={answer.members}
            keyOf={({ nodeId }) => nodeId}
            none="There is no member."
            columns={[
              {
                head: 'Member',
                of: (member) => (
                  <a href={linkTo('reputation', { peer: member.nodeId })}>{nameOf(member)}</a>
                ),
              },
              { head: 'Weight', of: ({ power }) => power, isNumber: true },
              { head: 'Status', of: ({ status }) => statusText(status) },
              { head: 'Reputation', of: ({ reputation }) => points(reputation), isNumber: true },
              {
                head: 'Standing',
                of: ({ standing }) => `${decimal(100 * standing, 1)} %`,
                isNumber: true,
              },
              {
                head: 'Uptime',
                of: ({ uptime }) => (uptime === null ? '–' : `${decimal(uptime, 1)} %`),
                isNumber: true,
              },
            ]}
          />
          {answer.handover !== null && (
            <Table
              caption="Elected to follow"
              rows={answer.handover.elected}
              keyOf={({ nodeId }) => nodeId}
              none="Nobody."
              columns={[
                { head: 'Node', of: nameOf },
                { head: 'Ready', of: ({ ready }) => (ready ? '✓ yes' : '◌ not yet') },
              ]}
            />
          )}
        </>
      )}
    </>
  )
}
