// Who is in a simulated network: keys, and the processes that hold them. A twin is one key in two
// processes; its peers cannot tell the two apart, so what is sent to the key reaches both, and what
// either says is said by the key.
import type { NodeId } from '../../core/id.ts'
import type { Effect, Input } from '../../core/machine.ts'
import { fakeKey } from './fake-crypto.ts'

export interface Post {
  /** The process, as the world names it. */
  readonly process: NodeId
  /** Number of its key. */
  readonly key: number
  readonly nodeId: NodeId
}

export class Roster {
  readonly posts: readonly Post[]
  readonly twins: ReadonlySet<NodeId>
  readonly #byProcess: ReadonlyMap<NodeId, Post>
  readonly #byNode = new Map<NodeId, NodeId[]>()

  /**
   * @param keys how many keys there are, 0 to keys − 1
   * @param twins how many of them, the first ones, have two processes
   */
  constructor(keys: number, twins = 0) {
    const posts: Post[] = []
    for (let key = 0; key < keys; key++) {
      const { nodeId } = fakeKey(key)
      posts.push({ process: nodeId, key, nodeId })
      if (key < twins) posts.push({ process: `f${nodeId.slice(1, -1)}f` as NodeId, key, nodeId })
    }
    this.posts = posts
    this.twins = new Set(Array.from({ length: twins }, (_, key) => fakeKey(key).nodeId))
    this.#byProcess = new Map(posts.map((post) => [post.process, post]))
    for (const { process, nodeId } of posts)
      this.#byNode.set(nodeId, [...(this.#byNode.get(nodeId) ?? []), process])
  }

  get processes(): NodeId[] {
    return this.posts.map(({ process }) => process)
  }

  post(process: NodeId): Post {
    return this.#byProcess.get(process)!
  }

  /** The processes that hold a key. */
  processesOf(node: NodeId): readonly NodeId[] {
    return this.#byNode.get(node) ?? []
  }
}

/** How one process sees the others: by their keys. */
export class Lens {
  readonly #roster: Roster
  /** Processes that this one is linked with, by node. */
  readonly #linked = new Map<NodeId, Set<NodeId>>()

  constructor(roster: Roster) {
    this.#roster = roster
  }

  /** What the machine hears; undefined: nothing, its peer's other process is still linked. */
  inward<M, C, N>(input: Input<M, C, N>): Input<M, C, N> | undefined {
    if (this.#roster.twins.size === 0) return input
    if (input.on === 'message') return { ...input, from: this.#roster.post(input.from).nodeId }
    if (input.on !== 'connected' && input.on !== 'dropped') return input
    const { nodeId } = this.#roster.post(input.peer)
    let linked = this.#linked.get(nodeId)
    if (linked === undefined) {
      linked = new Set()
      this.#linked.set(nodeId, linked)
    }
    const before = linked.size
    if (input.on === 'connected') linked.add(input.peer)
    else linked.delete(input.peer)
    const tells = input.on === 'connected' ? before === 0 : linked.size === 0
    return tells ? { ...input, peer: nodeId } : undefined
  }

  /** What the world sees of an effect. */
  outward<M, N>(effect: Effect<M, N>, copy: (message: M) => M): readonly Effect<M, N>[] {
    if (effect.do === 'send')
      return this.#roster
        .processesOf(effect.to)
        .map((to) => ({ do: 'send', to, message: copy(effect.message) }))
    if (effect.do === 'disconnect')
      return this.#roster.processesOf(effect.peer).map((peer) => ({ ...effect, peer }))
    return [effect]
  }
}
