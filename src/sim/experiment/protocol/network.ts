// A network of whole nodes, every one a NodeMachine in virtual time. It starts converged, with the
// tables and leaf sets that joins and repair lead to, or by joins one after another. To serve to ten
// thousand nodes they share what is the same for all: the ratings, and each contact as one object
// that is verified once.
import { policyFor, policyKindOf } from '../../../../overlay/policy/policy-for.ts'
import { signContact } from '../../../../overlay/signed-contact.ts'
import { policies } from '../../../../routing/policy.ts'
import type { VerifiedContact } from '../../../core/contact.ts'
import type { ChainId, Millis, NodeId } from '../../../core/id.ts'
import type { Effect } from '../../../core/machine.ts'
import { type Random, seededRandom } from '../../../core/random.ts'
import type { NodeMessage } from '../../../node/message.ts'
import { NodeMachine } from '../../../node/node-machine.ts'
import type { NodeCommand, NodeOptions } from '../../../node/node-ports.ts'
import { withGate } from '../../adversary/in-world.ts'
import type { NetworkOptions } from '../../network.ts'
import { joinStaggered } from '../../scenario.ts'
import type { Wrapper } from '../../simulated-node.ts'
import { World } from '../../world.ts'
import { type Behaviour, whileJoining } from '../behaviour.ts'
import { isHonest } from '../world.ts'
import { ConvergedTables, NegativeRatings } from './converged.ts'
import { enemyNode } from './enemies.ts'
import type { KeyedWorld } from './keyed-world.ts'
import { LookupNumbers } from './lookup-numbers.ts'
import { type SharedTables, sharedTables } from './shared-tables.ts'
import { SharedTrust, SharedTrustBook } from './shared-trust.ts'

export const chainId = '5eed5eed5eed5eed' as ChainId

/** What every clock shows at the start. */
const epoch: Millis = 1_000_000

/** A round trip that nobody measured: any pair's mean under the default latency (../../network.ts). */
const assumedRttMs = 100

export interface ProtocolOptions {
  readonly routing: NodeOptions['routing']
  /** The routed overlay. @default 'social' */
  readonly overlay?: string
  /** Rounds of TN-1. @default as the live node */
  readonly rounds?: number
  readonly seed: number
  /** `converged`, or a join every so many virtual milliseconds. @default 'converged' */
  readonly start?: 'converged' | { readonly joinEvery: Millis }
  /** What the enemies of the world do. @default nobody attacks */
  readonly behaviour?: Behaviour
  /** Is it an attack on joins? Then enemies meet joins, and whatever else asks about the ring, as the behaviour says. @default false */
  readonly rejoins?: boolean
  /** Draws the slots of a converged start; with the structural engine's seed both have the same tables. */
  readonly tables?: Random
  readonly network?: Partial<NetworkOptions>
  readonly timing?: NodeOptions['timing']
}

export type ProtocolWorld = World<NodeMessage, NodeCommand, NodeMachine>

export class ProtocolNetwork {
  readonly keyed: KeyedWorld
  readonly world: ProtocolWorld
  readonly random: Random
  readonly trust: SharedTrust
  /** A message to anybody and back, on average; undefined where the network is not the default one. */
  readonly roundTripMs: Millis | undefined
  /** Told of every lookup before it is asked: what enemies go by. */
  readonly numbers = new LookupNumbers()
  readonly #options: ProtocolOptions
  readonly #contacts: readonly VerifiedContact[]
  readonly #overlay: string
  /** The trusted part of every node, under the policy that has one. */
  readonly #trusted: SharedTables | undefined
  /** Through whom nodes join again, by node: of those that did. */
  readonly #waysBack = new Map<number, readonly NodeId[]>()

