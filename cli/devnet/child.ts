// One node of a devnet: a child process that runs `trustnet node start` and prints JSON lines.
// It ends with its parent, however the parent ends: its standard input closes then.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { type ApiClient, apiClient } from '../../src/api/client.ts'
import { readConnection } from '../../src/api/connection-file.ts'
import { Failure } from '../../src/core/failure.ts'
import { heapFlags } from '../../src/core/heap-flags.ts'
import type { StartedAnswer } from '../serve/run-node.ts'
import { withoutSettings } from '../settings.ts'

export interface ChildOptions {
  readonly name: string
  readonly home: string
  /** Arguments after `node start`. */
  readonly args: readonly string[]
  /** How this command line is run: Node's own arguments and the entry. */
  readonly entry: readonly string[]
  readonly startTimeoutMs: number
}

export class Child {
  readonly name: string
  readonly home: string
  readonly started: StartedAnswer
  readonly api: ApiClient
  /** Resolves when the process is gone. */
  readonly exited: Promise<unknown>
  readonly #process: ChildProcess
  readonly #said: readonly string[]

  private constructor(
    options: ChildOptions,
    process: ChildProcess,
    started: StartedAnswer,
    token: string,
    said: readonly string[],
  ) {
    this.name = options.name
    this.home = options.home
    this.started = started
    this.api = apiClient({ url: started.api, token, home: options.home, timeoutSeconds: 30 })
    this.#process = process
    this.#said = said
    this.exited = hasEnded(process) ? Promise.resolve() : once(process, 'exit')
  }

  get pid(): number {
    return this.#process.pid ?? -1
  }

  /** What it said last. */
  get lastWords(): string {
    return this.#said.join(' ').trim() || 'nothing'
  }

  get isAlive(): boolean {
    return !hasEnded(this.#process)
  }

  /**
   * Starts a node and waits until it serves.
   *
   * @throws Failure `devnet/node-failed` with what it said last
   */
  static async start(options: ChildOptions): Promise<Child> {
    const { name, home, args, entry, startTimeoutMs } = options
    const own = ['node', 'start', '--home', home, '--owner', name, '--exit-with-stdin', '--json']
    const child = spawn(process.execPath, [...heapFlags, ...entry, ...own, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...withoutSettings(process.env), ...compiledCode() },
    })
    // A child that ends early closes its input; that is told below, not here.
    child.stdin.on('error', () => {})
    const said: string[] = []
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.push(text)
      if (said.length > 20) said.shift()
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs)
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        said.push(line)
        const answer = JSON.parse(line) as Partial<StartedAnswer>
        if (answer.event !== 'started') continue
        // Later lines are read by nobody: keep the pipe empty.
        child.stdout.resume()
        const connection = await readConnection(home)
        if (connection !== undefined)
          return new Child(options, child, answer as StartedAnswer, connection.token, said)
      }
    } finally {
      clearTimeout(timer)
    }
    if (!hasEnded(child)) child.kill('SIGKILL')
    throw new Failure('devnet/node-failed', {
      name,
      why: said.join(' ').trim() || 'it said nothing',
    })
  }

  /** Asks the node to leave; kills it when it has not within `patienceMs`. */
  async stop(patienceMs = 5_000): Promise<void> {
    this.#process.stdin?.end()
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), patienceMs)
    await this.exited
    clearTimeout(timer)
  }
}

/** Children take part in the cache of compiled code that bin.js turned on: a node starts in half the time. */
function compiledCode(): { readonly NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir()
  // Node's own folder for its version lies in the one that was asked for.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null
