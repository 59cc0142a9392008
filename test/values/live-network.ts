// A network of real nodes, several in each of a few processes (live-host.ts), on loopback.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leavesPerSide } from '../../src/core/limits.ts'
import { until } from '../live/harness.ts'

export type HostQuestion =
  | {
      readonly ask: 'start'
      readonly name: string
      readonly folder: string
      readonly count: number
      readonly routing: 'distnet' | 'trustnet'
      readonly invite?: string
      readonly genesis?: Uint8Array
      readonly adversary?: string
    }
  /** The fewest nodes in the leaf set of any of its nodes. */
  | { readonly ask: 'leaves' }
  | { readonly ask: 'put'; readonly values: readonly Uint8Array[] }
  | { readonly ask: 'get'; readonly keys: readonly string[] }
  /** Every key that its nodes hold, as often as they hold it. */
  | { readonly ask: 'copies' }
  | { readonly ask: 'stop' }

export interface HostAnswer {
  readonly error?: string
  readonly invite?: string
  readonly genesis?: Uint8Array
  readonly leaves?: number
  readonly texts?: readonly string[]
  readonly keys?: readonly string[]
}

class Host {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: HostAnswer) => void>()
  #questions = 0

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'live-host.ts'), {
      serialization: 'advanced',
      execArgv: [],
      env: { PATH: process.env.PATH },
    })
    this.#child.on('message', ({ id, ...answer }: HostAnswer & { id: number }) => {
      this.#waiting.get(id)?.(answer)
      this.#waiting.delete(id)
    })
    this.#child.once('exit', () => {
      for (const settle of this.#waiting.values()) settle({ error: 'the process ended' })
      this.#waiting.clear()
    })
  }

  async ask(question: HostQuestion): Promise<HostAnswer> {
    const id = ++this.#questions
    const answer = await new Promise<HostAnswer>((resolve) => {
      this.#waiting.set(id, resolve)
      this.#child.send({ id, question })
    })
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }

  /** All its nodes crash. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await gone
  }
}

export interface LiveSettings {
  readonly processes: number
  readonly nodesEach: number
  readonly routing: 'distnet' | 'trustnet'
  /** What the nodes of the last process do. */
  readonly adversary?: string
  /** How long the nodes may take to fill their leaf sets. */
  readonly within: number
}

export class LiveValues implements AsyncDisposable {
  readonly hosts: Host[] = []
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Starts the processes one after the other and waits until the leaf sets are full. */
  static async open(settings: LiveSettings): Promise<LiveValues> {
    const network = new LiveValues(await mkdtemp(join(tmpdir(), 'trustnet-values-')))
    try {
      await network.#start(settings)
      return network
    } catch (error) {
      await network[Symbol.asyncDispose]()
      throw error
    }
  }

  async #start(settings: LiveSettings): Promise<void> {
    const { processes, nodesEach, routing, adversary, within } = settings
    let network: Pick<HostAnswer, 'invite' | 'genesis'> = {}
    for (let i = 0; i < processes; i++) {
      const host = new Host()
      this.hosts.push(host)
      const attacks = adversary !== undefined && i === processes - 1
      const started = await host.ask({
        ...{ ask: 'start', name: `p${i}`, folder: this.#folder, count: nodesEach, routing },
        ...network,
        ...(attacks ? { adversary } : {}),
      })
      if (i === 0) network = { invite: started.invite!, genesis: started.genesis! }
    }
    const wanted = Math.min(2 * leavesPerSide, processes * nodesEach - 1)
    await until(
      `everybody has ${wanted} leaves`,
      () => Promise.all(this.hosts.map((host) => host.ask({ ask: 'leaves' }))),
      (answers) => answers.every(({ leaves = 0 }) => leaves >= wanted),
      within,
    )
  }

  /** Puts the values, spread over the processes; their keys. */
  put(values: readonly Uint8Array[]): Promise<string[]> {
    return this.#spread(values, (host, some) => host.ask({ ask: 'put', values: some }))
  }

  /** The bytes of the keys as hex digits, or why they did not come; spread over these processes. */
  get(keys: readonly string[], hosts: readonly Host[] = this.hosts): Promise<string[]> {
    return this.#spread(keys, (host, some) => host.ask({ ask: 'get', keys: some }), hosts)
  }

  /** How many of the nodes of these processes hold each key. */
  async copies(hosts: readonly Host[] = this.hosts): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>()
    for (const { keys = [] } of await Promise.all(hosts.map((host) => host.ask({ ask: 'copies' }))))
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
    return counts
  }

  /** Stops gracefully what still runs; fails when a node cannot. */
  async stop(hosts: readonly Host[] = this.hosts): Promise<void> {
    await Promise.all(hosts.map((host) => host.ask({ ask: 'stop' })))
  }

  async #spread<T>(
    items: readonly T[],
    ask: (host: Host, items: readonly T[]) => Promise<HostAnswer>,
    hosts: readonly Host[] = this.hosts,
  ): Promise<string[]> {
    const parts = hosts.map((_, i) => items.filter((_item, at) => at % hosts.length === i))
    const answers = await Promise.all(hosts.map((host, i) => ask(host, parts[i]!)))
    return items.map((_, at) => answers[at % hosts.length]!.texts![Math.floor(at / hosts.length)]!)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.kill()))
    await rm(this.#folder, { recursive: true, force: true })
  }
}