  constructor(keyed: KeyedWorld, options: ProtocolOptions) {
    const { seed, network, overlay = 'social' } = options
    this.roundTripMs = network === undefined ? assumedRttMs : undefined
    this.keyed = keyed
    this.#options = options
    this.#overlay = overlay
    this.random = seededRandom(seed).fork(7)
    this.trust = new SharedTrust(keyed, overlay, options.routing !== 'pastry', options.rounds)
    this.#contacts = this.#signContacts()
    const negative = new NegativeRatings(keyed.world.ratings, keyed.world.size)
    const random = options.tables ?? this.random.fork(1)
    // First, with the structural router's first draws.
    this.#trusted = policies[options.routing].trustedPart
      ? sharedTables(keyed.world, random)
      : undefined
    const isConverged = (options.start ?? 'converged') === 'converged'
    const tables = isConverged ? this.#converged(negative, random) : undefined
    this.world = new World({
      ...{ seed, epoch },
      ...(network === undefined ? {} : { network }),
      boot: (nodeId, stored, bootSeed) => {
        const node = keyed.numbers.get(nodeId)!
        const machine = this.#machine(node, stored, bootSeed)
        for (const [author, subject] of negative.of[node] ?? [])
          machine.vetoes.rated(overlay, this.#id(author), this.#id(subject), -1)
        if (tables !== undefined && !this.#waysBack.has(node)) this.#settle(machine, node, tables)
        return machine
      },
    })
    this.#wrap()
  }

  /** Starts every node; with staggered joins that takes virtual time, and the ring may still be settling. */
  start(): void {
    const { start = 'converged' } = this.#options
    const ids = this.keyed.nodes.map(({ nodeId }) => nodeId)
    if (start === 'converged') for (const id of ids) this.world.add(id)
    else {
      joinStaggered(this.world, ids, start.joinEvery)
      this.world.runFor(ids.length * start.joinEvery)
    }
  }

  /**
   * The process of a node ends, and for a while its neighbours find nobody there. Then it joins again
   * through these, tried in turn, and knows nobody else: its ratings are all that it kept.
   */
  joinAgain(node: number, ways: readonly number[], downFor: Millis): void {
    const { world } = this
    const id = this.#id(node)
    this.#waysBack.set(
      node,
      ways.map((way) => this.#id(way)),
    )
    world.crash(id, { resets: true })
    world.at(world.now + downFor, () => world.restart(id))
  }

  machine(node: number): NodeMachine {
    return this.world.nodeOf(this.#id(node))
  }

  #id(node: number): NodeId {
    return this.keyed.nodes[node]!.nodeId
  }

  #machine(node: number, stored: ReadonlyMap<string, Uint8Array>, seed: number): NodeMachine {
    const { signatures, nodes } = this.keyed
    const { routing, timing } = this.#options
    const trusted = this.#trusted
    return new NodeMachine(
      {
        ...{ signer: nodes[node]!.signer, verify: signatures.verify, random: seededRandom(seed) },
        trust: new SharedTrustBook(this.trust, node),
        ...(trusted === undefined ? {} : { trustedTables: () => trusted.of(node) }),
      },
      {
        ...{ chainId, routing, owner: '', addresses: [], stored, freshKey: true },
        overlays: [
          {
            name: this.#overlay,
            makePolicy: (ports) => policyFor(policyKindOf(this.#overlay), ports),
          },
        ],
        bootstraps: this.#waysBack.get(node) ?? this.#waysIn(),
        ...(timing === undefined ? {} : { timing }),
      },
    )
  }

  #contactOf(id: NodeId): VerifiedContact {
    return this.#contacts[this.keyed.numbers.get(id)!]!
  }

  /** Through whom a node joins that was never there before. */
  #waysIn(): readonly NodeId[] {
    const { start = 'converged' } = this.#options
    const way = start === 'converged' ? undefined : this.random.pick(this.world.live())
    return way === undefined ? [] : [way]
  }

  /** Each contact once, older than what its node says of itself when it starts. */
  #signContacts(): VerifiedContact[] {
    const facts = { seq: epoch - 1, addresses: [], overlays: [this.#overlay], owner: '' }
    return this.keyed.nodes.map(({ signer }) => signContact(signer, chainId, facts))
  }

  #converged(negative: NegativeRatings, random: Random): ConvergedTables {
    const { routing, rounds } = this.#options
    const { world } = this.keyed
    return new ConvergedTables(world, policies[routing], this.trust, negative, random, rounds)
  }

  /** Seats a node's neighbours as if it had heard and probed each of them a moment ago. */
  #settle({ contacts, routing }: NodeMachine, node: number, tables: ConvergedTables): void {
    const meet = (other: number): VerifiedContact | undefined => {
      const contact = contacts.accept(this.#contacts[other]!)
      if (contact === undefined) return undefined
      contacts.heard(contact.nodeId, epoch)
      contacts.measured(contact.nodeId, assumedRttMs)
      return contact
    }
    const seat = (other: number): void => {
      const contact = meet(other)
      if (contact !== undefined) routing.learn(contact)
    }
    tables.eachNeighbour(node, seat)
    for (const { id, isSeated } of this.#trusted?.keptBy(node) ?? []) {
      const other = this.keyed.numbers.get(id)!
      if (isSeated) seat(other)
      else meet(other)
    }
  }

  #wrap(): void {
    const { behaviour, rejoins = false } = this.#options
    const { nodes, world } = this.keyed
    for (const { nodeId } of nodes) this.world.wrap(nodeId, forgetful)
    if (behaviour === undefined) return
    const enemies = [...nodes.entries()].filter(([node]) => !isHonest(world, node))
    // Nobody else goes by the numbers of lookups.
    if (enemies.length === 0) return
    this.world.observe('leaving', ({ node, effect }) => this.numbers.left(node, effect))
    const accomplices = enemies.map(([, { nodeId, signer }]) => ({
      ...{ nodeId, publicKey: signer.publicKey, contact: this.#contactOf(nodeId) },
    }))
    const joining = rejoins ? whileJoining(behaviour, world.kinds) : undefined
    for (const [node, { nodeId, signer }] of enemies) {
      const ports = { self: nodeId, signer, chainId, overlay: this.#overlay, accomplices }
      this.world.wrap(nodeId, (inner, { random }) =>
        withGate(inner, (stepper) =>
          enemyNode(stepper, node, behaviour, this.numbers, { ...ports, random }, joining),
        ),
      )
    }
  }
}

/** A router forgets answered routes every five seconds; once a minute is enough where nobody counts bytes. */
const sweepAfter: Millis = 60_000

/**
 * A node whose disk takes everything and keeps nothing, and that is never asked to save. Nor does it
 * compare Trustchains on each new link: the ratings are shared, and there is nothing to find out.
 */
const forgetful: Wrapper<NodeMessage, NodeCommand> = (inner) => ({
  step(input, now) {
    const effects = inner.step(input, now)
    return effects.every(staysAsItIs) ? effects : effects.flatMap(remaining)
  },
  refuses: (peer) => inner.refuses(peer),
})

function staysAsItIs(effect: Effect<NodeMessage, unknown>): boolean {
  if (effect.do === 'persist') return false
  if (effect.do === 'schedule')
    return effect.timer !== 'overlay/save' && effect.timer !== 'router/sweep'
  return effect.do !== 'send' || effect.message.protocol !== 'trustchain'
}

function remaining(effect: Effect<NodeMessage, unknown>): Effect<NodeMessage, unknown>[] {
  if (staysAsItIs(effect)) return [effect]
  const isSweep = effect.do === 'schedule' && effect.timer === 'router/sweep'
  return isSweep ? [{ ...effect, after: sweepAfter }] : []
}
