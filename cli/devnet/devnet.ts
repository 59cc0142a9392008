// A local network of real node processes: starts them, lets them join and rate, knows when they are
// ready, and leaves nothing behind. Tells what happens as events; screen.ts and the command print them.
import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isProcess } from '../../src/api/connection-file.ts'
import { Failure } from '../../src/core/failure.ts'
import { leavesPerSide } from '../../src/core/limits.ts'
import { devnetPointerFile, removeDevnetPointer, writeDevnetPointer } from '../home.ts'
import { peerIdsOf } from './adversaries.ts'
import { Child } from './child.ts'
import type { DevnetRating } from './ratings.ts'

export interface DevnetOptions {
  readonly nodes: number
  readonly overlays: readonly string[]
  readonly policy: string
  readonly router: string
  /** By name, what a node is told to do; the others are honest. */
  readonly adversaries: ReadonlyMap<string, string>
  readonly entry: readonly string[]
  readonly readyWithinSeconds: number
}

export interface DevnetNodeView {
  readonly name: string
  readonly nodeId: string
  readonly peerId: string
  readonly address: string
  readonly api: string
  readonly invite: string
  readonly home: string
  /** What it does, where it attacks. */
  readonly adversary?: string
}

export type DevnetEvent =
  | { readonly event: 'starting'; readonly nodes: number; readonly folder: string }
  | { readonly event: 'started'; readonly name: string; readonly nodeId: string }
  | { readonly event: 'joined'; readonly nodes: number; readonly seconds: number }
  | { readonly event: 'rated'; readonly ratings: number; readonly seconds: number }
  | { readonly event: 'ready'; readonly nodes: readonly DevnetNodeView[]; readonly seconds: number }
  | ({ readonly event: 'route' } & RouteEvent)
  /** The chain has grown since the last such event; of the node that is furthest. */
  | { readonly event: 'height'; readonly height: number; readonly seconds: number }
  | { readonly event: 'ended'; readonly name: string }
  | ({ readonly event: 'summary' } & Summary)

export interface RouteEvent {
  readonly from: string
  readonly key: string
  readonly root: string
  readonly hops: readonly { readonly to: string; readonly by: string; readonly trust: number }[]
  readonly ms: number
}

export interface Summary {
  readonly nodes: number
  readonly ratings: number
  readonly routes: number
  readonly delivered: number
  /** Of the latest block that was seen; null where the nodes keep no chain. */
  readonly height: number | null
  readonly seconds: number
}

/** Nodes that start at the same time: each takes a core for a second. */
const startsAtOnce = 4
const startTimeoutMs = 60_000
/** Nodes asked for the height: one may hang, not all of them. */
const nodesAsked = 4

/** Epochs and heartbeats short enough to be watched (trustchain/ledger/parameters.ts). */
const devnetParameters = { epochBlocks: 20, epochMs: 10_000, heartbeatMs: 2_000 }

const pollMs = 100

export class Devnet {
  readonly folder: string
  readonly children: Child[] = []
  readonly #options: DevnetOptions
  readonly #tell: (event: DevnetEvent) => void
  readonly #begun = performance.now()
  #ratings = 0
  #routes = 0
  #delivered = 0
  #height: number | null = null
  #stopping: Promise<void> | undefined
  /** PeerIds of the attacker's nodes. */
  #accomplices: readonly string[] = []

  constructor(options: DevnetOptions, tell: (event: DevnetEvent) => void) {
    this.#options = options
    this.#tell = tell
    this.folder = join(dirname(devnetPointerFile()), `devnet-${process.pid}`)
  }

  get isStopping(): boolean {
    return this.#stopping !== undefined
  }

