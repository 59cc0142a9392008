// A node with its API: what `node start` runs. The API's address and token lie in the home while
// the node serves, and are gone after a graceful stop.
import { newToken, removeConnection, writeConnection } from '../api/connection-file.ts'
import { type ApiServer, startApi } from '../api/server.ts'
import { LogRate } from './log-rate.ts'
import { type RunningNode, startNode } from './running-node.ts'
import { LiveNodeService, packageVersion } from './service/node-service.ts'
import type { HomeSettings } from './settings.ts'

export interface Served {
  readonly node: RunningNode
  readonly api: ApiServer
  readonly token: string
  /** The folder of its home. */
  readonly home: string
  /** Was its end asked for so that it is started anew? */
  restarts(): boolean
  /** Resolves when node and API are down, with the reason if the node failed. */
  readonly ended: Promise<unknown>
}

export interface ServeOptions {
  readonly router: 'trust' | 'kad'
  /** 0 takes a free one. */
  readonly port: number
  /** Of the node in whose place this one is started. @default a new one */
  readonly token?: string | undefined
}

/** Starts a node and its API; throws what `startNode` throws, and Failure `api/port-taken`. */
export async function serveNode(settings: HomeSettings, options: ServeOptions): Promise<Served> {
  const node = await startNode(settings)
  let api: ApiServer | undefined
  try {
    const service = new LiveNodeService(node, {
      router: options.router,
      version: packageVersion(),
    })
    logEvents(node)
    const token = options.token ?? newToken()
    const server = await startApi(service, {
      ...{ port: options.port, token },
      observe: (path, status, ms) => service.counts.answered(path, status, ms),
    })
    service.load = () => server.load
    api = server
    await writeConnection(settings.home, { url: server.url, token, pid: process.pid })
    const ended = node.ended.then(async (reason) => {
      await server.close()
      await removeConnection(settings.home)
      return reason
    })
    const restarts = () => service.restarts
    return { ...{ node, api: server, token, home: settings.home }, restarts, ended }
  } catch (error) {
    await api?.close()
    await node.stop()
    throw error
  }
}

/** What an operator should find in the log: who lied, what is damaged, what was lost. */
function logEvents(node: RunningNode): void {
  const { log } = node.settings
  if (log === undefined) return
  const rate = new LogRate()
  const isBanned = (): boolean => node.machine.ledger?.node(node.nodeId)?.status === 'BANNED'
  let wasBanned = isBanned()
  node.watch((event) => {
    if (event.event === 'finalized' || event.event === 'restored') {
      if (isBanned() !== wasBanned)
        log(wasBanned ? 'info' : 'error', wasBanned ? 'its ban ended' : 'the network banned it', {
          nodeId: node.nodeId,
        })
      wasBanned = isBanned()
    }
    if (event.event === 'misbehaved' && rate.admits(event.peer, performance.now()))
      log('warn', 'a peer broke a rule', { peer: event.peer, why: event.why })
    if (event.event === 'damaged-store')
      log('error', 'stored entries are damaged and were left out', { keys: event.keys })
    if (event.event === 'forked')
      log(event.own ? 'error' : 'warn', 'an author signed two histories', { author: event.author })
    if (event.event === 'lost') log('info', 'a neighbour does not answer', { peer: event.peer })
    if (event.event === 'joined') log('info', 'joined the network', { nodeId: node.nodeId })
  })
}
