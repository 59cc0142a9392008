// The origin's side of lookups and sends: r parallel routes over distinct first hops, results
// believed only with the root's signature, one retry over other first hops, one answer.

import { hex } from '../src/core/bytes.ts'
import { type ChainId, type Millis, type NodeId, type RingKey, ringKeyOf } from '../src/core/id.ts'
import { parallelRoutesMax, payloadBytesMax } from '../src/core/limits.ts'
import type { Answer, CommandId } from '../src/core/machine.ts'
import type { Random } from '../src/core/random.ts'
import type { Verify } from '../src/core/signature.ts'
import {
  attemptsMax,
  type FailedWhy,
  type ResultMessage,
  type RouteId,
  type RouteMessage,
  type RouterCommand,
} from './message.ts'
import type { Phase } from './next-hop.ts'
import { Proofs } from './proofs.ts'
import { openQuest, type Quest, questTimer } from './quest.ts'
import { lookupAnswer } from './quest-answer.ts'
import type { Outbox } from './relay-ports.ts'
import type { LookupOptions } from './trustnet/options.ts'
import type { FirstHop } from './trustnet/own-hops.ts'

export interface QuestPorts {
  readonly self: NodeId
  readonly overlays: readonly string[]
  readonly verify: Verify
  readonly random: Random
  /** Parallel routes unless a command says otherwise. */
  readonly routes: number
  /** How lookups use the trusted part, where the policy has one. */
  readonly trusted: LookupOptions | undefined
  /** Where the trusted routes of a lookup begin; none under a policy without a trusted part. */
  readonly firstHops: (key: RingKey, overlay: string, routes: number) => readonly FirstHop[]
  /** Does a trusted route for the key end here already? */
  readonly spans: (key: RingKey, overlay: string) => boolean
  /** Starts one route; returns its first hop, or undefined when it ended at once (see `ended`). */
  readonly launch: (
    route: RouteMessage,
    avoid: ReadonlySet<NodeId>,
    via?: NodeId,
  ) => NodeId | undefined
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
    const { self, random, verify } = this.#ports
    const delivery = {
      routeId: hex(random.bytes(8)),
      key: ringKeyOf(command.key),
      origin: self,
      data: command.command === 'send' ? command.bytes : null,
    }
    const { routeId, key, data } = delivery
    const quest = openQuest({
      ...{ id, routeId, key, data, overlay: command.overlay },
      proofs: new Proofs(self, this.#options.chainId, delivery, verify),
      routes: command.routes ?? this.#ports.routes,
      since: this.#out.now,
      retried: command.command === 'lookup' && command.fallback === true,
    })
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
    const { overlay, routes = this.#ports.routes } = command
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
    if (!this.#launchTrusted(quest)) this.#launchPlain(quest)
    quest.launching = false
    this.#proceed(quest)
  }

  /**
   * By the trusted part: routes over distinct first friends, and one by the global tables besides, for
   * roots that trust does not reach. The retry goes by the global tables alone.
   */
  #launchTrusted(quest: Quest): boolean {
    if (quest.retried) return false
    const { self, firstHops, spans } = this.#ports
    const { key, overlay, routes } = quest
    const hops = firstHops(key, overlay, routes)
    if (hops.length === 0) return false
    quest.plainRoutes = 0
    const isOurs = spans(key, overlay)
    if (isOurs) this.#start(quest, new Set(), 'overlay', { first: self })
    for (const hop of hops.slice(0, isOurs ? routes - 1 : routes))
      this.#start(quest, quest.firstHops, 'overlay', hop)
    quest.hadBeside = this.#ports.trusted?.beside === true
    if (quest.hadBeside) this.#start(quest, new Set(), 'global')
    return true
  }

  #launchPlain(quest: Quest): void {
    const { trusted } = this.#ports
    const phase = trusted === undefined ? 'overlay' : 'global'
    quest.plainRoutes = quest.routes
    if (trusted !== undefined && quest.retried)
      quest.plainRoutes = Math.max(quest.routes, trusted.fallback - Number(quest.hadBeside))
    // Of a lookup everybody near the key is a candidate; bytes are for the root alone.
    const isAsked = quest.retried && trusted !== undefined && quest.data === null
    // Routes of the first try, which may be answered yet.
    const before = quest.running.size
    for (let i = 0; i < quest.plainRoutes; i++) {
      // The first goes as plainly as Pastry's: nobody is passed by for a veto.
      const around = isAsked && (i > 0 || quest.hadBeside)
      this.#start(quest, quest.firstHops, phase, undefined, around)
      // Even one first hop is better than none: a retry may have no other.
      if (i === 0 && quest.running.size === before && quest.found.length === 0)
        this.#start(quest, new Set(), phase)
      // We are the root, or there is no further first hop.
      if (quest.found.length > 0 || quest.running.size <= before + i) break
    }
  }

