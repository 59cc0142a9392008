// The network of a soak: four founding members and followers, each a process of the command line, started,
// killed with -9 and started again on its home, with a probe inside.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Child } from '../../cli/devnet/child.ts'
import { foundNetwork } from '../../src/runtime/home/founding.ts'
import { adoptNetwork } from '../../src/runtime/home/genesis.ts'
import { openHome } from '../../src/runtime/home/home.ts'
import { commandLineEntry } from '../../test/entry.ts'
import { until } from '../../test/live/harness.ts'
import { progress } from '../report.ts'
import { type Sample, storedPerKey } from './judge.ts'
import type { Held } from './probe.ts'

/** Votes of four go on without one. */
export const foundingMembers = 4

/** Epochs and heartbeats as in a devnet: more happens in an hour than in a real network in a day. */
const parameters = { epochBlocks: 20, epochMs: 10_000, heartbeatMs: 2_000 }

const startTimeoutMs = 120_000
const probeTimeoutMs = 30_000

/** One node; outlives its processes. */
export class SoakNode {
  readonly name: string
  readonly home: string
  /** Undefined while it is down on purpose, and after a start that failed. */
  child: Child | undefined
  kills = 0
  /** Processes of it that ended though nobody killed them. */
  ended = 0

  constructor(name: string, home: string) {
    this.name = name
    this.home = home
  }
}

export class SoakNetwork {
  readonly folder = mkdtempSync(join(tmpdir(), 'trustnet-soak-'))
  readonly nodes: readonly SoakNode[]
  readonly #probes = join(this.folder, 'probes')
  #invite = ''
  #isLeaving = false
  #isKept = false

  constructor(nodes: number) {
    this.nodes = Array.from(
      { length: nodes },
      (_, i) => new SoakNode(`n${i + 1}`, join(this.folder, `n${i + 1}`)),
    )
    mkdirSync(this.#probes)
    process.once('exit', () => {
      for (const { child } of this.nodes) if (child?.isAlive) process.kill(child.pid, 'SIGKILL')
      if (!this.#isKept) rmSync(this.folder, { recursive: true, force: true })
    })
  }

  /** Leaves the homes where they lie, for whoever looks into what went wrong. */
  keep(): void {
    this.#isKept = true
  }

  /** Founds the network and starts everybody; returns when all are ready. */
  async up(): Promise<void> {
    const members = this.nodes.slice(0, foundingMembers)
    const homes = members.map(({ home }) => home)
    const network = await foundNetwork({ name: 'soak', homes, parameters })
    for (const { home } of this.nodes.slice(foundingMembers)) {
      await using opened = await openHome(home)
      await adoptNetwork(opened.folder, opened.genesis, network.bytes)
    }
    for (const node of this.nodes) await this.start(node)
    for (const node of this.nodes) await this.untilReady(node)
  }

  async start(node: SoakNode): Promise<void> {
    const probe = new URL(`./probe.ts?${encodeURIComponent(this.#probes)}`, import.meta.url)
    const child = await Child.start({
      ...{ name: node.name, home: node.home, startTimeoutMs },
      args: this.#invite === '' ? [] : ['--join', this.#invite],
      entry: ['--expose-gc', '--import', probe.href, commandLineEntry],
    })
    this.#invite ||= child.started.invite
    node.child = child
    void child.exited.then(() => this.#noteEnd(node, child))
  }

  /** A killed process is no longer its node's by the time that it ends. */
  #noteEnd(node: SoakNode, child: Child): void {
    if (node.child !== child || this.#isLeaving) return
    node.ended += 1
    progress(
      `${node.name} (process ${child.pid}) ended by itself; it said last: ${child.lastWords}`,
    )
  }

  /** Ends the process without a word and starts it again. */
  async killAndRestart(node: SoakNode): Promise<void> {
    const { child } = node
    node.child = undefined
    node.kills += 1
    if (child !== undefined) {
      process.kill(child.pid, 'SIGKILL')
      await child.exited
    }
    await this.start(node)
    await this.untilReady(node)
  }

  async untilReady(node: SoakNode): Promise<void> {
    await until(
      `${node.name} is ready`,
      () => isReady(node),
      (ready) => ready,
      startTimeoutMs,
    )
  }

  /** What the process of a node holds; undefined while it is down. */
  async probe(node: SoakNode): Promise<Omit<Sample, 'at' | 'node'> | undefined> {
    const { child } = node
    if (child === undefined || !child.isAlive) return undefined
    const file = join(this.#probes, `${child.pid}.json`)
    const before = readHeld(file)?.asked ?? 0
    process.kill(child.pid, 'SIGUSR2')
    const deadline = performance.now() + probeTimeoutMs
    while (child.isAlive && performance.now() < deadline) {
      const held = readHeld(file)
      if (held !== undefined && held.asked > before)
        return {
          ...held,
          ...(await storeOf(child)),
          files: readdirSync(`/proc/${child.pid}/fd`).length,
        }
      await delay(20)
    }
    return undefined
  }

  async down(): Promise<void> {
    this.#isLeaving = true
    await Promise.all(this.nodes.map(({ child }) => child?.stop()))
  }
}

export const isAlive = ({ child }: SoakNode): boolean => child?.isAlive === true

/** Does it take part, by its own word? */
export async function isReady(node: SoakNode): Promise<boolean> {
  if (!isAlive(node)) return false
  return node.child!.api.ready().then(
    ({ ready }) => ready,
    () => false,
  )
}

/** By the node's own metrics. */
async function storeOf({ api }: Child): Promise<Pick<Sample, 'storeBytes' | 'storeWritten'>> {
  const told = await api.metrics()
  const numberOf = (name: string): number => {
    const line = new RegExp(`^trustnet_store_${name} (\\d+)$`, 'm').exec(told)
    if (line === null) throw new Error(`the metrics say nothing of the store's ${name}`)
    return Number(line[1])
  }
  const storeWritten = numberOf('bytes_total') + storedPerKey * numberOf('writes_total')
  return { storeBytes: numberOf('memory_bytes'), storeWritten }
}

function readHeld(file: string): Held | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Held
  } catch {
    return undefined
  }
}