  /** Starts the nodes, lets them join, gives the ratings, and returns when all route by all ratings. */
  async up(ratings: readonly DevnetRating[]): Promise<void> {
    this.#tell({ event: 'starting', nodes: this.#options.nodes, folder: this.folder })
    await clearDeadDevnets(dirname(this.folder))
    const { makeHome } = await import('../../src/runtime/home/home.ts')
    await makeHome(this.folder)
    await this.#found()
    await this.#startAll()
    const { adversaries } = this.#options
    await writeDevnetPointer(
      this.children.map(({ name, home }) => ({ name, home, ...roleOf(adversaries, name) })),
    )
    await this.#untilAll(
      'all nodes joined',
      async ({ joined, peers }) => joined && peers.leaves >= this.#leaves(),
    )
    this.#tell({ event: 'joined', nodes: this.children.length, seconds: this.#seconds() })
    await this.#rate(ratings)
    await this.lookAtHeight()
    this.#tell({ event: 'ready', nodes: this.#views(), seconds: this.#seconds() })
  }

  /** One lookup of a random key from a random node, told as an event; undefined when it failed. */
  async routeOnce(key: string): Promise<void> {
    const from = this.children[Math.floor(Math.random() * this.children.length)]!
    this.#routes++
    try {
      const route = await from.api.lookup({ key })
      this.#delivered++
      const name = (id: string): string =>
        this.children.find(({ started }) => started.nodeId === id)?.name ?? id.slice(0, 8)
      this.#tell({
        ...{ event: 'route', from: from.name, key, root: name(route.root), ms: route.ms },
        hops: route.hops.map(({ to, by, trust }) => ({ to: name(to), by, trust })),
      })
    } catch (error) {
      if (!(error instanceof Error) || this.isStopping) return
    }
  }

  /** Asks the nodes how far the chain is; tells when it has grown. */
  async lookAtHeight(): Promise<void> {
    const asked = await Promise.allSettled(
      this.children.slice(0, nodesAsked).map(({ api }) => api.status()),
    )
    const heights = asked.flatMap((one) =>
      one.status === 'fulfilled' && one.value.height !== null ? [one.value.height] : [],
    )
    if (heights.length === 0) return
    const height = Math.max(...heights)
    if (height === this.#height || this.isStopping) return
    this.#height = height
    this.#tell({ event: 'height', height, seconds: this.#seconds() })
  }

  summary(): Summary {
    return {
      ...{ nodes: this.children.length, ratings: this.#ratings },
      ...{ routes: this.#routes, delivered: this.#delivered, height: this.#height },
      seconds: this.#seconds(),
    }
  }

  /** Stops every node and removes the folder. Idempotent. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop()))
    await removeDevnetPointer()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** The genesis names the nodes as members, so that they agree from the first block on. */
  async #found(): Promise<void> {
    const { foundNetwork } = await import('../../src/runtime/home/founding.ts')
    const homes = this.#names().map((name) => join(this.folder, name))
    await foundNetwork({ name: 'devnet', homes, parameters: devnetParameters })
    const { adversaries } = this.#options
    this.#accomplices = await peerIdsOf(
      [...adversaries.keys()].map((name) => join(this.folder, name)),
    )
  }

  #views(): DevnetNodeView[] {
    const { adversaries } = this.#options
    return this.children.map((child) => ({ ...viewOf(child), ...roleOf(adversaries, child.name) }))
  }

  #names(): string[] {
    return Array.from({ length: this.#options.nodes }, (_, i) => `n${i + 1}`)
  }

  async #startAll(): Promise<void> {
    const names = this.#names()
    const [founder, ...others] = names
    const first = await this.#start(founder!, [])
    const join = ['--join', first.started.invite]
    let next = 0
    const lane = async (): Promise<void> => {
      while (next < others.length && !this.isStopping) await this.#start(others[next++]!, join)
    }
    await Promise.all(Array.from({ length: startsAtOnce }, lane))
    this.children.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name))
  }

  async #start(name: string, more: readonly string[]): Promise<Child> {
    const { overlays, policy, router, entry, adversaries } = this.#options
    const attack = adversaries.get(name)
    const args = [
      ...(attack === undefined ? [] : ['--adversary', attack]),
      ...(attack === undefined ? [] : this.#accomplices.flatMap((id) => ['--accomplices', id])),
      ...overlays.flatMap((overlay) => ['--overlay', overlay]),
      ...['--policy', policy, '--router', router, ...more],
    ]
    const home = join(this.folder, name)
    const child = await Child.start({ name, home, args, entry, startTimeoutMs })
    this.children.push(child)
    void child.exited.then(() => {
      if (!this.isStopping) this.#tell({ event: 'ended', name })
    })
    this.#tell({ event: 'started', name, nodeId: child.started.nodeId })
    return child
  }

  async #rate(ratings: readonly DevnetRating[]): Promise<void> {
    const byName = new Map(this.children.map((child) => [child.name, child]))
    await Promise.all(
      this.children.map(async (child) => {
        for (const { to, value, overlay } of ratings.filter(({ from }) => from === child.name))
          await child.api.rate({ peer: byName.get(to)!.started.peerId, value, overlay })
      }),
    )
    this.#ratings = ratings.length
    await this.#untilAll(
      'all ratings are everywhere, and final',
      async ({ ratings: { held, final } }) => Math.min(held, final ?? 0) >= ratings.length,
    )
    if (ratings.length > 0)
      await this.#untilAll('all tables are made of the ratings', async (_, { api }) => {
        const tables = this.#options.overlays.map((overlay) => api.routeTable({ overlay }))
        return (await Promise.all(tables)).every(({ settled }) => settled)
      })
    this.#tell({ event: 'rated', ratings: ratings.length, seconds: this.#seconds() })
  }

  #leaves(): number {
    return Math.min(this.#options.nodes - 1, 2 * leavesPerSide)
  }

  #seconds(): number {
    return Math.round((performance.now() - this.#begun) / 100) / 10
  }

  async #untilAll(
    what: string,
    holds: (status: Awaited<ReturnType<Child['api']['status']>>, child: Child) => Promise<boolean>,
  ): Promise<void> {
    for (const child of this.children) {
      while (!this.isStopping && !(await holds(await child.api.status(), child))) {
        if (this.#seconds() > this.#options.readyWithinSeconds)
          throw new Failure('devnet/not-ready', { what, seconds: this.#options.readyWithinSeconds })
        await new Promise((resolve) => setTimeout(resolve, pollMs))
      }
    }
  }
}

/** What devnets left whose machine went down under them. */
async function clearDeadDevnets(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const pid = /^devnet-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !isProcess(Number(pid)))
      await rm(join(folder, name), { recursive: true, force: true })
  }
}

const roleOf = (
  adversaries: ReadonlyMap<string, string>,
  name: string,
): { readonly adversary?: string } => {
  const adversary = adversaries.get(name)
  return adversary === undefined ? {} : { adversary }
}

const viewOf = ({ name, home, started }: Child): DevnetNodeView => ({
  ...{ name, nodeId: started.nodeId, peerId: started.peerId },
  ...{ address: started.addresses[0]!, api: started.api, invite: started.invite, home },
})
