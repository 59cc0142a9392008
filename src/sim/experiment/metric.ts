// What a metric is: something that watches the lookups of one run and has figures at its end, which
// stand beside the fixed ones (`more` of a measurement). One of the user's own is a module whose
// default export is one of these.
import type { Words } from '../../../routing/ring.ts'
import type { BuiltRouter, Outcome } from './router.ts'
import type { Scenario } from './scenario.ts'
import type { World } from './world.ts'

export interface Metric {
  readonly name: string
  /** One line, with the paper where there is one. */
  readonly about: string
  /**
   * Called once a run, when world and tables stand.
   *
   * @returns undefined where there is nothing to measure in such a run
   */
  begin(run: {
    readonly world: World
    readonly scenario: Scenario
    readonly router: BuiltRouter
  }): Watch | undefined
}

export interface Watch {
  /** After each lookup. `key` and `outcome` are written anew by the next one: copy what is kept. */
  lookup?(origin: number, key: Words, number: number, trueRoot: number, outcome: Outcome): void
  /** Named figures; each a number that a mean over runs makes sense of. No wall-clock. */
  figures(): Readonly<Record<string, number>>
}
