// Some fifty routers in one virtual time: every message goes through the codec, takes latency,
// and may be lost or changed on its way by the test. No membership: everybody knows everybody.
import { decodeRoutingMessage, encodeRoutingMessage } from '../../routing/codec.ts'
import type {
  LookupAnswer,
  RouterCommand,
  RouterEffect,
  RouterNote,
  RoutingMessage,
} from '../../routing/message.ts'
import { distnet, type RoutingPolicy } from '../../routing/policy.ts'
import { RouterMachine } from '../../routing/router.ts'
import { RoutingState } from '../../routing/routing-state.ts'
import { type ChainId, type NodeId, nodeIdOf, ringKeyOf } from '../../src/core/id.ts'
import type { Answer } from '../../src/core/machine.ts'
import { seededRandom } from '../../src/core/random.ts'
import { signerFrom, verify } from '../../src/runtime/ed25519/fastest.ts'

const chainId = '00112233aabbccdd' as ChainId

/** What becomes of a message: delivered as it is, changed, or lost. */
export type Meddle = (
  from: NodeId,
  to: NodeId,
  message: RoutingMessage,
) => RoutingMessage | undefined

interface PumpOptions {
  readonly size: number
  readonly seed: number
  readonly policy?: RoutingPolicy
  readonly trust?: (from: NodeId, to: NodeId) => number
  readonly barred?: (a: NodeId, b: NodeId) => boolean
  readonly meddle?: Meddle
  readonly passesMax?: number
}

interface Event {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

export class Pump {
  readonly ids: readonly NodeId[]
  readonly states = new Map<NodeId, RoutingState>()
  readonly routers = new Map<NodeId, RouterMachine>()
  readonly dead = new Set<NodeId>()
  readonly notes: { readonly at: NodeId; readonly note: RouterNote }[] = []
  readonly log: string[] = []
  /** Timers that nobody cancelled in time. */
  readonly fired: string[] = []
  meddle: Meddle | undefined
  /** Whom it reaches without being read. */
  refuses: ((to: NodeId, message: RoutingMessage) => boolean) | undefined
  sent = 0
  now = 0
  readonly #options: PumpOptions
  readonly #events: Event[] = []
  readonly #timers = new Map<string, number>()
  readonly #answers = new Map<number, Answer>()
  #order = 0
  #commands = 0

  constructor(options: PumpOptions) {
    this.#options = options
    this.meddle = options.meddle
    const { passesMax } = options
    const random = seededRandom(options.seed)
    const signers = Array.from({ length: options.size }, () => signerFrom(random.bytes(32)))
    this.ids = signers.map(({ publicKey }) => nodeIdOf(publicKey)).sort()
    for (const signer of signers) {
      const id = nodeIdOf(signer.publicKey)
      const trust = (to: NodeId): number => options.trust?.(id, to) ?? 0
      const barred = (to: NodeId): boolean => options.barred?.(id, to) === true
      const ports = {
        trust: (_: string, to: NodeId) => trust(to),
        aggregate: trust,
        barred,
        rttMs: () => undefined,
      }
      const state = new RoutingState(id, options.policy ?? distnet, ['social'], ports)
      for (const nodeId of this.ids) state.learn({ nodeId, overlays: ['social'] })
      this.states.set(id, state)
      const maySpeakTo = (to: NodeId): boolean => !barred(to)
      this.routers.set(
        id,
        new RouterMachine(
          { state, maySpeakTo, signer, verify, random: random.fork(1) },
          { chainId, ...(passesMax === undefined ? {} : { passesMax }) },
        ),
      )
    }
  }

  /** A short name, by ring order: n0 has the smallest id. */
  name(id: NodeId): string {
    return `n${this.ids.indexOf(id)}`
  }

  /** Runs one command until everything is quiet; its answer. */
  run(origin: NodeId, command: RouterCommand): Answer {
    const id = this.command(origin, command)
    this.settle()
    return this.#answers.get(id) ?? { ok: false, code: 'never answered', facts: {} }
  }

  lookup(origin: NodeId, key: string, routes = 1): LookupAnswer {
    const answer = this.run(origin, { command: 'lookup', key, overlay: 'social', routes })
    if (!answer.ok) throw new Error(`${answer.code} ${JSON.stringify(answer.facts)}`)
    return answer.value as LookupAnswer
  }

  command(origin: NodeId, command: RouterCommand): number {
    const id = ++this.#commands
    this.#step(origin, { on: 'command', id, command })
    return id
  }

