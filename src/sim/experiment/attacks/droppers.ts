// People of the graph who turned, and what other people noticed of it.
import { share } from '../../../core/bounds.ts'
import type { Random } from '../../../core/random.ts'
import { negativeRating } from '../graphs/rated.ts'
import { honest } from '../world.ts'
import type { Attack } from './attack.ts'
import { type Conducting, conductBounds, conducting, conductOf, conductWords } from './conduct.ts'
import type { WorldDraft } from './draft.ts'

export interface Turned extends Conducting {
  /** Share of the people who are malicious. */
  readonly fraction: number
  /**
   * Share of a malicious node's honest raters who rate it negative, in [-1, -0.1]; each rater with
   * this probability. The others keep the rating that they gave.
   */
  readonly noticed: number
}

export const turnedDefaults: Turned = { fraction: 0.3, noticed: 0.5, ...conducting }

export const turnedBounds = { fraction: share, noticed: share, ...conductBounds }

/** 1 for each of the nodes. */
export function flagsOf(nodes: ArrayLike<number>, size: number): Uint8Array {
  const flags = new Uint8Array(size)
  for (let i = 0; i < nodes.length; i++) flags[nodes[i]!] = 1
  return flags
}

/** Honest raters who trusted one of the nodes find out, each with the given probability. */
export function notice(
  draft: WorldDraft,
  nodes: Int32Array,
  probability: number,
  random: Random,
): void {
  if (probability === 0) return
  const isTurned = flagsOf(nodes, draft.size)
  const { ratings } = draft
  const { authors, subjects, values } = ratings
  for (let row = 0; row < ratings.count; row++) {
    if (isTurned[subjects[row]!] === 0 || values[row]! <= 0) continue
    if (draft.kindOf(authors[row]!) !== honest || random.fraction() >= probability) continue
    values[row] = negativeRating(random)
  }
}

export const droppers: Attack<Turned> = {
  name: 'droppers',
  about:
    'a fraction of the people turn and drop what they should hand on; some of their raters noticed',
  words: conductWords,
  bounds: turnedBounds,
  defaults: turnedDefaults,
  prepare(draft, options, random) {
    const nodes = draft.turn(options.fraction, random)
    notice(draft, nodes, options.noticed, random)
    return { behaviour: (world, accomplices) => conductOf(nodes, options, world, accomplices) }
  },
}
