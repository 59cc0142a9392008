// What the fault tests do to a cluster and demand of it: load that goes on through every fault, waiting for
// progress, and the claims that must hold at the end whatever happened.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { Authors } from '../../../bench/consensus/authors.ts'
import { loadNetwork } from '../../../src/runtime/home/genesis.ts'
import { homePaths } from '../../../src/runtime/home/home.ts'
import { until } from '../harness.ts'
import { Cluster, type ClusterSettings } from './cluster.ts'

/** Between two submissions. */
const loadEveryMs = 20

/** What is not final is said again at every so many submissions, the oldest so many of them. */
const sayAgainTurns = 25
const sayAgainMax = 256

/** Every running member has all links and made a first block. */
export async function startedCluster(settings: ClusterSettings): Promise<Cluster> {
  const cluster = await Cluster.found(settings)
  try {
    await cluster.startAll()
    const all = cluster.members.map(({ index }) => index)
    await until(
      'all members are linked and a block was made',
      () => Promise.all(all.map((i) => cluster.state(i))),
      (states) => states.every(({ links, height }) => links >= settings.members - 1 && height >= 1),
      60_000,
    )
    return cluster
  } catch (error) {
    await cluster.close()
    throw error
  }
}

/** Ratings of many authors, one every few milliseconds, to whichever members run; until `stop`. */
export class SteadyLoad {
  readonly #cluster: Cluster
  readonly #authors: Authors
  readonly #submitted: string[] = []
  /** Not final anywhere yet, oldest first: as its author would, the load says them again. */
  readonly #pending = new Map<string, Uint8Array>()
  #running = true
  #loop: Promise<void>

  static async on(cluster: Cluster): Promise<SteadyLoad> {
    const [member] = cluster.members
    const network = (await loadNetwork(homePaths(member!.home).genesis))!
    return new SteadyLoad(cluster, new Authors(network.chainId, 64))
  }

  private constructor(cluster: Cluster, authors: Authors) {
    this.#cluster = cluster
    this.#authors = authors
    this.#loop = this.#run()
  }

  get submitted(): readonly string[] {
    return this.#submitted
  }

  /** Ends the load; what is pending is said a last time. */
  async stop(): Promise<void> {
    this.#running = false
    await this.#loop
    this.#sayAgain()
  }

  /** To every running member; what a killed one forgot from its pool is said again. */
  async #run(): Promise<void> {
    for (let turn = 1; this.#running; turn++) {
      const { name, transaction } = this.#authors.next()
      this.#submitted.push(name)
      this.#pending.set(name, transaction)
      this.#submit([transaction])
      if (turn % sayAgainTurns === 0) this.#sayAgain()
      await delay(loadEveryMs)
    }
  }

  #submit(transactions: readonly Uint8Array[]): void {
    const up = this.#cluster.members.filter((member) => member.running && !member.paused)
    for (const member of up) void member.ask({ ask: 'submit', transactions }).catch(() => {})
  }

  #sayAgain(): void {
    for (const name of this.#pending.keys())
      if (this.#cluster.record.appliedAt(name).size > 0) this.#pending.delete(name)
    const again = [...this.#pending.values()].slice(0, sayAgainMax)
    if (again.length > 0) this.#submit(again)
  }
}

/** The height grows by `blocks` over what is reported now, on each of these members. */
export async function progresses(
  cluster: Cluster,
  members: readonly number[],
  blocks = 2,
  ms = 30_000,
): Promise<number> {
  const from = cluster.record.height
  const begun = performance.now()
  await until(
    `members ${members} go on from height ${from}`,
    () => Math.min(...members.map((i) => cluster.record.reached(i))),
    (reached) => reached >= from + blocks,
    ms,
  )
  return performance.now() - begun
}

/** Nothing is decided for so long, asked again and again. */
export async function stands(cluster: Cluster, ms: number): Promise<void> {
  // What was decided when the fault began may still be on its way out of a process.
  let height = -1
  await until(
    'no more blocks come in',
    () => {
      const still = cluster.record.height === height
      height = cluster.record.height
      return still
    },
    (still) => still,
    5_000,
  )
  const end = performance.now() + ms
  while (performance.now() < end) {
    expect(cluster.record.height).toBe(height)
    await delay(50)
  }
}

/** No two blocks at a height, everybody at one state, and every final rating is on every member. */
export async function agree(cluster: Cluster): Promise<void> {
  expect(cluster.record.forks).toEqual([])
  const all = cluster.members.filter(({ running }) => running).map(({ index }) => index)
  const states = await until(
    'all members are at one height',
    () => Promise.all(all.map((i) => cluster.state(i))),
    (found) => new Set(found.map(({ height }) => height)).size === 1,
    30_000,
  )
  expect(new Set(states.map(({ stateHash }) => stateHash)).size).toBe(1)
}

/** Every one of these ratings is final on every member. */
export async function allFinal(
  cluster: Cluster,
  names: readonly string[],
  members: readonly number[],
  ms = 30_000,
): Promise<void> {
  await until(
    `${names.length} ratings are final on all`,
    () => names.filter((name) => members.some((i) => !cluster.record.isFinalOn(name, i))),
    (missing) => missing.length === 0,
    ms,
  )
}
