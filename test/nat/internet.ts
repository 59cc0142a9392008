// A little Internet for tests: a host on it and two private networks behind NATs, as network namespaces
// (namespaces.sh), with node processes in them. What is asked of a node is asked by the command line in
// the node's own namespace, since its API is on loopback there.
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { StartedAnswer } from '../../cli/serve/run-node.ts'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { inTurn } from '../../src/runtime/transport/in-turn.ts'
import { endOf, type Ran, Terminal } from '../cli/terminal.ts'
import { commandLineEntry } from '../entry.ts'

const script = join(import.meta.dirname, 'namespaces.sh')
const run = promisify(execFile)

/** Why this machine can have none; undefined when it can. */
export function whyNot(): string | undefined {
  const { status, stdout } = spawnSync('sh', [script, 'check'], { encoding: 'utf8' })
  return status === 0 ? undefined : stdout.trim()
}

/** Is there a router program that maps ports by UPnP? */
export const hasRouter = (): boolean => spawnSync('sh', [script, 'router']).status === 0

/** `cone` keeps a port for all destinations, `symmetric` shows each destination another one. */
export type NatKind = 'cone' | 'symmetric'

/** `relay` is a host of the Internet, `a` and `b` are behind NATs. */
export type Place = 'relay' | 'a' | 'b'

let internets = 0

export class Internet implements AsyncDisposable {
  readonly #terminal: Terminal
  readonly #prefix: string
  readonly #processes = new Set<ChildProcess>()

  private constructor(terminal: Terminal, prefix: string) {
    this.#terminal = terminal
    this.#prefix = prefix
  }

  static async open(kind: NatKind): Promise<Internet> {
    internets += 1
    const prefix = `tn${process.pid}-${internets}`
    const internet = new Internet(await Terminal.open(), prefix)
    try {
      await run('sh', [script, 'up', prefix, kind])
      return internet
    } catch (error) {
      await internet[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Starts a node that listens on all interfaces of its place. */
  async node(place: Place, ...args: string[]): Promise<Friend> {
    const child = this.#spawn(place, [
      ...[
        commandLineEntry,
        'node',
        'start',
        '--home',
        this.homeOf(place),
        '--owner',
        place,
        '--json',
      ],
      ...['--listen', '/ip4/0.0.0.0/tcp/4001', '--store', 'classic-level', ...args],
    ])
    const ended = endOf(child)
    const lines = createInterface({ input: child.stdout! })
    const line = await Promise.race([
      new Promise<string>((resolve) => lines.once('line', resolve)),
      ended.then(({ out, err }) => Promise.reject(new Error(`${place} ended: ${out} ${err}`))),
    ])
    const stop = (): Promise<unknown> => {
      child.kill('SIGTERM')
      return ended
    }
    return new Friend(this, place, JSON.parse(line) as StartedAnswer, stop)
  }

  /** Lets the NAT of a place map ports by UPnP. */
  router(place: 'a' | 'b'): void {
    const args = [script, 'upnp', this.#prefix, place, this.#terminal.folder]
    this.#kept(spawn('sh', args, { stdio: 'ignore' }))
  }

  homeOf(place: Place): string {
    return join(this.#terminal.folder, place)
  }

  /** What a command at a node prints as JSON. */
  async at(place: Place, ...args: string[]): Promise<Record<string, unknown>> {
    const command = [commandLineEntry, ...args, '--home', this.homeOf(place), '--json']
    return (await this.#ask(place, command)).json
  }

  /** The protocols that a peer says that it speaks, asked straight from a place. */
  async spoken(place: Place, address: string): Promise<readonly string[]> {
    const { out } = await this.#ask(place, [join(import.meta.dirname, 'spoken.ts'), address])
    return JSON.parse(out) as readonly string[]
  }

  /** What a program of Node prints in a place. */
  async #ask(place: Place, command: readonly string[]): Promise<Ran> {
    const child = this.#spawn(place, command)
    child.stdin?.on('error', () => {}).end()
    const ran = await endOf(child)
    if (ran.code !== 0) throw new Error(`${command.join(' ')} at ${place}: ${ran.out} ${ran.err}`)
    return ran
  }

  #spawn(place: Place, command: readonly string[]): ChildProcess {
    const args = [script, 'at', this.#prefix, place, process.execPath, ...command]
    return this.#kept(
      spawn('sh', args, {
        env: this.#terminal.environment,
        cwd: this.#terminal.folder,
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    )
  }

  /** It ends with this Internet at the latest. */
  #kept(child: ChildProcess): ChildProcess {
    this.#processes.add(child)
    child.once('exit', () => this.#processes.delete(child))
    return child
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await inTurn([
      () => Promise.all([...this.#processes].map(killed)),
      () => run('sh', [script, 'down', this.#prefix]),
      () => this.#terminal.close(),
    ])
  }
}

/** Kills a process that has not ended yet. */
const killed = (child: ChildProcess): Promise<unknown> => {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  return gone
}

/** A node at one of the places. */
export class Friend {
  readonly place: Place
  readonly started: StartedAnswer
  readonly #internet: Internet

  /** Ends its process gracefully. */
  readonly stop: () => Promise<unknown>

  constructor(
    internet: Internet,
    place: Place,
    started: StartedAnswer,
    stop: () => Promise<unknown>,
  ) {
    this.#internet = internet
    this.place = place
    this.started = started
    this.stop = stop
  }

  status(): Promise<AnswerOf<'status'>> {
    return this.at('status') as Promise<unknown> as Promise<AnswerOf<'status'>>
  }

  /** The other node as this one sees it. */
  async sees(other: Friend): Promise<AnswerOf<'nodes'>['peers'][number] | undefined> {
    const { peers } = (await this.at('peers')) as unknown as AnswerOf<'nodes'>
    return peers.find(({ nodeId }) => nodeId === other.started.nodeId)
  }

  /** What it speaks, as a stranger at another place hears it. */
  spokenTo(place: Place): Promise<readonly string[]> {
    const at = this.started.addresses.find((address) => address.startsWith('/ip4/11.0.0.'))
    return this.#internet.spoken(place, `${at}/p2p/${this.started.peerId}`)
  }

  at(...args: string[]): Promise<Record<string, unknown>> {
    return this.#internet.at(this.place, ...args)
  }
}
