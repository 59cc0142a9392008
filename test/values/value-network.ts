// A simulated network in which values are put and got: what a test asks and what came of it.
import type { GetAnswer, PutAnswer } from '../../overlay/values/message.ts'
import { equalBytes } from '../../src/core/bytes.ts'
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import type { Answer } from '../../src/core/machine.ts'
import type { NodeCommand } from '../../src/node/node-ports.ts'
import { type NetworkSettings, SimulatedNetwork } from '../node/simulated-network.ts'

export class ValueNetwork extends SimulatedNetwork {
  /** Joined and settled. */
  static of(settings: NetworkSettings): ValueNetwork {
    const network = new ValueNetwork(settings)
    network.joinAll(200)
    network.untilRingIsConsistent(120_000)
    return network
  }

  /** Gives commands together and waits for all answers. */
  ask(commands: readonly (readonly [NodeId, NodeCommand])[], limit: Millis = 60_000): Answer[] {
    const handles = commands.map(([from, command]) => this.world.command(from, command))
    this.world.runUntil(() => handles.every(({ answered }) => answered), limit, {
      what: `answers to ${commands.length} commands`,
      every: 50,
    })
    return handles.map(({ answer }) => answer!)
  }

  /** @throws when it fails */
  put(from: NodeId, bytes: Uint8Array, name?: string): PutAnswer {
    const named = name === undefined ? {} : { name }
    const [answer] = this.ask([[from, { command: 'put-value', bytes, ...named }]])
    if (!answer!.ok) throw new Error(JSON.stringify(answer))
    return answer!.value as PutAnswer
  }

  get(from: NodeId, key: RingKey): GetAnswer {
    const [answer] = this.ask([[from, { command: 'get-value', key }]])
    if (!answer!.ok) throw new Error(JSON.stringify(answer))
    return answer!.value as GetAnswer
  }

  /** Puts so many values of random bytes from random ones of the writers; their keys and bytes. */
  putMany(
    count: number,
    bytes = 64,
    writers: readonly NodeId[] = this.world.live(),
  ): Map<RingKey, Uint8Array> {
    const put = new Map<RingKey, Uint8Array>()
    for (let done = 0; done < count; done += 50) {
      const batch = Array.from({ length: Math.min(50, count - done) }, () => ({
        from: this.random.pick(writers)!,
        bytes: this.random.bytes(bytes),
      }))
      const answers = this.ask(
        batch.map(({ from, bytes: one }) => [from, { command: 'put-value', bytes: one }]),
      )
      for (const [i, answer] of answers.entries()) {
        if (!answer.ok) throw new Error(JSON.stringify(answer))
        put.set((answer.value as PutAnswer).key, batch[i]!.bytes)
      }
    }
    return put
  }

  /** Gets every key from a random one of the readers; those that did not come back as they were. */
  missing(
    values: ReadonlyMap<RingKey, Uint8Array>,
    readers: readonly NodeId[] = this.world.live(),
  ): string[] {
    const failed: string[] = []
    const all = [...values]
    for (let from = 0; from < all.length; from += 50) {
      const batch = all.slice(from, from + 50)
      const answers = this.ask(
        batch.map(([key]) => [this.random.pick(readers)!, { command: 'get-value', key }]),
      )
      for (const [i, answer] of answers.entries()) {
        const [key, bytes] = batch[i]!
        const got = answer.ok ? (answer.value as GetAnswer).bytes : undefined
        if (got === undefined || !equalBytes(got, bytes))
          failed.push(`${key}: ${JSON.stringify(answer)}`)
      }
    }
    return failed
  }

  /** Live nodes that hold the key. */
  holdersOf(key: RingKey): NodeId[] {
    return this.world
      .live()
      .filter((id) => this.machine(id).values.shelf.get(key, this.world.clockOf(id)) !== undefined)
  }
}
