// A network of many real nodes in few processes, with attackers among them, for measurements at a size
// that a process for each node would not reach on a small machine.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { peerIdsOf } from '../../cli/devnet/adversaries.ts'
import { type ApiClient, apiClient } from '../../src/api/client.ts'
import { readConnection } from '../../src/api/connection-file.ts'
import { foundNetwork } from '../../src/runtime/home/founding.ts'
import { adoptNetwork } from '../../src/runtime/home/genesis.ts'
import { openHome } from '../../src/runtime/home/home.ts'
import { type LiveNetwork, until } from './harness.ts'
import type { Hosted, HostedStart, Hosting } from './node-host.ts'

/** Members of the committee: what it decides is not measured here, and each hears every vote. */
const members = 4

/** Epochs longer than a measurement, so that the committee stays as it is. */
const parameters = { epochMs: 86_400_000, heartbeatMs: 60_000 }

export interface HostedNode extends HostedStart {
  readonly api: ApiClient
  readonly isHonest: boolean
}

export interface NetworkPlan {
  readonly nodes: number
  readonly policy: Hosting['policy']
  /** Of the last so many nodes, as `devnet up` formats it. */
  readonly adversary: string
  readonly enemies: number
  /** [rater, ratee, value], numbers of nodes from 0. */
  readonly ratings: readonly (readonly [number, number, number])[]
  /** How long each stage may take. */
  readonly patienceMs: number
}

/** Starts the nodes, two processes of them, gives the ratings, and returns when all hold them. */
export async function hostedNetwork(
  network: LiveNetwork,
  plan: NetworkPlan,
): Promise<HostedNode[]> {
  const { nodes, enemies, adversary, policy, patienceMs } = plan
  const hosted: Hosted[] = Array.from({ length: nodes }, (_, i) => ({
    ...{ name: `n${i + 1}`, home: network.homeOf(`n${i + 1}`) },
    ...(i < nodes - enemies ? {} : { adversary }),
  }))
  await found(hosted.map(({ home }) => home))
  const attackers = hosted.slice(nodes - enemies)
  const accomplices = await peerIdsOf(attackers.map(({ home }) => home))
  const half = Math.ceil(nodes / 2)
  const first = await host(network, {
    ...{ nodes: hosted.slice(0, half), policy, join: null, accomplices, devnet: hosted },
  })
  const second = await host(network, {
    ...{ nodes: hosted.slice(half), policy, join: first[0]!.invite, accomplices },
  })
  const started = await Promise.all(
    [...first, ...second].map(async (one, i) => {
      const { home } = hosted[i]!
      const { url, token } = (await readConnection(home))!
      const api = apiClient({ url, token, home, timeoutSeconds: 60 })
      return { ...one, api, isHonest: i < nodes - enemies }
    }),
  )
  for (const { name, api } of started)
    await until(
      `${name} has joined`,
      () => statusOf(api),
      (status) => status?.joined === true && status.peers.leaves >= Math.min(nodes - 1, 32),
      patienceMs,
    )
  await rate(started, plan)
  return started
}

/** The network of the first few; the others have its genesis at hand, as a devnet's do. */
async function found(homes: readonly string[]): Promise<void> {
  await foundNetwork({ ...{ name: 'hosted', parameters }, homes: homes.slice(0, members) })
  await using founder = await openHome(homes[0]!)
  const genesis = await readFile(founder.genesis)
  for (const folder of homes.slice(members)) {
    await using home = await openHome(folder)
    await adoptNetwork(home.folder, home.genesis, genesis)
  }
}

/** A host that starts fifteen nodes may be too busy to answer: then it is asked again. */
const statusOf = (api: ApiClient) => api.status().catch(() => undefined)

async function rate(nodes: readonly HostedNode[], { ratings, patienceMs }: NetworkPlan) {
  await Promise.all(
    nodes.map(async ({ api }, rater) => {
      for (const [from, to, value] of ratings)
        if (from === rater)
          await api.rate({ peer: nodes[to]!.peerId, value: String(value), overlay: 'social' })
    }),
  )
  for (const { name, api } of nodes)
    await until(
      `${name} holds all ratings, and they are final`,
      () => statusOf(api),
      (status) => Math.min(status?.ratings.held ?? 0, status?.ratings.final ?? 0) >= ratings.length,
      patienceMs,
    )
  // Trusted tables follow within seconds of the last rating.
  for (const { name, api } of nodes)
    await until(
      `${name} has made its table of all ratings`,
      () => api.routeTable({ overlay: 'social' }),
      ({ rows, settled }) => settled && rows.length > 0,
      patienceMs,
    )
}

/** One process; resolves when all its nodes serve. */
async function host(network: LiveNetwork, hosting: Hosting): Promise<HostedStart[]> {
  const file = join(import.meta.dirname, 'node-host.ts')
  const child = network.program(file, JSON.stringify(hosting))
  const started: HostedStart[] = []
  for await (const line of createInterface({ input: child.stdout! })) {
    started.push(JSON.parse(line) as HostedStart)
    if (started.length === hosting.nodes.length) break
  }
  if (started.length < hosting.nodes.length)
    throw new Error(`a host ended after ${started.length} of ${hosting.nodes.length} nodes`)
  child.stdout!.resume()
  return started
}
