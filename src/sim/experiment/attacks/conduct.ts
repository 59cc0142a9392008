// How the nodes of one attack behave, from when on, and how many of them at a time: the options that
// every attack shares, and the behaviour made of them. Where chance decides, a hash of node, lookup
// and seed does, so that the same question has the same answer whichever router asks.
import type { Words } from '../../../../routing/ring.ts'
import { numberFrom, share, wholeFrom } from '../../../core/bounds.ts'
import { type Behaviour, type Deed, poisonsAs } from '../behaviour.ts'
import type { Nearest } from '../nearest.ts'
import type { BehaviourName } from '../scenario.ts'
import type { World } from '../world.ts'

/** Options of every attack. */
export interface Conducting {
  /**
   * `drop`: silent. `misroute`: forwards to accomplices and names them; the accomplice nearest to
   * the key claims to be its root. `false-root`: as that, and whoever is asked claims the root
   * itself. `selective`: silent about a share of the keys, serves the others. `serve`: only the
   * ratings and the place attack.
   */
  readonly behaviour: BehaviourName
  /** Of `selective`: the share of keys. */
  readonly selected: number
  /** Probability that a request is served after all: camouflage. */
  readonly serves: number
  /** First lookup of the run at which a node misbehaves; 0: from the set-up on, joins included. */
  readonly from: number
  /** Lookups over which the nodes turn, one after another; 0: all at once. */
  readonly ramp: number
  /** Do they push themselves into others' tables, where a router can be poisoned? */
  readonly poisons: boolean
  /** Other draws of the attack in the same world. */
  readonly seed: number
}

export const conducting = {
  ...{ behaviour: 'drop', selected: 0.5, serves: 0, from: 0, ramp: 0, poisons: false, seed: 0 },
} as const satisfies Conducting

const behaviours: readonly BehaviourName[] = [
  'drop',
  'misroute',
  'false-root',
  'selective',
  'serve',
]
/** The words of every attack. */
export const conductWords = { behaviour: behaviours }

/** The bounds of every attack. */
export const conductBounds = {
  ...{ selected: share, serves: share },
  ...{ from: wholeFrom(0), ramp: wholeFrom(0), seed: wholeFrom(0) },
}

/** Ratings, edges or identities for each of something: more than a billion is a mistyped number. */
export const amount = numberFrom(0, 1e9)

/** 32 well-mixed bits of two numbers (the finalizer of MurmurHash3). */
function scattered(a: number, b: number): number {
  let h = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

const threshold = (of: number): number => Math.round(of * 2 ** 32)

/** The behaviour of some nodes; everybody else serves. */
export function conductOf(
  nodes: ArrayLike<number>,
  options: Conducting,
  world: World,
  accomplices: Nearest,
): Behaviour {
  const mine = new Uint8Array(world.size)
  for (let i = 0; i < nodes.length; i++) mine[nodes[i]!] = 1
  const { behaviour, from, ramp, seed } = options
  const selected = threshold(options.selected)
  const serves = threshold(options.serves)
  const deed: Deed =
    behaviour === 'selective' ? 'drop' : behaviour === 'false-root' ? 'misroute' : behaviour
  return {
    poisons: options.poisons,
    isPoisoner: (node) => options.poisons && mine[node] === 1,
    deed(node, lookup, key) {
      if (mine[node] !== 1 || (from > 0 && lookup < from)) return 'serve'
      if (ramp > 0 && (lookup - from) * 2 ** 32 < scattered(node, seed) * ramp) return 'serve'
      if (serves > 0 && scattered(node, lookup ^ seed) < serves) return 'serve'
      if (behaviour === 'selective' && !isSelected(key, seed, selected)) return 'serve'
      return deed
    },
    accomplices: (key, count) => accomplices.around(key, count),
    claimsRoot(node, key) {
      if (mine[node] !== 1) return false
      if (behaviour === 'false-root') return true
      return behaviour === 'misroute' && accomplices.to(key) === node
    },
  }
}

const isSelected = (key: Words, seed: number, selected: number): boolean =>
  scattered(key[0]! ^ key[1]!, seed) < selected

/** Nobody misbehaves. */
export const everybodyServes: Behaviour = {
  poisons: false,
  deed: () => 'serve',
  accomplices: () => [],
  claimsRoot: () => false,
}

/** Several attacks at once: each node belongs to one, and all enemies are accomplices. */
export function together(parts: readonly Behaviour[]): Behaviour {
  if (parts.length === 0) return everybodyServes
  if (parts.length === 1) return parts[0]!
  return {
    poisons: parts.some(({ poisons }) => poisons),
    // A part that does not say which nodes are its own poisons with all of them.
    isPoisoner: (node) => parts.some((part) => poisonsAs(part, node)),
    deed(node, lookup, key) {
      for (let i = 0; i < parts.length; i++) {
        const deed = parts[i]!.deed(node, lookup, key)
        if (deed !== 'serve') return deed
      }
      return 'serve'
    },
    accomplices: (key, count) => parts[0]!.accomplices(key, count),
    claimsRoot: (node, key) => parts.some((part) => part.claimsRoot(node, key)),
  }
}
