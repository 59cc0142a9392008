// The router of a live node as a machine: relays routes of others (relay.ts), runs our own
// (quests.ts). It keeps no tables: it asks the routing state, which membership keeps true.
//
// Timers: router/receipt/<route id>/<attempt>, router/quest/<route id>, router/sweep.
import { unreachable } from '../src/core/assert.ts'
import type { ChainId, Millis, NodeId } from '../src/core/id.ts'
import type { Input, Machine } from '../src/core/machine.ts'
import type { Random } from '../src/core/random.ts'
import type { Signer, Verify } from '../src/core/signature.ts'
import { signDelivery } from './delivery.ts'
import type {
  ResultMessage,
  RouteMessage,
  RouterCommand,
  RouterEffect,
  RoutingMessage,
  Witness,
} from './message.ts'
import { receiptPrefix } from './pass.ts'
import { questPrefix } from './quest.ts'
import { Quests } from './quests.ts'
import { Relay } from './relay.ts'
import type { Outbox, RoutingVerdict } from './relay-ports.ts'
import type { RoutingState } from './routing-state.ts'

export interface RouterPorts {
  readonly state: RoutingState
  /** Neither vetoed by this node nor known to have vetoed it. */
  readonly maySpeakTo: (node: NodeId) => boolean
  readonly signer: Signer
  readonly verify: Verify
  readonly random: Random
}

export interface RouterOptions {
  readonly chainId: ChainId
  /** Without a receipt for so long, the next alternative is tried. @default 1_000 */
  readonly receiptTimeout?: Millis
  /** After half of it without an answer the one retry starts, after all of it the answer is `route/timeout`. @default 10_000 */
  readonly routeTimeout?: Millis
  /** Routes remembered at a time, about 1 KiB each; the oldest gives way. @default 20_000 */
  readonly passesMax?: number
  /** Own lookups at a time; more are answered `route/busy`. @default 4_096 */
  readonly questsMax?: number
}

export type RouterInput = Input<RoutingMessage, RouterCommand>

const sweepTimer = 'router/sweep'
const sweepEvery: Millis = 5_000

export class RouterMachine implements Machine<RouterInput, RouterEffect> {
  readonly #ports: RouterPorts
  readonly #options: RouterOptions
  readonly #out: Outbox = { now: 0, effects: [] }
  readonly #relay: Relay
  readonly #quests: Quests
  #sweeping = false

  constructor(ports: RouterPorts, options: RouterOptions) {
    const { state, maySpeakTo, verify, random } = ports
    const receiptTimeout = options.receiptTimeout ?? 1_000
    const routeTimeout = options.routeTimeout ?? 10_000
    this.#ports = ports
    this.#options = options
    this.#relay = new Relay(
      {
        state,
        maySpeakTo,
        resultOf: (route) => this.#resultOf(route),
        witness: (route) => this.#witness(route),
        ended: (route, result, why) => this.#quests.onEnded(route, result, why),
      },
      {
        receiptTimeout,
        passLife: routeTimeout + 2 * receiptTimeout,
        passesMax: options.passesMax ?? 20_000,
      },
      this.#out,
    )
    const { self, overlays } = state
    this.#quests = new Quests(
      {
        self,
        overlays,
        verify,
        random,
        routes: state.policy.routes,
        trusted: state.policy.trustedPart,
        firstHops: (key, overlay, routes) => state.trusted.firstHops(key, overlay, routes),
        spans: (key, overlay) => state.trusted.spans(key, overlay),
        launch: (route, avoid, via) => this.#relay.launch(route, avoid, via),
      },
      {
        chainId: options.chainId,
        routeTimeout,
        grace: 2 * receiptTimeout,
        pause: receiptTimeout,
        questsMax: options.questsMax ?? 4_096,
      },
      this.#out,
    )
  }

  step(input: RouterInput, now: Millis): readonly RouterEffect[] {
    this.#out.now = now
    this.#out.effects = []
    switch (input.on) {
      case 'message':
        this.#onMessage(input.from, input.message)
        break
      case 'timer':
        this.#onTimer(input.timer)
        break
      case 'dropped':
        this.#relay.onDropped(input.peer, input.why)
        break
      case 'command':
        this.#quests.onCommand(input.id, input.command)
        break
      case 'start':
      case 'connected':
      case 'note':
      case 'stop':
        break
      default:
        unreachable(input)
    }
    this.#keepSweeping()
    return this.#out.effects
  }

  /** What peers did wrong so far, and what is held, for metrics. */
  counts(): Readonly<Record<RoutingVerdict | 'unproven' | 'passes' | 'told' | 'pending', number>> {
    const { unproven, pending } = this.#quests
    const { counts, passes, told } = this.#relay
    return { ...counts, unproven, passes, told, pending }
  }

  #onMessage(from: NodeId, message: RoutingMessage): void {
    switch (message.say) {
      case 'route':
        return this.#relay.onRoute(from, message)
      case 'receipt':
        return this.#relay.onReceipt(from, message)
      case 'result':
        return this.#relay.onResult(from, message)
      case 'failed':
        return this.#relay.onFailed(from, message)
      default:
        unreachable(message)
    }
  }

  #onTimer(timer: string): void {
    if (timer.startsWith(receiptPrefix))
      this.#relay.onReceiptTimeout(timer.slice(receiptPrefix.length))
    else if (timer.startsWith(questPrefix)) this.#quests.onTimer(timer.slice(questPrefix.length))
    else if (timer === sweepTimer) {
      this.#sweeping = false
      this.#relay.sweep()
    }
  }

  /** One timer while there is anything to forget, none in an idle node. */
  #keepSweeping(): void {
    if (this.#sweeping || this.#relay.passes + this.#relay.told === 0) return
    this.#sweeping = true
    this.#out.effects.push({ do: 'schedule', timer: sweepTimer, after: sweepEvery })
  }

  #witness(route: RouteMessage): Witness {
    const { signer } = this.#ports
    const signature = signDelivery(this.#options.chainId, route, signer)
    return { rootKey: signer.publicKey, signature }
  }

  #resultOf(route: RouteMessage): ResultMessage {
    const { routeId, attempt, trace } = route
    // To ourselves we prove nothing.
    const unsigned = { rootKey: this.#ports.signer.publicKey, signature: new Uint8Array(64) }
    const witness = trace.length === 0 ? unsigned : this.#witness(route)
    return { say: 'result', routeId, attempt, ...witness, trace, messages: 0 }
  }
}
