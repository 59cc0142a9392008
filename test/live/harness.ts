// Live networks for tests: real `trustnet node start` processes with real libp2p on loopback, their
// homes and every XDG folder in one temporary folder. Whatever happens in a test, closing the network
// kills every process and removes the folder. Waiting means asking until a claim holds, with a deadline.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { StartedAnswer } from '../../cli/serve/run-node.ts'
import { type ApiClient, apiClient } from '../../src/api/client.ts'
import { readConnection } from '../../src/api/connection-file.ts'
import { endOf, type Ran, Terminal } from '../cli/terminal.ts'
import { commandLineEntry } from '../entry.ts'

const commandLine = commandLineEntry

/** Between two questions of `until`. */
const askEveryMs = 25

/** Asks until the answer will do; fails with the claim and the last answer after `ms`. */
export async function until<T>(
  claim: string,
  ask: () => Promise<T> | T,
  willDo: (answer: T) => boolean,
  ms = 30_000,
): Promise<T> {
  const deadline = performance.now() + ms
  for (;;) {
    const answer = await ask()
    if (willDo(answer)) return answer
    if (performance.now() > deadline)
      throw new Error(`not within ${ms} ms: ${claim}; last: ${JSON.stringify(answer)}`)
    await delay(askEveryMs)
  }
}

/** One node process. */
export class LiveNode {
  readonly name: string
  readonly home: string
  readonly process: ChildProcess
  readonly started: StartedAnswer
  readonly api: ApiClient
  /** What it printed and how it ended. */
  readonly ended: Promise<Ran>

  constructor(
    name: string,
    home: string,
    process: ChildProcess,
    ended: Promise<Ran>,
    started: StartedAnswer,
    token: string,
  ) {
    this.name = name
    this.home = home
    this.process = process
    this.ended = ended
    this.started = started
    this.api = apiClient({ url: started.api, token, home, timeoutSeconds: 20 })
  }

  get nodeId(): string {
    return this.started.nodeId
  }

  get peerId(): string {
    return this.started.peerId
  }

  /** Ends it with a signal and waits until it is gone. */
  async end(signal: NodeJS.Signals): Promise<Ran> {
    this.process.kill(signal)
    return this.ended
  }

  /** The other node as this one sees it; undefined while it does not know it. */
  async sees(other: LiveNode): ReturnType<LiveNode['peer']> {
    return this.peer(other.nodeId)
  }

  async peer(nodeId: string) {
    const { peers } = await this.api.nodes()
    return peers.find((peer) => peer.nodeId === nodeId)
  }

  async isConnectedTo(other: LiveNode): Promise<boolean> {
    return (await this.sees(other))?.connected ?? false
  }

  /** Waits until it has joined and holds so many leaves. */
  async joined(leaves: number, ms?: number): Promise<void> {
    await until(
      `${this.name} joined and has ${leaves} leaves`,
      () => this.api.status(),
      (status) => status.joined && status.peers.leaves >= leaves,
      ms,
    )
  }
}

export class LiveNetwork implements AsyncDisposable {
  readonly #terminal: Terminal
  readonly #processes = new Set<ChildProcess>()

  private constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  static async open(): Promise<LiveNetwork> {
    return new LiveNetwork(await Terminal.open())
  }

  /** Homes and XDG folders lie in here. */
  get folder(): string {
    return this.#terminal.folder
  }

  homeOf(name: string): string {
    return join(this.folder, 'homes', name)
  }

  /** Starts a command and keeps an eye on the process. */
  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = this.#terminal.start(args, {
      XDG_CONFIG_HOME: join(this.folder, 'config'),
      XDG_CACHE_HOME: join(this.folder, 'cache'),
      ...environment,
    })
    child.stdin?.on('error', () => {})
    return this.#watched(child)
  }

  /** Starts a program of the tests in the commands' environment. */
  program(file: string, ...args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [file, ...args], {
      env: this.#terminal.environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return this.#watched(child)
  }

  #watched(child: ChildProcess): ChildProcess {
    this.#processes.add(child)
    child.once('exit', () => this.#processes.delete(child))
    return child
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ran> {
    const child = this.start(args)
    child.stdin?.end()
    return endOf(child)
  }

  /** Runs a command against a node. */
  at(node: LiveNode, ...args: string[]): Promise<Ran> {
    return this.run(...args, '--home', node.home)
  }

  /** Starts a node under a name and waits until it serves; its home is kept under that name. */
  node(name: string, ...args: string[]): Promise<LiveNode> {
    return this.#serving(name, this.start(this.#startOf(name, args)))
  }

  /** The same on a disk that takes files of so many KiB and no more. */
  nodeOnSmallDisk(name: string, kibibytes: number, ...args: string[]): Promise<LiveNode> {
    // Without the trap the signal would end the process before the write could fail.
    const limited = `trap '' XFSZ; ulimit -f ${2 * kibibytes}; exec "$0" "$@"`
    const { PATH } = process.env
    const child = spawn(
      'sh',
      ['-c', limited, process.execPath, commandLine, ...this.#startOf(name, args)],
      { env: { PATH, HOME: this.folder }, stdio: ['pipe', 'pipe', 'pipe'] },
    )
    return this.#serving(name, this.#watched(child))
  }

  #startOf(name: string, args: readonly string[]): string[] {
    return ['node', 'start', '--home', this.homeOf(name), '--owner', name, '--json', ...args]
  }

  async #serving(name: string, child: ChildProcess): Promise<LiveNode> {
    const home = this.homeOf(name)
    const ended = endOf(child)
    const lines = createInterface({ input: child.stdout! })
    const line = await Promise.race([
      new Promise<string>((resolve) => lines.once('line', resolve)),
      ended.then(({ out, err }) => Promise.reject(new Error(`${name} ended: ${out} ${err}`))),
    ])
    const connection = await readConnection(home)
    if (connection === undefined) throw new Error(`${name} left no api.json: ${line}`)
    const started = JSON.parse(line) as StartedAnswer
    return new LiveNode(name, home, child, ended, started, connection.token)
  }

  /** A founder and others that join through it, all knowing all. */
  async ring(count: number, ...args: string[]): Promise<LiveNode[]> {
    const founder = await this.node('n1', ...args)
    const join = ['--join', founder.started.invite]
    const others = Array.from({ length: count - 1 }, (_, i) =>
      this.node(`n${i + 2}`, ...join, ...args),
    )
    const nodes = [founder, ...(await Promise.all(others))]
    await Promise.all(nodes.map((node) => node.joined(count - 1)))
    return nodes
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ends = [...this.#processes].map((child) => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      return gone
    })
    await Promise.all(ends)
    await this.#terminal.close()
  }
}
