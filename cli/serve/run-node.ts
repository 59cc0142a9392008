// A node in this process, with its API, until somebody stops it.
import { rm, rmdir } from 'node:fs/promises'
import { flushCompileCache } from 'node:module'
import { dirname } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { parseInvite } from '../../src/core/invite.ts'
import { petnamesOf } from '../../src/core/petname.ts'
import { releaseInterrupt } from '../interrupt.ts'
import { invitesOthers, joinCommand, listenReason, opens } from '../join-command.ts'
import { tellServiceManager } from './notify.ts'

/** The flags of `node start`. */
export interface NodeFlags {
  readonly home: string | undefined
  readonly json: boolean
  readonly overlay: readonly string[]
  readonly join: string | undefined
  readonly listen: readonly string[] | undefined
  readonly owner: string
  /** Each NAME=PEERID. */
  readonly petname?: readonly string[] | undefined
  readonly policy: string
  readonly router: string
  readonly store: string | undefined
  readonly 'api-port': number
  readonly mdns: boolean
  readonly relay: boolean
  readonly upnp: boolean
  readonly 'exit-with-stdin': boolean
  /** Leaves when standard input ends, as under a supervisor; its home stays. */
  readonly 'stop-with-stdin'?: boolean
  /** As `devnet up --adversary` tells it. */
  readonly adversary?: string | undefined
  /** PeerIds of the attacker's nodes. */
  readonly accomplices?: readonly string[] | undefined
}

/** What of a node the signals need. */
interface Stoppable {
  stop(): Promise<void>
}

/** What a restart keeps, so that commands, open dashboards and a devnet find the node where it was. */
export interface Kept {
  readonly port: number
  readonly token: string
}

/** What is printed once the node serves. */
export interface StartedAnswer {
  readonly event: 'started'
  readonly nodeId: string
  readonly peerId: string
  readonly chainId: string
  readonly home: string
  readonly addresses: readonly string[]
  readonly api: string
  readonly invite: string
}

/** The runtime is loaded when a node starts, not before: hence no import above. */
type Served = Awaited<ReturnType<typeof import('../../src/runtime/serve.ts').serveNode>>

type Print = (answer: StartedAnswer, people: (answer: StartedAnswer) => string) => void

/**
 * Starts the node, prints where it is, and returns when it has ended.
 *
 * @param kept of the node before, where this one is started in its place
 * @returns what to keep when it is to be started anew; undefined when it is to stay stopped
 */
export async function runNode(
  flags: NodeFlags,
  print: Print,
  kept?: Kept,
): Promise<Kept | undefined> {
  const { serveNode } = await import('../../src/runtime/serve.ts')
  const { locateHome } = await import('../../src/runtime/home/location.ts')
  const { createLog } = await import('../../src/runtime/log.ts')
  const join = flags.join === undefined ? undefined : parseInvite(flags.join)
  const served = await serveNode(
    {
      home: locateHome(flags.home).folder,
      overlays: flags.overlay,
      owner: flags.owner,
      petnames: petnamesOf(flags.petname ?? []),
      routing: flags.policy as 'distnet' | 'pastry' | 'trustnet',
      mdns: flags.mdns,
      relay: flags.relay,
      upnp: flags.upnp,
      log: createLog(process.stderr.isTTY),
      ...(join === undefined ? {} : { join }),
      ...(flags.listen === undefined ? {} : { listen: flags.listen }),
      ...(await underAttack(flags)),
      ...(flags.store === undefined ? {} : { engine: flags.store as 'rocksdb' | 'classic-level' }),
    },
    {
      ...{ router: flags.router as 'trust' | 'kad', token: kept?.token },
      port: flags['api-port'] === 0 ? (kept?.port ?? 0) : flags['api-port'],
    },
  )
  const end = stopWhenAsked(served.node, flags)
  try {
    announce(served, print)
    if (kept === undefined)
      tellServiceManager(`node ${served.node.nodeId} serves at ${served.api.url}`)
  } catch (error) {
    await served.node.stop()
    await served.ended
    end.release()
    throw error
  }
  // Nodes started after this one find the compiled code; by itself Node writes it at the very end.
  flushCompileCache()
  const reason = await served.ended
  end.release()
  const { api, token } = served
  if (reason === undefined && served.restarts() && !end.wasAsked()) return { port: api.port, token }
  if (flags['exit-with-stdin']) await forget(served.home)
  if (reason !== undefined)
    throw reason instanceof Failure
      ? reason
      : new Failure('node/failed', {
          why: reason instanceof Error ? reason.message : String(reason),
        })
  return undefined
}

/** Says where the node is. */
function announce({ node, api, home }: Served, print: Print): void {
  print(
    {
      event: 'started',
      nodeId: node.nodeId,
      peerId: node.peerId,
      chainId: node.network.chainId,
      home,
      addresses: node.transport.addresses(),
      api: api.url,
      invite: node.invite,
    },
    people,
  )
}

/** The setting that makes this node an adversary, where it is to be one. */
async function underAttack({ adversary, accomplices = [], overlay }: NodeFlags) {
  if (adversary === undefined) return {}
  const { aroundMachine } = await import('./adversary.ts')
  return { around: await aroundMachine(adversary, accomplices, overlay[0] ?? 'social') }
}

/** A devnet's node takes its home along, also when the devnet's process can no longer do it. */
async function forget(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true })
  // The last one finds the devnet's own folder empty.
  await rmdir(dirname(home)).catch(() => {})
}

function people(answer: StartedAnswer): string {
  return [
    `node     ${answer.nodeId}`,
    `peer id  ${answer.peerId}`,
    `network  ${answer.chainId}`,
    `home     ${answer.home}`,
    ...answer.addresses.map((address) => `listens  ${address}`),
    `api      ${answer.api} (token in ${answer.home}/api.json)`,
    `view     ${answer.api}/ in a browser; trustnet dashboard prints it with the token`,
    ...(invitesOthers(answer)
      ? []
      : ['', `It listens on loopback alone: only nodes on this machine can join. ${opens}`]),
    '',
    invitesOthers(answer) ? `A friend joins with (${listenReason}):` : 'A friend joins with:',
    `  ${joinCommand(answer)}`,
  ].join('\n')
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * The first signal stops gracefully, the second at once. A devnet or supervisor that ends, however it
 * ends, closes this process's standard input: under one that stops the node as well.
 */
function stopWhenAsked(node: Stoppable, flags: NodeFlags) {
  releaseInterrupt()
  let asked = false
  const stop = (): void => {
    asked = true
    void node.stop()
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(130)
    if (signal === 'SIGINT') process.exitCode = 130
    stop()
  }
  for (const signal of signals) process.on(signal, onSignal)
  const { stdin } = process
  const endings = flags['exit-with-stdin'] || flags['stop-with-stdin'] ? stdinEndings : []
  if (endings.length > 0) {
    stdin.resume()
    // It may have ended while the node before this one left.
    if (stdin.readableEnded || stdin.destroyed) stop()
  }
  for (const ending of endings) stdin.once(ending, stop)
  return {
    wasAsked: () => asked,
    release(): void {
      for (const signal of signals) process.off(signal, onSignal)
      for (const ending of endings) stdin.off(ending, stop)
      // While it is read, an open pipe keeps this process alive.
      if (endings.length > 0) stdin.pause()
    },
  }
}

const stdinEndings = ['end', 'close', 'error'] as const
