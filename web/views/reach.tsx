// How peers reach this node: what it names, what dial-backs, the router and relays gave, and every link.
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { useAnswer } from '../live/hooks.ts'
import { Facts, Waiting } from '../parts/notices.tsx'
import { Table } from '../parts/table.tsx'
import { dateTime, nameOf } from '../parts/words.ts'

type ReachAnswer = AnswerOf<'reach'>
type Connection = ReachAnswer['connections'][number]

const reachWords: Readonly<Record<ReachAnswer['reachability'], string>> = {
  public: '● from the Internet',
  private: '◐ through relays',
  unknown: '◌ not known yet',
  local: '○ from this machine alone',
}

/** What a word cannot say. */
const reachRemarks: Readonly<Record<ReachAnswer['reachability'], string>> = {
  public: '',
  private: 'No peer on the Internet can dial it: a NAT or a firewall is between.',
  unknown: 'No peer on the Internet was asked yet whether it can dial this node.',
  local: 'Started with --listen /ip4/0.0.0.0/tcp/4001 it is open to others.',
}

export function ReachOf() {
  const reach = useAnswer('reach', {}, ['connected', 'disconnected', 'joined'])
  const { answer } = reach
  return (
    <>
      <Waiting {...reach} />
      {answer !== undefined && (
        <>
          <Facts
            facts={[
              { name: 'Reached', value: reachWords[answer.reachability] },
              { name: 'Peers asked to dial back', value: answer.asked },
              { name: 'Relays for others', value: answer.relaying ? 'yes, now' : 'no' },
            ]}
          />
          {reachRemarks[answer.reachability] !== '' && (
            <p class="quiet">{reachRemarks[answer.reachability]}</p>
          )}
          <Table
            caption="Addresses"
            rows={[...new Set([...answer.addresses, ...answer.proven, ...answer.mapped])]}
            keyOf={(address) => address}
            none="It has no address: nobody can dial it."
            columns={[
              { head: 'Address', of: (address) => <code>{address}</code> },
              { head: 'Named to peers', of: mark(answer.addresses) },
              { head: 'A dial-back got through', of: mark(answer.proven) },
              { head: 'Mapped by the router (UPnP)', of: mark(answer.mapped) },
            ]}
          />
          <Table
            caption="Relays that keep a place for this node"
            rows={answer.relays}
            keyOf={({ nodeId }) => nodeId}
            none="No relay keeps a place for this node."
            columns={[
              { head: 'Relay', of: (relay) => nameOf(relay) },
              { head: 'At', of: ({ addresses }) => <code>{addresses.join(' ')}</code> },
            ]}
          />
          <Table
            caption="Connections"
            rows={answer.connections}
            keyOf={({ nodeId }) => nodeId}
            none="Nobody is connected."
            columns={[
              { head: 'Peer', of: (connection) => nameOf(connection) },
              { head: 'Way', of: way },
              { head: 'Dialled by', of: dialledBy },
              { head: 'Since', of: ({ openedAt }) => dateTime(openedAt) },
              { head: 'At', of: ({ remoteAddress }) => <code>{remoteAddress}</code> },
            ]}
          />
        </>
      )}
    </>
  )
}

const way = ({ relayed, punched }: Connection): string =>
  relayed ? '◐ relayed' : punched ? '● direct, hole punched' : '● direct'

const dialledBy = ({ direction, punched }: Connection): string =>
  punched ? 'both' : direction === 'inbound' ? 'the peer' : 'this node'

const mark =
  (of: readonly string[]) =>
  (address: string): string =>
    of.includes(address) ? '✓' : ''
