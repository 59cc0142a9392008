// Small real machines for the tests of the simulated world: they use every input and effect, and
// each is short enough to see at a glance what a run must show.
import type { Millis, NodeId } from '../../src/core/id.ts'
import type { Effect, Input } from '../../src/core/machine.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { SimulatedNode } from '../../src/sim/simulated-node.ts'

/** A node id with a readable end: 1 → 000…01. */
export const node = (n: number): NodeId => n.toString(16).padStart(32, '0') as NodeId

/** Says what it is told to say, and writes down all it hears. */
export type Said = { readonly text: string }
export type Say =
  | { readonly say: string; readonly to: NodeId }
  | { readonly hangUp: NodeId }
  | { readonly set: string; readonly after: Millis }
  | { readonly unset: string }

export class Talker implements SimulatedNode<Said, Say> {
  readonly heard: string[] = []
  readonly vetoed = new Set<NodeId>()

  step(input: Input<Said, Say>, now: Millis): readonly Effect<Said>[] {
    switch (input.on) {
      case 'message':
        this.heard.push(`${now} ${short(input.from)}: ${input.message.text}`)
        return []
      case 'connected':
        this.heard.push(`${now} + ${short(input.peer)}`)
        return []
      case 'dropped':
        this.heard.push(`${now} - ${short(input.peer)} ${input.why}`)
        return []
      case 'timer':
        this.heard.push(`${now} ! ${input.timer}`)
        return []
      case 'command':
        return this.#obey(input.command)
      case 'start':
        return []
      case 'stop':
        return [...this.vetoed].map((to) => ({ do: 'send', to, message: { text: 'bye' } }))
      case 'note':
        return []
    }
  }

  refuses(peer: NodeId): boolean {
    return this.vetoed.has(peer)
  }

  #obey(command: Say): readonly Effect<Said>[] {
    if ('say' in command) return [{ do: 'send', to: command.to, message: { text: command.say } }]
    if ('hangUp' in command) return [{ do: 'disconnect', peer: command.hangUp, why: 'told to' }]
    if ('set' in command) return [{ do: 'schedule', timer: command.set, after: command.after }]
    return [{ do: 'cancel', timer: command.unset }]
  }
}

const short = (id: NodeId): string => String(Number.parseInt(id.slice(-4), 16))

/** Floods each rumour once to random peers, again and again by a timer: a busy, branching run. */
export type Rumour = { readonly number: number; readonly hops: number }

export class Gossip implements SimulatedNode<Rumour, number> {
  readonly known = new Map<number, number>()
  readonly #peers: readonly NodeId[]
  readonly #random: ReturnType<typeof seededRandom>

  constructor(peers: readonly NodeId[], seed: number) {
    this.#peers = peers
    this.#random = seededRandom(seed)
  }

  step(input: Input<Rumour, number>): readonly Effect<Rumour>[] {
    switch (input.on) {
      case 'start':
        return [{ do: 'schedule', timer: 'again', after: this.#random.below(1000) }]
      case 'command':
        return [
          ...this.#learn({ number: input.command, hops: 0 }),
          { do: 'answer', command: input.id, answer: { ok: true, value: null } },
        ]
      case 'message':
        return this.#learn(input.message)
      case 'timer':
        return [...this.#tell(), { do: 'schedule', timer: 'again', after: 1000 }]
      default:
        return []
    }
  }

  refuses(): boolean {
    return false
  }

  #learn(rumour: Rumour): readonly Effect<Rumour>[] {
    if (this.known.has(rumour.number)) return []
    this.known.set(rumour.number, rumour.hops)
    return [0, 1, 2].flatMap(() => this.#tell({ ...rumour, hops: rumour.hops + 1 }))
  }

  #tell(rumour = this.#anyRumour()): readonly Effect<Rumour>[] {
    const to = this.#random.pick(this.#peers)
    return rumour === undefined || to === undefined ? [] : [{ do: 'send', to, message: rumour }]
  }

  #anyRumour(): Rumour | undefined {
    const chosen = this.#random.pick([...this.known])
    return chosen === undefined ? undefined : { number: chosen[0], hops: chosen[1] }
  }
}

/** Counts commands durably; tells a peer and the user each count only after it persisted it. */
export type Count = { readonly count: number }

export class Counter implements SimulatedNode<Count, 'count' | 'count quietly'> {
  count: number
  /** The highest count heard from each peer. */
  readonly heard = new Map<NodeId, number>()
  readonly #peer: NodeId

  constructor(peer: NodeId, store: ReadonlyMap<string, Uint8Array>) {
    this.#peer = peer
    this.count = store.get('count')?.[0] ?? 0
  }

  step(input: Input<Count, 'count' | 'count quietly'>): readonly Effect<Count>[] {
    if (input.on === 'message') this.heard.set(input.from, input.message.count)
    if (input.on !== 'command') return []
    this.count++
    const value = Uint8Array.of(this.count)
    const persist: Effect<Count> = { do: 'persist', writes: [{ key: 'count', value }] }
    if (input.command === 'count quietly') return [persist]
    return [
      persist,
      { do: 'send', to: this.#peer, message: { count: this.count } },
      { do: 'answer', command: input.id, answer: { ok: true, value: this.count } },
    ]
  }

  refuses(): boolean {
    return false
  }
}

/** Pings its peers every second and answers pings: nothing but events, for measuring. */
export class Pinger implements SimulatedNode<'ping' | 'pong', never> {
  readonly #peers: readonly NodeId[]

  constructor(peers: readonly NodeId[]) {
    this.#peers = peers
  }

  step(input: Input<'ping' | 'pong'>): readonly Effect<'ping' | 'pong'>[] {
    if (input.on === 'message')
      return input.message === 'ping' ? [{ do: 'send', to: input.from, message: 'pong' }] : []
    if (input.on !== 'start' && input.on !== 'timer') return []
    return [
      ...this.#peers.map((to) => ({ do: 'send', to, message: 'ping' }) as const),
      { do: 'schedule', timer: 'ping', after: 1000 },
    ]
  }

  refuses(): boolean {
    return false
  }
}
