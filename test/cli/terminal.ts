// Runs the command line as people do: a child process with a home, an environment and pipes of its
// own. And serves a node in memory to it, under a home where commands find it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { newToken, writeConnection } from '../../src/api/connection-file.ts'
import { startApi } from '../../src/api/server.ts'
import type { NodeService } from '../../src/api/service.ts'
import { commandLineEntry } from '../entry.ts'

const entry = commandLineEntry

export interface Ran {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
  /** The last line of standard output, read as JSON. */
  readonly json: Record<string, unknown>
}

export class Terminal {
  /** Everything that the commands may write lies in here. */
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async open(): Promise<Terminal> {
    return new Terminal(await mkdtemp(join(tmpdir(), 'trustnet-cli-')))
  }

  get environment(): NodeJS.ProcessEnv {
    const { PATH } = process.env
    return {
      PATH,
      HOME: this.folder,
      XDG_DATA_HOME: join(this.folder, 'data'),
      XDG_STATE_HOME: join(this.folder, 'state'),
      // Halves what a test of many short processes costs.
      NODE_COMPILE_CACHE: join(this.folder, 'compiled'),
    }
  }

  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn(process.execPath, [entry, ...args], {
      env: { ...this.environment, ...environment },
      cwd: this.folder,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  async run(
    args: readonly string[],
    { input = '', environment = {} }: { input?: string; environment?: NodeJS.ProcessEnv } = {},
  ): Promise<Ran> {
    const child = this.start(args, environment)
    child.stdin?.on('error', () => {}).end(input)
    return endOf(child)
  }

  /** Serves a node at a home in this folder, with this very process as its pid. */
  async serve(
    service: NodeService,
    name: string,
  ): Promise<{ home: string; close(): Promise<void> }> {
    const home = join(this.folder, name)
    await mkdir(home, { recursive: true, mode: 0o700 })
    const token = newToken()
    const server = await startApi(service, { port: 0, token, checkAnswers: true })
    await writeConnection(home, { url: server.url, token, pid: process.pid })
    return { home, close: () => server.close() }
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}

/** What a child printed and how it ended. */
export async function endOf(child: ChildProcess): Promise<Ran> {
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const [out, err, [code, signal]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    ended,
  ])
  return {
    code,
    signal,
    out,
    err,
    get json() {
      return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>
    },
  }
}

/** Waits until a child listens to the node's events; fails with what it said when it ends before. */
export async function untilHeard(
  node: { readonly listeners: number },
  child: ChildProcess,
): Promise<void> {
  while (node.listeners === 0) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    await new Promise(setImmediate)
  }
}
