// The origin's side of lookups and sends: r parallel routes over distinct first hops, results
// believed only with the root's signature, one retry over other first hops, one answer.

import { hex } from '../src/core/bytes.ts'
import { type ChainId, type Millis, type NodeId, type RingKey, ringKeyOf } from '../src/core/id.ts'
import { parallelRoutesMax, payloadBytesMax } from '../src/core/limits.ts'
import type { Answer, CommandId } from '../src/core/machine.ts'
import type { Random } from '../src/core/random.ts'
import type { Verify } from '../src/core/signature.ts'
import { trustNumber } from '../src/core/trust.ts'
import { provenRoot } from './delivery.ts'
import type {
  AnsweredHop,
  FailedWhy,
  LookupAnswer,
  ResultMessage,
  RouteId,
  RouteMessage,
  RouterCommand,
} from './message.ts'
import type { Outbox } from './relay.ts'
import { compareNearness, wordsOf } from './ring.ts'

export interface QuestPorts {
  readonly self: NodeId
  readonly overlays: readonly string[]
  readonly verify: Verify
  readonly random: Random
  /** Starts one route; returns its first hop, or undefined when it ended at once (see `ended`). */
  readonly launch: (route: RouteMessage, avoid: ReadonlySet<NodeId>) => NodeId | undefined
}

export interface QuestOptions {
  readonly chainId: ChainId
  readonly routeTimeout: Millis
  /** How long the other routes may take after the first verified answer. */
  readonly grace: Millis
  /** How long after the failure of all routes the retry waits. */
  readonly pause: Millis
  readonly questsMax: number
}

interface Found {
  readonly root: NodeId
  readonly result: ResultMessage
}

interface Quest {
  readonly id: CommandId
  readonly routeId: RouteId
  readonly key: RingKey
  readonly overlay: string
  readonly data: Uint8Array | null
  readonly routes: number
  readonly since: Millis
  readonly firstHops: Set<NodeId>
  readonly running: Set<number>
  readonly found: Found[]
  attempts: number
  retried: boolean
  liedTo: boolean
  /** True while routes are being started: their immediate failures are judged afterwards. */
  launching: boolean
  why: FailedWhy
}

const questTimer = (routeId: RouteId): string => `router/quest/${routeId}`

export class Quests {
  /** Results that proved no root: a lying or broken peer on the way. */
  unproven = 0
  readonly #ports: QuestPorts
  readonly #options: QuestOptions
  readonly #out: Outbox
  readonly #quests = new Map<RouteId, Quest>()

  constructor(ports: QuestPorts, options: QuestOptions, out: Outbox) {
    this.#ports = ports
    this.#options = options
    this.#out = out
  }

  get pending(): number {
    return this.#quests.size
  }

  onCommand(id: CommandId, command: RouterCommand): void {
    const refusal = this.#refusal(command)
    if (refusal !== undefined) return this.#answer(id, refusal)
    const quest: Quest = {
      id,
      routeId: hex(this.#ports.random.bytes(8)),
      key: ringKeyOf(command.key),
      overlay: command.overlay,
      data: command.command === 'send' ? command.bytes : null,
      routes: command.routes ?? 1,
      since: this.#out.now,
      firstHops: new Set(),
      running: new Set(),
      found: [],
      attempts: 0,
      retried: false,
      liedTo: false,
      launching: false,
      why: 'stuck',
    }
    this.#quests.set(quest.routeId, quest)
    this.#wait(quest, this.#options.routeTimeout / 2)
    this.#launch(quest)
  }

  /** A route of ours has ended: with a result yet to be proven, or nowhere. */
  onEnded(route: RouteMessage, result: ResultMessage | undefined, why: FailedWhy): void {
    const quest = this.#quests.get(route.routeId)
    if (quest === undefined || !quest.running.delete(route.attempt)) return
    if (result === undefined) quest.why = why
    else this.#judge(quest, route, result)
    this.#proceed(quest)
  }

  onTimer(routeId: RouteId): void {
    const quest = this.#quests.get(routeId)
    if (quest === undefined) return
    if (quest.found.length > 0) return this.#succeed(quest)
    if (quest.retried) {
      const facts = { key: quest.key, ms: this.#out.now - quest.since }
      return this.#close(quest, { ok: false, code: 'route/timeout', facts })
    }
    this.#retry(quest)
  }

  #refusal(command: RouterCommand): Answer | undefined {
    const { overlay, routes = 1 } = command
    const known = this.#ports.overlays
    if (!known.includes(overlay))
      return { ok: false, code: 'overlay/unknown', facts: { overlay, known } }
    if (!Number.isInteger(routes) || routes < 1 || routes > parallelRoutesMax) {
      const facts = { routes, max: parallelRoutesMax }
      return { ok: false, code: 'route/routes-out-of-range', facts }
    }
    if (command.command === 'send' && command.bytes.length > payloadBytesMax) {
      const facts = { bytes: command.bytes.length, max: payloadBytesMax }
      return { ok: false, code: 'route/payload-too-large', facts }
    }
    const max = this.#options.questsMax
    return this.#quests.size >= max ? { ok: false, code: 'route/busy', facts: { max } } : undefined
  }

  #launch(quest: Quest): void {
    quest.launching = true
    for (let i = 0; i < quest.routes; i++) {
      this.#start(quest, quest.firstHops)
      // Even one first hop is better than none: a retry may have no other.
      if (i === 0 && quest.running.size + quest.found.length === 0) this.#start(quest, new Set())
      // We are the root, or there is no further first hop.
      if (quest.found.length > 0 || quest.running.size <= i) break
    }
    quest.launching = false
    this.#proceed(quest)
  }