  /** Hands a node a message as if it came from a peer. */
  inject(from: NodeId, to: NodeId, message: RoutingMessage): void {
    this.#step(to, { on: 'message', from, message })
  }

  drop(at: NodeId, peer: NodeId, why: 'closed' | 'unreachable' | 'refused' | 'congested'): void {
    this.#step(at, { on: 'dropped', peer, why })
  }

  /** Runs until no message and no timer is left. */
  settle(): void {
    while (this.#events.length > 0) {
      this.#events.sort((a, b) => a.at - b.at || a.order - b.order)
      const event = this.#events.shift()!
      this.now = event.at
      event.run()
    }
  }

  #later(after: number, run: () => void): void {
    this.#events.push({ at: this.now + after, order: ++this.#order, run })
  }

  #step(at: NodeId, input: Parameters<RouterMachine['step']>[0]): void {
    if (this.dead.has(at)) return
    const effects = this.routers.get(at)!.step(input, this.now)
    for (const effect of effects) this.#perform(at, effect)
  }

  #perform(at: NodeId, effect: RouterEffect): void {
    switch (effect.do) {
      case 'send':
        return this.#send(at, effect.to, effect.message)
      case 'schedule': {
        const set = ++this.#order
        this.#timers.set(`${at} ${effect.timer}`, set)
        return this.#later(effect.after, () => {
          if (this.#timers.get(`${at} ${effect.timer}`) !== set) return
          this.#timers.delete(`${at} ${effect.timer}`)
          this.fired.push(effect.timer)
          this.#step(at, { on: 'timer', timer: effect.timer })
        })
      }
      case 'cancel':
        this.#timers.delete(`${at} ${effect.timer}`)
        return
      case 'notify':
        this.notes.push({ at, note: effect.note })
        return
      case 'answer':
        this.#answers.set(effect.command, effect.answer)
        return
      default:
        throw new Error(`a router does not ${effect.do}`)
    }
  }

  #send(from: NodeId, to: NodeId, message: RoutingMessage): void {
    if (this.#options.barred?.(from, to) === true) throw new Error('a barred pair spoke')
    const meddled = this.meddle === undefined ? message : this.meddle(from, to, message)
    this.sent++
    this.log.push(`${this.now} ${this.name(from)} → ${this.name(to)} ${this.#describe(message)}`)
    if (meddled === undefined) return
    const decoded = decodeRoutingMessage(encodeRoutingMessage(meddled))
    if (!decoded.ok) throw new Error(`a router sent what no router reads: ${decoded.why}`)
    this.#later(10, () => {
      if (this.dead.has(to)) this.#step(from, { on: 'dropped', peer: to, why: 'unreachable' })
      else if (this.refuses?.(to, decoded.message) === true)
        this.#step(from, { on: 'dropped', peer: to, why: 'refused' })
      else this.#step(to, { on: 'message', from, message: decoded.message })
    })
  }

  #describe(message: RoutingMessage): string {
    switch (message.say) {
      case 'route': {
        const hop = message.trace.at(-1)!
        return `route by ${hop.by} prefix ${hop.prefix} trust ${hop.trust / 1e6}`
      }
      case 'failed':
        return `failed ${message.why}`
      case 'result':
        return `result over ${message.trace.length} hops, ${message.messages} messages`
      case 'receipt':
        return 'receipt'
    }
  }
}

/** Keys that differ from test to test only by their number. */
export const keys = (count: number) =>
  Array.from({ length: count }, (_, i) => ringKeyOf(`key ${i}`))

/** Symmetric and seeded: about `share` of all pairs. */
export const pairsOf = (share: number, salt: number) => (a: NodeId, b: NodeId) => {
  const [low, high] = a < b ? [a, b] : [b, a]
  const word = (id: string) => Number.parseInt(id.slice(0, 8), 16)
  const mixed = Math.imul(Math.imul(word(low) + salt, 0x9e3779b1) ^ word(high), 0x85ebca6b) >>> 0
  return (mixed >>> 4) % 1000 < share * 1000
}

/** Makes routes longer: every node forgets all but `keep` percent of those beyond its leaf set. */
export function thin(pump: Pump, keep: number): void {
  const n = pump.ids.length
  pump.ids.forEach((id, place) => {
    const state = pump.states.get(id)!
    const random = seededRandom(place + 1)
    pump.ids.forEach((other, at) => {
      const apart = Math.min((at - place + n) % n, (place - at + n) % n)
      if (apart > 17 && random.below(100) >= keep) state.forget(other)
    })
  })
}
