// What `doctor` asks of the node that runs: its key, its peers, its height.
import { connect } from 'node:net'
import { type ApiClient, apiClient } from '../../src/api/client.ts'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import type { FoundNode } from '../home.ts'
import { joinCommand } from '../join-command.ts'
import { type Check, note, ok, wrong } from './check.ts'
import { keptInvites } from './home.ts'
import { placeOf } from './ports.ts'
import { standing } from './standing.ts'
import { succession } from './succession.ts'

type Status = AnswerOf<'status'>

const answerSeconds = 5
const dialMs = 2_000

export interface Asked {
  readonly checks: readonly Check[]
  /** When the newest block was made, by its own time. */
  readonly blockAt: number | null
}

/** Asks the node that runs there. @param start the command that starts one where none does */
export async function askNode(
  { home, connection, devnet }: FoundNode,
  start = 'trustnet node start',
): Promise<Asked> {
  if (connection === undefined)
    return {
      checks: [note('node', `None runs in ${home}: start one with ${start}`)],
      blockAt: null,
    }
  const { url, token } = connection
  const api = apiClient({ url, token, home, timeoutSeconds: answerSeconds })
  try {
    const status = await api.status()
    const named = devnet === undefined ? '' : `devnet node ${devnet}, `
    return {
      checks: [
        ok('API', `${named}${url} answers`),
        key(status),
        ...standing(status),
        ...(status.height === null ? [] : await succession(api, home)),
        await peers(status),
        reach(status),
        await height(api, status),
        await readiness(api),
      ],
      blockAt: await newestBlock(api, status),
    }
  } catch (error) {
    return { checks: [wrong('API', (error as Error).message)], blockAt: null }
  }
}

const key = ({ forked, nodeId, joined }: Status): Check =>
  forked
    ? wrong(
        'node',
        'Forked: two different entries carry its signature (the key ran in two places, or an old copy of the store came back), and the network froze the key for good. Move the home away and start anew; keep one copy of a key running.',
      )
    : ok('node', `${nodeId}, ${joined ? 'joined' : 'joining'}`)

/** A node that is not reached works all the same, by relays; whoever can should open a port. */
function reach({ reachability, addresses }: Status): Check {
  switch (reachability) {
    case 'public':
      return ok('reach', 'peers on the Internet dial this node')
    case 'local':
      return note(
        'reach',
        'It listens on this machine alone: --listen /ip4/0.0.0.0/tcp/4001 opens it.',
      )
    case 'unknown':
      return note('reach', 'No peer on the Internet was asked yet whether it can dial this node.')
    case 'private': {
      const relays = addresses.filter((address) => address.includes('/p2p-circuit')).length
      return relays > 0
        ? note(
            'reach',
            'Behind a NAT or a firewall: it is reached through relays, and directly where hole punching works. A port forwarded to it would do better.',
          )
        : wrong(
            'reach',
            'Behind a NAT or a firewall, and no peer relays for it: it can dial, but not be dialled. Forward its port in the router, or join through a node on the Internet that relays.',
          )
    }
  }
}

/** The founder of a network is alone at first; anybody else should have somebody. */
async function peers(status: Status): Promise<Check> {
  const { connected, known } = status.peers
  if (connected > 0) return ok('peers', `${connected} connected, ${known} known`)
  const ways = await keptInvites(status.home)
  if (ways.length === 0 && known === 0)
    return note('peers', `Nobody joined yet. A friend does with: ${joinCommand(status)}`)
  const tried = await Promise.all(
    [...new Set(ways.flatMap(({ addresses }) => addresses))].slice(0, 8).map(async (address) => {
      const place = placeOf(address)
      return `${address} ${place === undefined ? 'is dialled through others' : await reached(place)}`
    }),
  )
  const refused = tried.some((says) => says.endsWith(answers))
    ? ` Who answers and takes no link may refuse this node, for a rating below 0 or a ban: its owner sees it in trustnet reputation ${status.nodeId}.`
    : ''
  return wrong(
    'peers',
    `None of the ${known} known peers is connected. ${tried.length === 0 ? '' : `The ways in: ${tried.join('; ')}. `}Check the network and its firewall; if those nodes moved, ask for a new invite.${refused}`,
  )
}

const answers = 'answers'

/** Does anybody listen there? */
function reached(place: { readonly host: string; readonly port: number }): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ ...place, timeout: dialMs })
    const end = (says: string) => {
      socket.destroy()
      resolve(says)
    }
    socket.once('connect', () => end(answers))
    socket.once('timeout', () => end('is silent (a firewall, or the machine is off)'))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? 'refuses (no node runs there)' : `fails (${error.code})`),
    )
  })
}

async function height(api: ApiClient, status: Status): Promise<Check> {
  if (status.height === null) return note('height', 'this node keeps no chain')
  const ready = await api.ready()
  if (ready.caughtUp) return ok('height', `${status.height}, with its peers`)
  const told = ready.why.join(' ')
  return wrong(
    'height',
    `At ${status.height}, behind its peers. ${told} It fetches what is missing; if the height does not grow in a minute, see its log, and check peers and disk.`,
  )
}

/** What keeps it from taking part, by its own word: also peers that speak another version of the protocol. */
async function readiness(api: ApiClient): Promise<Check> {
  const { why } = await api.ready()
  return why.length === 0 ? ok('ready', 'it takes part') : note('ready', why.join(' '))
}

/** Unknown where there is no chain, or no block yet. */
async function newestBlock(api: ApiClient, { height: top }: Status): Promise<number | null> {
  if (top === null || top === 0) return null
  const { blocks } = await api.blocks({ limit: 1 })
  return blocks[0]?.time ?? null
}