  #start(quest: Quest, avoid: ReadonlySet<NodeId>): void {
    const { routeId, key, overlay, data } = quest
    const attempt = quest.attempts++
    const origin = this.#ports.self
    quest.running.add(attempt)
    const route: RouteMessage = {
      say: 'route',
      routeId,
      attempt,
      key,
      overlay,
      phase: 'overlay',
      origin,
      trace: [],
      visited: [],
      data,
    }
    const first = this.#ports.launch(route, avoid)
    if (first !== undefined) quest.firstHops.add(first)
  }

  #retry(quest: Quest): void {
    quest.retried = true
    this.#wait(quest, this.#options.routeTimeout / 2)
    this.#launch(quest)
  }

  #judge(quest: Quest, route: RouteMessage, result: ResultMessage): void {
    const { self, verify } = this.#ports
    // What ends here without a hop needs no proof to ourselves.
    const root =
      result.trace.length === 0 ? self : provenRoot(this.#options.chainId, route, result, verify)
    if (root === undefined) {
      this.unproven++
      quest.liedTo = true
    } else quest.found.push({ root, result })
  }

  #proceed(quest: Quest): void {
    if (quest.launching || !this.#quests.has(quest.routeId)) return
    const [first] = quest.found
    if (quest.running.size === 0) {
      if (first !== undefined) return this.#succeed(quest)
      // After a lie other first hops are asked at once; after failures the network may need a moment.
      if (!quest.retried)
        return quest.liedTo ? this.#retry(quest) : this.#wait(quest, this.#options.pause)
      const facts = { key: quest.key, why: quest.why, tried: quest.attempts }
      return this.#close(quest, { ok: false, code: 'route/undeliverable', facts })
    }
    if (first === undefined) return
    // Bytes have arrived; a lookup waits a little, so that a nearer root may outdo a false one.
    if (quest.data !== null || quest.found.length >= quest.routes) return this.#succeed(quest)
    if (quest.found.length === 1) this.#wait(quest, this.#options.grace)
  }

  #succeed(quest: Quest): void {
    const key = wordsOf(quest.key)
    const [best] = quest.found.toSorted((a, b) =>
      compareNearness(wordsOf(a.root), 0, wordsOf(b.root), 0, key, 0),
    )
    if (best === undefined) return
    const value: LookupAnswer = {
      key: quest.key,
      root: best.root,
      delivered: true,
      hops: this.#hops(quest, best.result),
      messages: quest.found.reduce((sum, { result }) => sum + result.messages, 0),
      ms: this.#out.now - quest.since,
      answered: quest.found.length,
      agreeing: quest.found.filter(({ root }) => root === best.root).length,
    }
    this.#close(quest, { ok: true, value })
  }

  #hops(quest: Quest, { trace }: ResultMessage): AnsweredHop[] {
    return trace.map(({ to, by, prefix, trust }, i) => ({
      from: trace[i - 1]?.to ?? this.#ports.self,
      to,
      by: by === 'overlay' ? `overlay:${quest.overlay}` : by,
      prefix,
      trust: trustNumber(trust),
    }))
  }

  #wait(quest: Quest, after: Millis): void {
    this.#out.effects.push({ do: 'schedule', timer: questTimer(quest.routeId), after })
  }

  #close(quest: Quest, answer: Answer): void {
    this.#quests.delete(quest.routeId)
    this.#out.effects.push({ do: 'cancel', timer: questTimer(quest.routeId) })
    this.#answer(quest.id, answer)
  }

  #answer(command: CommandId, answer: Answer): void {
    this.#out.effects.push({ do: 'answer', command, answer })
  }
}
