// A chat over trustnet: every message goes to everybody whom the node knows, each along the node's own
// trusted routes. Outside of this checkout the import below is `from 'trustnet'`.
import { createNode, Failure, type TrustnetNode } from '../../src/index.ts'

export interface ChatOptions {
  /** How others see this one. */
  readonly name: string
  /** The invite of somebody who is in the chat; without it a new chat begins. */
  readonly join?: string
  /** Keeps key, trust and network over restarts. @default nothing is kept */
  readonly home?: string
}

export interface ChatLine {
  readonly from: string
  readonly text: string
}

/** Keeps the chat apart from what else runs on the network. */
const topic = 'example/chat'

export class Chat {
  readonly #node: TrustnetNode

  private constructor(node: TrustnetNode) {
    this.#node = node
  }

  static async open({ name, join, home }: ChatOptions): Promise<Chat> {
    const node = await createNode({
      owner: name,
      ...(join === undefined ? {} : { join }),
      ...(home === undefined ? {} : { home }),
    })
    return new Chat(node)
  }

  get invite(): string {
    return this.#node.invite
  }

  /** What others say, until the chat is closed. The network does not prove who sent a line. */
  async *lines(): AsyncGenerator<ChatLine, void, void> {
    for await (const { origin, text } of this.#node.listen(topic))
      if (text !== null) yield { from: origin.owner || origin.nodeId.slice(0, 8), text }
  }

  /** Sends a line to everybody who is there; returns how many got it. */
  async say(text: string): Promise<number> {
    const there = (await this.#node.peers()).filter(({ state }) => state === 'alive')
    const sent = await Promise.allSettled(
      there.map(async ({ nodeId }) => {
        const { root } = await this.#node.send(nodeId, text, { topic })
        // The root of an id is its node; when that one is gone, somebody else answers.
        if (root !== nodeId) throw new Error('gone')
      }),
    )
    return sent.filter(({ status }) => status === 'fulfilled').length
  }

  /** Who is there, with how far this node trusts them. */
  async people(): Promise<readonly string[]> {
    const peers = await this.#node.peers()
    return peers.map(({ owner, nodeId, state }) => {
      const name = owner || nodeId.slice(0, 8)
      return `${name} (${state}, trust ${this.#node.trustOf(nodeId)})`
    })
  }

  /** From -1, which shuts somebody out, to 1. Returns what went wrong, in a sentence. */
  async trust(name: string, value: string): Promise<string | undefined> {
    try {
      await this.#node.setTrust(name, Number(value))
      return undefined
    } catch (error) {
      if (error instanceof Failure) return error.message
      throw error
    }
  }

  /** Leaves; the process then ends by itself. */
  close(): Promise<void> {
    return this.#node.close()
  }
}
