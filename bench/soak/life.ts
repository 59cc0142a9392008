// What goes on in a soak: ratings at a rate, lookups, open dashboards, nodes that are killed, and somebody
// who asks every second whether each node is up.
import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Child } from '../../cli/devnet/child.ts'
import { progress } from '../report.ts'
import { isReady, type SoakNetwork, type SoakNode } from './network.ts'

export interface LifeOptions {
  readonly ratingsPerSecond: number
  /** Seconds between two kills. */
  readonly churnSeconds: number
  /** Event streams that stay open on every node. */
  readonly dashboards: number
}

/** Counts over the whole soak. */
export class Tally {
  ratings = 0
  ratingsFailed = 0
  lookups = 0
  lookupsFailed = 0
  events = 0
  /** Event streams that were opened once more after they had ended. */
  reopened = 0
  /** Killed nodes that did not come back in time. */
  restartsFailed = 0
  asked = 0
  up = 0
  /** The first few sentences of what failed. */
  readonly why: string[] = []

  failed(error: unknown): void {
    if (this.why.length < 5) this.why.push((error as Error).message)
  }
}

const lookupEveryMs = 1_000
const askEveryMs = 1_000
const reconnectMs = 100
/** Ratings under way at each node while memos are filled. */
const fillLanesPerNode = 4
/** Nodes on one machine take some hundred a second together; a network that takes so few stands still. */
const fillRatingsPerSecondMin = 10
const fillSecondsMin = 60
/** A few may fail while everybody is busy; so many one after the other do not. */
const fillFailuresMax = 100
const fillTellMs = 10_000

export class Life {
  readonly tally = new Tally()
  readonly #network: SoakNetwork
  readonly #options: LifeOptions
  readonly #over = new AbortController()
  /** Events of each stream of the dashboards, in the order in which they began. */
  readonly streams: number[] = []
  #running: Promise<unknown> = Promise.resolve()

  constructor(network: SoakNetwork, options: LifeOptions) {
    this.#network = network
    this.#options = options
  }

  /** @param churned killed one after the other, in turn */
  begin(churned: readonly SoakNode[]): void {
    const { nodes } = this.#network
    const { ratingsPerSecond, dashboards } = this.#options
    this.#running = Promise.all([
      this.#every(1_000 / ratingsPerSecond, () => this.#rate()),
      this.#every(lookupEveryMs, () => this.#lookUp()),
      this.#every(askEveryMs, () => this.#askAll()),
      this.#churn(churned),
      ...nodes.flatMap((node) => Array.from({ length: dashboards }, () => this.#dashboard(node))),
    ])
  }

  /**
   * Gives so many ratings as fast as the nodes take them, so that their memos are full.
   *
   * @throws Error when the nodes take none any more, or too few a second
   */
  async fill(ratings: number): Promise<void> {
    const begun = performance.now()
    const seconds = fillSecondsMin + ratings / fillRatingsPerSecondMin
    let failuresInRow = 0
    const isStuck = (): boolean =>
      failuresInRow >= fillFailuresMax || performance.now() - begun > 1_000 * seconds
    const lane = async (): Promise<void> => {
      while (this.tally.ratings < ratings && !isStuck()) {
        const before = this.tally.ratings
        await this.#rate()
        failuresInRow = this.tally.ratings > before ? 0 : failuresInRow + 1
      }
    }
    const told = setInterval(
      () => progress(`${this.tally.ratings} of ${ratings} ratings`),
      fillTellMs,
    )
    const lanes = fillLanesPerNode * this.#network.nodes.length
    await Promise.all(Array.from({ length: lanes }, lane))
    clearInterval(told)
    if (this.tally.ratings >= ratings) return
    const { why } = this.tally
    throw new Error(
      `the first ${ratings} ratings ended at ${this.tally.ratings} after ${Math.round((performance.now() - begun) / 1_000)} s, ${failuresInRow} failures in a row: ${why.at(-1) ?? 'too slow'}`,
    )
  }

  async end(): Promise<void> {
    this.#over.abort()
    await this.#running
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted
  }

  /** Begins a task every so often, however long one takes. */
  async #every(ms: number, task: () => Promise<void>): Promise<void> {
    const underWay = new Set<Promise<void>>()
    while (!this.#isOver) {
      const begun: Promise<void> = task().finally(() => underWay.delete(begun))
      underWay.add(begun)
      await this.#wait(ms)
    }
    await Promise.all(underWay)
  }

  #wait(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.#over.signal }).catch(() => {})
  }

  #somebody(except?: SoakNode): SoakNode | undefined {
    const up = this.#network.nodes.filter((node) => node !== except && node.child !== undefined)
    return up[randomInt(Math.max(1, up.length))]
  }

  /** One rating by anybody of anybody. A node that is killed under it may or may not have given it. */
  async #rate(): Promise<void> {
    const from = this.#somebody()
    const to = this.#somebody(from)
    const { child } = from ?? {}
    if (child === undefined || to?.child === undefined) return
    const peer = to.child.started.peerId
    const value = String(randomInt(1, 11) / 10)
    // Two single stars can ban a node that nobody else has rated, and what it signs then is refused.
    const kind = randomInt(2) === 0 ? { value } : { stars: randomInt(2, 6) }
    try {
      await child.api.rate({ peer, ...kind })
      this.tally.ratings += 1
    } catch (error) {
      if (from?.child !== child) return
      this.tally.ratingsFailed += 1
      this.tally.failed(error)
    }
  }

  async #lookUp(): Promise<void> {
    const from = this.#somebody()
    const { child } = from ?? {}
    if (child === undefined) return
    try {
      const { delivered } = await child.api.lookup({ key: randomBytes(16).toString('hex') })
      if (!delivered) throw new Error('a lookup was not delivered')
      this.tally.lookups += 1
    } catch (error) {
      if (from?.child !== child) return
      this.tally.lookupsFailed += 1
      this.tally.failed(error)
    }
  }

  async #askAll(): Promise<void> {
    const answers = await Promise.all(this.#network.nodes.map(isReady))
    this.tally.asked += answers.length
    this.tally.up += answers.filter((ready) => ready).length
  }

  async #churn(churned: readonly SoakNode[]): Promise<void> {
    for (let turn = 0; ; turn++) {
      await this.#wait(this.#options.churnSeconds * 1_000)
      if (this.#isOver) return
      try {
        await this.#network.killAndRestart(churned[turn % churned.length]!)
      } catch (error) {
        this.tally.restartsFailed += 1
        this.tally.failed(error)
      }
    }
  }

  /** Reads a node's events as an open dashboard does, and comes back after a restart. */
  async #dashboard(node: SoakNode): Promise<void> {
    const stream = this.streams.push(0) - 1
    for (let opened = 0; !this.#isOver; ) {
      const { child } = node
      if (child?.isAlive === true) {
        if (opened > 0) this.tally.reopened += 1
        opened += 1
        await this.#read(child, stream)
      }
      await this.#wait(reconnectMs)
    }
  }

  /** Until the stream ends, with its node or with the soak. */
  async #read(child: Child, stream: number): Promise<void> {
    try {
      for await (const _ of child.api.events([], this.#over.signal)) {
        this.tally.events += 1
        this.streams[stream]! += 1
      }
    } catch {
      // The node went down under it.
    }
  }
}
