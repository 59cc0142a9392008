// SPROUT (Marti, Ganesan, Garcia-Molina 2004): Chord whose nodes also link to their friends. A message
// goes to the friend nearest before the key, for as long as friends advance it, and else by Chord;
// with look-ahead a node also knows its friends' friends. Friends are those it rates above 0.
import type { Words } from '../../../../routing/ring.ts'
import type { RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'
import { share } from '../../../core/bounds.ts'
import { ONE } from '../../../core/trust.ts'
import type { Router, RouterContext } from '../router.ts'
import { honest } from '../world.ts'
import { ChordNetwork, type ChordOptions, chordBounds, chordBytes } from './chord.ts'
import { ChordRing } from './chord-ring.ts'
import { clockwise } from './clockwise.ts'
import { inRingOrder, type RingWorld } from './pastry-ring-world.ts'

interface SproutOptions extends ChordOptions {
  /** A friend is somebody rated above this, 0..1. @default 0 */
  readonly threshold: number
  /**
   * Does a node know its friends' friends, and go to the friend whose friend stands nearest before
   * the key? The paper's look-ahead of 1. @default false
   */
  readonly lookAhead: boolean
  /**
   * A friend is used only if the hop covers at least this share of the way left (the paper's minimum
   * hop distance), 0..1: small steps between friends are no better than a finger. @default 0.5
   */
  readonly minimumHop: number
}

/** Friends of every place as runs of places: `friends` from `start[place]` to `start[place + 1]`. */
interface Friends {
  readonly start: Int32Array
  readonly friends: Int32Array
}

function friendsOf(ratings: RatingGraph, world: RingWorld, threshold: number): Friends {
  const { size, nodeAt, placeOf, vetoes } = world
  const least = threshold * ONE
  const start = new Int32Array(size + 1)
  const friends = new Int32Array(ratings.ratingCount)
  let end = 0
  for (let place = 0; place < size; place++) {
    const node = nodeAt[place]!
    const from = node < ratings.nodeCount ? ratings.start[node]! : 0
    const to = node < ratings.nodeCount ? from + ratings.length[node]! : 0
    for (let i = from; i < to; i++) {
      const friend = placeOf[ratings.subjects[i]!]!
      if (
        ratings.values[i]! > 0 &&
        ratings.values[i]! > least &&
        vetoes?.bars(place, friend) !== true
      )
        friends[end++] = friend
    }
    start[place + 1] = end
  }
  return { start, friends: friends.slice(0, end) }
}

/** Bytes of the friends of an honest node: mean. */
function friendBytes({ start }: Friends, { kinds, size }: RingWorld): number {
  let people = 0
  let friends = 0
  for (let place = 0; place < size; place++) {
    if (kinds[place] !== honest) continue
    people++
    friends += start[place + 1]! - start[place]!
  }
  return 4 + (4 * friends) / Math.max(1, people)
}

class FriendHops {
  readonly #ring: ChordRing
  readonly #friends: Friends
  readonly #options: SproutOptions
  /** The friend that the last message went to for the sake of `#promised`; -1 for none. */
  #via = -1
  #promised = -1
  readonly #promisedKey = new Uint32Array(4)

  constructor(ring: ChordRing, friends: Friends, options: SproutOptions) {
    this.#ring = ring
    this.#friends = friends
    this.#options = options
  }

  /** The friend to hand on to; -1 where no friend advances far enough. */
  readonly next = (at: number, key: Words): number => {
    const promised = this.#keptPromise(at, key)
    if (promised >= 0) return promised
    const friend = this.#closest(at, key)
    if (this.#options.lookAhead) {
      const over = this.#overFriend(at, friend < 0 ? at : friend, key)
      if (over >= 0) return over
    }
    return friend >= 0 && this.#isFarEnough(at, friend, key) ? friend : -1
  }

  /** A message sent to a friend for the sake of that friend's friend goes there next; else -1. */
  #keptPromise(at: number, key: Words): number {
    if (at !== this.#via || key.some((word, i) => word !== this.#promisedKey[i])) return -1
    this.#via = -1
    return this.#promised
  }

  /** The friend nearest before the key, clockwise; -1 for none. */
  #closest(at: number, key: Words): number {
    const { start, friends } = this.#friends
    let best = -1
    for (let i = start[at]!; i < start[at + 1]!; i++) {
      const friend = friends[i]!
      if (!this.#ring.precedes(at, friend, key)) continue
      if (best < 0 || this.#ring.ring.metBefore(at, best, friend)) best = friend
    }
    return best
  }

  /**
   * The friend whose own friend stands nearest before the key, where that one covers enough of what
   * `instead`, the best reached in one hop, leaves; else -1.
   */
  #overFriend(at: number, instead: number, key: Words): number {
    const { start, friends } = this.#friends
    let best = instead
    let over = -1
    for (let i = start[at]!; i < start[at + 1]!; i++) {
      const friend = friends[i]!
      for (let j = start[friend]!; j < start[friend + 1]!; j++) {
        const second = friends[j]!
        if (second === at || !this.#ring.precedes(best, second, key)) continue
        best = second
        over = friend
      }
    }
    if (over < 0 || !this.#isFarEnough(instead, best, key)) return -1
    this.#via = over
    this.#promised = best
    this.#promisedKey.set(key)
    return over
  }

  #isFarEnough(at: number, to: number, key: Words): boolean {
    const { words } = this.#ring.ring
    const left = clockwise(words, 4 * at, key, 0)
    return clockwise(words, 4 * at, words, 4 * to) >= this.#options.minimumHop * left
  }
}

export const sprout: Router<SproutOptions> = {
  name: 'sprout',
  about:
    'SPROUT (Marti, Ganesan, Garcia-Molina 2004): Chord with links to friends, optionally look-ahead',
  defaults: { successors: 16, threshold: 0, lookAhead: false, minimumHop: 0.5 },
  bounds: { ...chordBounds, threshold: share, minimumHop: share },
  build(context: RouterContext, options) {
    const world = inRingOrder(context)
    const ring = new ChordRing(world)
    const friends = friendsOf(context.world.ratings, world, options.threshold)
    const hops = new FriendHops(ring, friends, options)
    return new ChordNetwork(world, ring, options, hops.next, friendBytes(friends, world))
  },
  // Ratings are not known before: twenty a person.
  estimateBytes: (nodes, options) => chordBytes(nodes, options) + 84 * nodes,
}
