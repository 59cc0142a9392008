// A peer that speaks the committee's protocol and means ill: it links with one member by its invite,
// keeps what it hears to replay it, and says whatever it is told to until it is cut off.
import { setTimeout as delay } from 'node:timers/promises'
import { decodeConsensusMessage, encodeConsensusMessage } from '../../../consensus/codec.ts'
import type { ConsensusMessage } from '../../../consensus/message.ts'
import type { Vote } from '../../../consensus/vote.ts'
import type { ChainId, NodeId } from '../../../src/core/id.ts'
import { parseInvite } from '../../../src/core/invite.ts'
import { messageBytesMax } from '../../../src/core/limits.ts'
import { createTransport, type Transport } from '../../../src/runtime/transport/transport.ts'
import { until } from '../harness.ts'

type Said<K extends ConsensusMessage['say']> = Extract<ConsensusMessage, { readonly say: K }>

/** It holds itself to nothing. */
const unbound = { messageBytesMax: 64 * messageBytesMax, outboundQueueBytesMax: 2 ** 30 }

/** Kept of each kind, for replays. */
const heardMax = 64

export class Enemy implements AsyncDisposable {
  readonly votes: Vote[] = []
  readonly proposals: Said<'proposal'>[] = []
  readonly transactions: Uint8Array[] = []
  /** Where the member says it stands. */
  status: Said<'status'> | undefined
  /** Why its links ended, in order. */
  readonly dropped: string[] = []
  #transport!: Transport
  readonly #member: NodeId

  static async at(invite: string, member: string, chainId: ChainId, seed: Uint8Array) {
    const enemy = new Enemy(member as NodeId)
    const whereabouts = parseInvite(invite)
    enemy.#transport = await createTransport({
      ...{ seed, chainId, bounds: unbound },
      ports: {
        contactOf: () => whereabouts,
        refuses: () => false,
        onMessage: (_, protocol, bytes) => {
          if (protocol === 'consensus') enemy.#heard(bytes, chainId)
        },
        onConnected: () => {},
        onDropped: (_, why) => void enemy.dropped.push(why),
      },
    })
    return enemy
  }

  private constructor(member: NodeId) {
    this.#member = member
  }

  /** Says something honest until it has heard where the member stands, and votes and a proposal of it. */
  async listen(): Promise<void> {
    await until(
      'the enemy has heard votes, a proposal and transactions',
      async () => {
        const { height = 1, round = 0 } = this.status ?? {}
        const own = { say: 'status', step: 'propose', rounds: [], linked: [] } as const
        this.say({ ...own, height, round })
        await delay(10)
        return Math.min(this.votes.length, this.proposals.length, this.transactions.length)
      },
      (least) => least > 0,
      20_000,
    )
  }

  say(message: ConsensusMessage): void {
    this.send(encodeConsensusMessage(message))
  }

  send(bytes: Uint8Array): void {
    this.#transport.send(this.#member, 'consensus', bytes)
  }

  /**
   * Attacks until it is cut off and not let in again.
   *
   * @returns how many messages that took
   */
  async attack(messages: (i: number) => readonly Uint8Array[], ms = 30_000): Promise<number> {
    const end = performance.now() + ms
    let sent = 0
    do {
      const links = this.dropped.length
      for (let i = 0; this.dropped.length === links; i++) {
        if (performance.now() > end) throw new Error(`not cut off after ${sent} messages`)
        for (const bytes of messages(i)) {
          this.send(bytes)
          sent++
        }
        await delay(1)
      }
    } while (!(await this.#isShutOut()))
    return sent
  }

  /** Tries to link again: a member greets whom it takes. */
  async #isShutOut(): Promise<boolean> {
    // What it was dropped for may still be on its way here.
    await delay(300)
    this.status = undefined
    const links = this.dropped.length
    this.say({ say: 'want-snapshots' })
    await until(
      'the attempt ends',
      () => this.dropped.length > links || this.status !== undefined,
      (ended) => ended,
      10_000,
    )
    return this.status === undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport.stop()
  }

  #heard(bytes: Uint8Array, chainId: ChainId): void {
    const decoded = decodeConsensusMessage(bytes, chainId)
    if (!decoded.ok) return
    const { message } = decoded
    if (message.say === 'status') this.status = message
    if (message.say === 'votes') keep(this.votes, message.votes)
    if (message.say === 'proposal') keep(this.proposals, [message])
    if (message.say === 'submit') keep(this.transactions, message.transactions)
  }
}

function keep<T>(into: T[], more: readonly T[]): void {
  into.push(...more)
  into.splice(0, into.length - heardMax)
}
