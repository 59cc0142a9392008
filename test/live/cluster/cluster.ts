// A cluster of committee members as separate processes over real sockets: started from one genesis that
// names them all, killed (-9), paused (STOP), cut off from each other by proxies, restarted, while load
// runs. Checks from outside see every block that every process reported, in every life of it.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { heapFlags } from '../../../src/core/heap-flags.ts'
import { foundNetwork } from '../../../src/runtime/home/founding.ts'
import { adoptNetwork } from '../../../src/runtime/home/genesis.ts'
import { openHome } from '../../../src/runtime/home/home.ts'
import { loadOrCreateIdentity } from '../../../src/runtime/home/identity.ts'
import { BlockRecord } from './block-record.ts'
import type { MemberAsk, MemberSays, MemberState, Usage } from './member.ts'
import { LoopbackProxy } from './proxy.ts'

export interface ClusterSettings {
  readonly members: number
  /** Nodes beyond the founding members. @default 0 */
  readonly followers?: number
  /** Genesis parameters by name. */
  readonly parameters?: Readonly<Record<string, number>>
  /** Links run through proxies that can be cut. @default false */
  readonly proxied?: boolean
  readonly timing?: Readonly<Record<string, number>>
}

type Asked = { readonly resolve: (answer: unknown) => void; readonly reject: (e: Error) => void }

/** One member: outlives its processes. */
export class Member {
  readonly index: number
  readonly home: string
  readonly nodeId: string
  child: ChildProcess | undefined
  port = 0
  /** How often it was started. */
  lives = 0
  paused = false
  readonly #asked = new Map<number, Asked>()
  #lastAsk = 0

  constructor(index: number, home: string, nodeId: string) {
    this.index = index
    this.home = home
    this.nodeId = nodeId
  }

  get running(): boolean {
    return this.child !== undefined
  }

  spawn(said: (says: MemberSays) => void): void {
    const child = fork(join(import.meta.dirname, 'member.ts'), [], {
      serialization: 'advanced',
      execArgv: [...process.execArgv, ...heapFlags],
      stdio: ['ignore', 'inherit', process.env.TRUSTNET_CLUSTER_LOG ? 'inherit' : 'ignore', 'ipc'],
    })
    this.child = child
    this.lives += 1
    child.on(
      'message',
      (message: { id?: number; answer?: unknown; error?: string } & MemberSays) => {
        if (message.id === undefined) return said(message)
        const asked = this.#asked.get(message.id)
        this.#asked.delete(message.id)
        if (message.error === undefined) asked?.resolve(message.answer)
        else asked?.reject(new Error(`member ${this.index}: ${message.error}`))
      },
    )
    child.on('exit', () => {
      if (this.child === child) this.child = undefined
      for (const { reject } of this.#asked.values())
        reject(new Error(`member ${this.index} is gone`))
      this.#asked.clear()
    })
  }

  ask<T>(ask: MemberAsk): Promise<T> {
    if (this.child?.connected !== true)
      return Promise.reject(new Error(`member ${this.index} is down`))
    this.#lastAsk += 1
    const id = this.#lastAsk
    return new Promise<T>((resolve, reject) => {
      this.#asked.set(id, { resolve: resolve as (answer: unknown) => void, reject })
      this.child!.send({ id, ask }, (error) => error && reject(error))
    })
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this
    if (child === undefined) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
    this.paused = false
  }

  pause(): void {
    this.paused = true
    this.child?.kill('SIGSTOP')
  }

  resume(): void {
    this.paused = false
    this.child?.kill('SIGCONT')
  }
}

export class Cluster {
  readonly folder: string
  readonly members: readonly Member[]
  readonly record = new BlockRecord()
  readonly #settings: ClusterSettings
  /** Proxies by dialler and dialled. */
  readonly #proxies = new Map<string, LoopbackProxy>()
  #invite: string | null = null

  /** Makes homes and genesis; nothing runs yet. */
  static async found(settings: ClusterSettings): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'trustnet-cluster-'))
    const homeOf = (i: number) => join(folder, String(i))
    const homes = Array.from({ length: settings.members }, (_, i) => homeOf(i))
    const { parameters = {} } = settings
    const network = await foundNetwork({ name: 'cluster', homes, parameters })
    const members: Member[] = []
    for (let i = 0; i < settings.members + (settings.followers ?? 0); i++) {
      await using home = await openHome(homeOf(i))
      const { nodeId } = await loadOrCreateIdentity(home.identity)
      await adoptNetwork(home.folder, home.genesis, network.bytes)
      members.push(new Member(i, home.folder, nodeId))
    }
    const cluster = new Cluster(folder, members, settings)
    if (settings.proxied) await cluster.#openProxies()
    return cluster
  }

  private constructor(folder: string, members: readonly Member[], settings: ClusterSettings) {
    this.folder = folder
    this.members = members
    this.#settings = settings
  }

  async startAll(): Promise<void> {
    for (const { index } of this.members) await this.start(index)
  }

  async start(index: number): Promise<MemberState> {
    const member = this.members[index]!
    member.spawn((says) => {
      if (says.say === 'block') this.record.reported(index, says)
      else this.record.refused(says.why)
    })
    const dialThrough: Record<string, string> = {}
    for (const other of this.members) {
      const proxy = this.#proxies.get(`${index}>${other.index}`)
      if (proxy) dialThrough[other.nodeId] = `/ip4/127.0.0.1/tcp/${proxy.port}`
    }
    const { timing } = this.#settings
    const state = await member.ask<MemberState>({
      ...{ ask: 'start', home: member.home, invite: this.#invite, dialThrough },
      ...(timing === undefined ? {} : { timing }),
    })
    member.port = state.port
    this.#invite ??= state.invite
    return state
  }

  state(index: number): Promise<MemberState> {
    return this.members[index]!.ask<MemberState>({ ask: 'state' })
  }

  usage(index: number): Promise<Usage> {
    return this.members[index]!.ask<Usage>({ ask: 'usage' })
  }

  /** What a member's main thread does for so long, as V8's profiler saw it. */
  profile(index: number, ms: number): Promise<Profiler.Profile> {
    return this.members[index]!.ask<Profiler.Profile>({ ask: 'profile', ms })
  }

  /** Nothing passes between these and the rest until `heal`. */
  partition(part: readonly number[]): void {
    for (const [pair, proxy] of this.#proxies) {
      const [from, to] = pair.split('>').map(Number)
      if (part.includes(from!) !== part.includes(to!)) proxy.cut()
    }
  }

  heal(): void {
    for (const proxy of this.#proxies.values()) proxy.heal()
  }

  async close(): Promise<void> {
    for (const member of this.members) await member.kill()
    for (const proxy of this.#proxies.values()) await proxy.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #openProxies(): Promise<void> {
    for (const from of this.members)
      for (const to of this.members)
        if (from !== to)
          this.#proxies.set(`${from.index}>${to.index}`, await LoopbackProxy.open(() => to.port))
  }
}