  /** @param over of a trusted route: who answers for it, and where it begins unless here */
  #start(
    quest: Quest,
    avoid: ReadonlySet<NodeId>,
    phase: Phase,
    over?: Partial<FirstHop> & Pick<FirstHop, 'first'>,
    around = false,
  ): void {
    if (quest.attempts >= attemptsMax) return
    const { routeId, key, overlay, data } = quest
    const attempt = quest.attempts++
    const origin = this.#ports.self
    quest.running.add(attempt)
    if (over !== undefined) quest.voters.set(attempt, over.first)
    const route: RouteMessage = {
      say: 'route',
      routeId,
      attempt,
      key,
      overlay,
      phase,
      origin,
      trace: [],
      visited: [],
      data,
      ...(around ? { around } : {}),
    }
    const first = this.#ports.launch(route, avoid, over?.id)
    if (first !== undefined) quest.firstHops.add(first)
  }

  #retry(quest: Quest): void {
    quest.retried = true
    quest.voters.clear()
    this.#wait(quest, this.#options.routeTimeout / 2)
    this.#launch(quest)
  }

  #judge(quest: Quest, { attempt }: RouteMessage, result: ResultMessage): void {
    const judged = quest.proofs.of(result)
    for (const { root, ...one } of judged) {
      if (root === undefined) this.unproven++
      else quest.found.push({ root, attempt, result, ...one })
    }
    if (judged.every(({ root }) => root === undefined)) quest.liedTo = true
  }

  #proceed(quest: Quest): void {
    if (quest.launching || !this.#quests.has(quest.routeId)) return
    const { found, key } = quest
    const isTrusted = quest.voters.size > 0
    if (quest.running.size === 0) {
      if (found.length > 0) return this.#succeed(quest)
      // After a lie other first hops are asked at once; after failures the network may need a moment.
      if (!quest.retried)
        return quest.liedTo ? this.#retry(quest) : this.#wait(quest, this.#options.pause)
      const facts = { key, why: quest.why, tried: quest.attempts }
      return this.#close(quest, { ok: false, code: 'route/undeliverable', facts })
    }
    if (found.length === 0) return
    const answered = new Set(found.map(({ attempt }) => attempt)).size
    // The node of this very id has signed, and nobody else can; or the bytes have arrived.
    const isSettled = isTrusted ? found.some(({ root }) => root === key) : quest.data !== null
    const isWhole = !isTrusted && answered >= quest.plainRoutes
    if (isSettled || isWhole) return this.#succeed(quest)
    // A lookup waits a little, so that a nearer root may outdo a false one.
    if (!quest.hasGrace) {
      quest.hasGrace = true
      this.#wait(quest, this.#options.grace)
    }
  }

  #succeed(quest: Quest): void {
    const { key, overlay, voters, found } = quest
    const ms = this.#out.now - quest.since
    const asked = { self: this.#ports.self, key, overlay, ms, voters }
    this.#close(quest, { ok: true, value: lookupAnswer(asked, found) })
  }

  #wait(quest: Quest, after: Millis): void {
    this.#out.effects.push({ do: 'schedule', timer: questTimer(quest), after })
  }

  #close(quest: Quest, answer: Answer): void {
    this.#quests.delete(quest.routeId)
    this.#out.effects.push({ do: 'cancel', timer: questTimer(quest) })
    this.#answer(quest.id, answer)
  }

  #answer(command: CommandId, answer: Answer): void {
    this.#out.effects.push({ do: 'answer', command, answer })
  }
}
