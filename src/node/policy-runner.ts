// Runs the overlays' rating policies: shows them what the node experiences and turns what they
// propose into ratings of this node.
import type { Experience, OverlayPolicy } from '../../overlay/policy/policy.ts'
import type { TrustchainCommand } from '../../trustchain/message.ts'
import type { VerifiedContact } from '../core/contact.ts'
import type { Millis, NodeId } from '../core/id.ts'
import type { Answer, CommandId, Effect } from '../core/machine.ts'

/** An overlay of this node and how it rates there. */
export interface RatedOverlay {
  readonly name: string
  readonly policy: OverlayPolicy
}

/** How often policies are asked what they want to rate. */
const defaultEvery: Millis = 30_000

export class PolicyRunner {
  readonly #overlays: ReadonlyMap<string, RatedOverlay>
  readonly #every: Millis
  #lastId: CommandId = 0

  constructor(overlays: readonly RatedOverlay[], every: Millis = defaultEvery) {
    this.#overlays = new Map(overlays.map((overlay) => [overlay.name, overlay]))
    this.#every = every
  }

  start(): Effect<never> {
    return { do: 'schedule', timer: 'policy/tick', after: this.#every }
  }

  /** For people: each overlay, the kind of its policy, and whether one may rate there by hand. */
  overlays(): { readonly name: string; readonly policy: string; readonly manual: boolean }[] {
    return [...this.#overlays.values()].map(({ name, policy }) => ({
      ...{ name, policy: policy.kind, manual: policy.manual },
    }))
  }

  /** The overlays in which trust decides. */
  trusting(): string[] {
    return [...this.#overlays.keys()].filter((overlay) => this.usesTrust(overlay))
  }

  /** Does trust decide anything in this overlay? */
  usesTrust(overlay: string): boolean {
    return this.#overlays.get(overlay)?.policy.usesTrust ?? false
  }

  /** Why a person may not rate in an overlay; undefined when it may. */
  refuses(overlay: string): Answer | undefined {
    const found = this.#overlays.get(overlay)
    if (found === undefined) {
      const known = [...this.#overlays.keys()]
      return { ok: false, code: 'overlay/unknown', facts: { overlay, known } }
    }
    if (!found.policy.manual) return { ok: false, code: 'overlay/not-manual', facts: { overlay } }
    return undefined
  }

  observe(experience: Experience, now: Millis): void {
    for (const { policy } of this.#overlays.values()) policy.observe(experience, now)
  }

  /** The ratings that are due, as commands with negative ids, and the next tick. */
  due(
    now: Millis,
    contactOf: (node: NodeId) => VerifiedContact | undefined,
  ): {
    readonly commands: readonly { readonly id: CommandId; readonly command: TrustchainCommand }[]
    readonly again: Effect<never>
  } {
    const commands: { id: CommandId; command: TrustchainCommand }[] = []
    for (const { name, policy } of this.#overlays.values()) {
      for (const { subject, value, reason } of policy.due(now)) {
        const contact = contactOf(subject)
        if (contact === undefined) continue
        this.#lastId -= 1
        const command = {
          command: 'rate',
          overlay: name,
          subject: contact.publicKey,
          value,
          reason,
        } as const
        commands.push({ id: this.#lastId, command })
      }
    }
    return { commands, again: this.start() }
  }
}
