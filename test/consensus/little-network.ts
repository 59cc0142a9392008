// A few real engines in virtual time, for tests: messages take a millisecond, links can be cut, nodes
// can be killed in the middle of a write and restarted from what was durable. Every few moments
// neighbours tell each other what they lack, as the machine around the engine does.
import type { Block } from '../../consensus/block.ts'
import type { VerifiedCommit } from '../../consensus/commit.ts'
import { Engine } from '../../consensus/engine.ts'
import type { EngineHostPorts } from '../../consensus/engine-chain.ts'
import type { EngineEffect, EngineInput, EngineOptions } from '../../consensus/engine-io.ts'
import { type Proposal, proposalBytes, type Vote, voteBytes } from '../../consensus/vote.ts'
import { hex, utf8, utf8Text } from '../../src/core/bytes.ts'
import { Committee } from '../../src/core/committee.ts'
import { type NodeId, nodeIdOf } from '../../src/core/id.ts'
import type { StoreWrite } from '../../src/core/machine.ts'
import type { Signer } from '../../src/core/signature.ts'
import { CountingApplication, type Elections } from './counting-application.ts'
import { chainId, toySigner, toyVerify } from './signing-committee.ts'

export interface LittleNode {
  readonly name: string
  readonly id: NodeId
  readonly signer: Signer
  readonly store: Map<string, Uint8Array>
  readonly pool: Uint8Array[]
  readonly chain: { readonly block: Block; readonly commit: VerifiedCommit }[]
  readonly accusations: (EngineEffect & { do: 'accuse' })[]
  /** What left this node, by kind, height and round, over all its lives. */
  readonly said: Map<string, string>
  readonly timers: Map<string, number>
  application: CountingApplication
  engine: Engine
  alive: boolean
  persists: number
  /** Milliseconds that this node's clock is ahead. */
  skew: number
}

export interface LittleOptions extends Partial<EngineOptions> {
  readonly elections?: Elections
  /** Who founds the network, of all; everybody. */
  readonly founders?: readonly string[]
  readonly delay?: number
}

interface Event {
  readonly at: number
  readonly run: () => void
}

export const committeeOf = (names: readonly string[]): Committee =>
  new Committee(names.map((name) => ({ publicKey: toySigner(name).publicKey })))

export class LittleNetwork {
  now = 1_000
  readonly nodes: readonly LittleNode[]
  /** Does a message from a to b get lost? */
  cut: (from: LittleNode, to: LittleNode) => boolean = () => false
  /** How much of a write becomes durable before the node is killed in it; undefined: all, and it lives. */
  kill: (node: LittleNode, writes: readonly StoreWrite[]) => readonly StoreWrite[] | undefined =
    () => undefined
  readonly #options: LittleOptions
  readonly #founders: Committee
  readonly #events: Event[] = []
  /** Finalized blocks by id: a store holds the id, so that a killed node has exactly what was durable. */
  readonly #archive = new Map<string, LittleNode['chain'][number]>()

  constructor(names: readonly string[], options: LittleOptions = {}) {
    this.#options = options
    this.#founders = committeeOf(options.founders ?? names)
    this.nodes = names.map((name) => this.#born(name))
    for (const node of this.nodes) this.give(node, { on: 'start' })
    this.#at(50, () => this.#repair())
  }

  #born(name: string): LittleNode {
    const signer = toySigner(name)
    const node = {
      ...{ name, id: nodeIdOf(signer.publicKey), signer, store: new Map(), pool: [], chain: [] },
      ...{ accusations: [], said: new Map(), timers: new Map(), alive: true, persists: 0, skew: 0 },
    } as unknown as LittleNode
    this.#wake(node)
    return node
  }

  #wake(node: LittleNode): void {
    const elections = this.#options.elections ?? new Map()
    const stored = node.store.get('application')
    node.application = new CountingApplication(this.#founders, elections, stored)
    const { signer, application } = node
    const ports = { signer, application, verify: toyVerify, candidates: () => node.pool }
    const encodeBlock = (block: Block, commit: VerifiedCommit): Uint8Array => {
      this.#archive.set(block.id, { block, commit })
      return utf8(block.id)
    }
    const options = { chainId, genesisTime: 0, ...this.#options }
    node.engine = new Engine(
      { ...ports, encodeBlock: encodeBlock as EngineHostPorts['encodeBlock'] },
      options,
      node.store,
    )
  }

  node(name: string): LittleNode {
    return this.nodes.find((node) => node.name === name)!
  }

  /** Kills a node between two steps. */
  stop(node: LittleNode): void {
    node.alive = false
    node.timers.clear()
  }

  /** @param listens milliseconds in which it hears its peers out before it signs anything new */
  restart(node: LittleNode, listens = 0): void {
    node.alive = true
    this.#wake(node)
    if (listens > 0) {
      this.give(node, { on: 'catching-up', behind: true })
      this.after(listens, () => this.give(node, { on: 'catching-up', behind: false }))
    }
    this.give(node, { on: 'start' })
  }

  /** Puts an older store in the place of a node's, and starts it. */
  restore(node: LittleNode, backup: ReadonlyMap<string, Uint8Array>, listens: number): void {
    this.stop(node)
    node.store.clear()
    for (const [key, value] of backup) node.store.set(key, value)
    this.restart(node, listens)
  }

  after(delay: number, run: () => void): void {
    this.#at(delay, run)
  }

  #at(delay: number, run: () => void): void {
    const at = this.now + delay
    let place = this.#events.length
    while (place > 0 && this.#events[place - 1]!.at > at) place--
    this.#events.splice(place, 0, { at, run })
  }

  /** Puts a transaction into the pools of all that live. */
  submit(text: string): void {
    for (const node of this.nodes) {
      node.pool.push(utf8(text))
      if (node.pool.length === 1) this.give(node, { on: 'transactions' })
    }
  }

  run(milliseconds: number, until: () => boolean = () => false): void {
    const end = this.now + milliseconds
    while (!until() && this.#events.length > 0 && this.#events[0]!.at <= end) {
      const event = this.#events.shift()!
      this.now = event.at
      event.run()
    }
    if (!until()) this.now = Math.max(this.now, end)
  }

  give(node: LittleNode, input: EngineInput): void {
    if (!node.alive) return
    for (const effect of node.engine.step(input, this.now + node.skew)) {
      if (!node.alive) return
      this.#perform(node, effect)
    }
  }

  #perform(node: LittleNode, effect: EngineEffect): void {
    switch (effect.do) {
      case 'persist':
        return this.#persist(node, effect.writes)
      case 'schedule': {
        const { timer, after } = effect
        const number = (node.timers.get(timer) ?? 0) + 1
        node.timers.set(timer, number)
        return this.#at(after, () => {
          if (node.timers.get(timer) === number) this.give(node, { on: 'timer', timer })
        })
      }
      case 'cancel':
        node.timers.set(effect.timer, (node.timers.get(effect.timer) ?? 0) + 1)
        return
      case 'propose': {
        const { proposal, block } = effect
        this.#note(node, 'proposal', proposal, proposalBytes(chainId, proposal))
        return this.#broadcast(node, { on: 'proposal', proposal, block })
      }
      case 'vote': {
        const { vote } = effect
        this.#note(node, vote.kind, vote, voteBytes(chainId, vote))
        return this.#broadcast(node, { on: 'vote', vote })
      }
      case 'accuse':
        node.accusations.push(effect)
        return
      case 'finalized':
      case 'entered':
        return
    }
  }

  /** Throws when the node said something else at this place before. */
  #note(node: LittleNode, kind: string, of: Vote | Proposal, bytes: Uint8Array): void {
    const place = `${kind}/${of.height}/${of.round}`
    const text = `${hex(bytes)} ${hex(of.signature)}`
    if ((node.said.get(place) ?? text) !== text)
      throw new Error(`${node.name} signed two different things: ${place}`)
    node.said.set(place, text)
  }

  #persist(node: LittleNode, writes: readonly StoreWrite[]): void {
    node.persists++
    const durable = this.kill(node, writes)
    for (const { key, value } of durable ?? writes)
      if (value === null) node.store.delete(key)
      else {
        node.store.set(key, value)
        if (key.startsWith('block/')) this.#finalized(node, utf8Text(value))
      }
    if (durable !== undefined) this.stop(node)
  }

  #finalized(node: LittleNode, id: string): void {
    const final = this.#archive.get(id)!
    node.chain.push(final)
    const gone = new Set(final.block.transactions.map(({ bytes }) => hex(bytes)))
    const left = node.pool.filter((bytes) => !gone.has(hex(bytes)))
    node.pool.splice(0, node.pool.length, ...left)
  }

  #broadcast(from: LittleNode, input: EngineInput): void {
    for (const to of this.nodes)
      if (to !== from && !this.cut(from, to))
        this.#at(this.#options.delay ?? 1, () => this.give(to, input))
  }

  #repair(): void {
    for (const from of this.nodes)
      for (const to of this.nodes)
        if (from !== to && from.alive && to.alive && !this.cut(from, to)) this.#tellAll(from, to)
    this.#at(50, () => this.#repair())
  }

  #tellAll(from: LittleNode, to: LittleNode): void {
    for (;;) {
      const { height } = to.engine.view
      const ahead = from.chain.find(({ block }) => block.header.height === height)
      if (!to.alive) return
      if (ahead === undefined) break
      this.give(to, { on: 'decided', ...ahead })
    }
    const { view } = from.engine
    if (view.height !== to.engine.view.height) return
    for (const { round } of view.rounds()) {
      const proposal = view.proposal(round)
      if (proposal !== undefined) this.give(to, { on: 'proposal', ...proposal })
      for (const kind of ['prevote', 'precommit'] as const)
        for (const { nodeId } of view.committee.members) {
          const vote = view.vote(kind, round, nodeId)
          if (vote !== undefined) this.give(to, { on: 'vote', vote })
        }
    }
  }

  /** The lowest height that everybody alive has finalized. */
  get height(): number {
    return Math.min(...this.nodes.filter(({ alive }) => alive).map((n) => n.application.height))
  }

  /** Throws when two nodes finalized different blocks at one height, or one node two. */
  checkAgreement(): void {
    const decided = new Map<number, string>()
    for (const { name, chain } of this.nodes)
      for (const { block } of chain) {
        const { height } = block.header
        const other = decided.get(height) ?? block.id
        if (other !== block.id) throw new Error(`${name} decided another block at ${height}`)
        decided.set(height, block.id)
      }
  }
}
