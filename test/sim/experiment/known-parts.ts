// What scenarios of these tests may name: the attacks that are shipped, and two routers whose options
// the tests know.

import { Failure } from '../../../src/core/failure.ts'
import type { ScenarioProblem } from '../../../src/core/failures-of-experiments.ts'
import { readPlan } from '../../../src/sim/experiment/read-scenario.ts'
import { registryOf } from '../../../src/sim/experiment/registry.ts'
import { type Parts, partsOf } from '../../../src/sim/experiment/schema-options.ts'

const shipped = partsOf(registryOf())
export const parts: Parts = {
  attacks: shipped.attacks,
  routers: [
    { name: 'pastry', about: 'plain', defaults: { routes: 1, failureTest: false } },
    {
      ...{ name: 'trustnet', about: 'trusted', defaults: { routes: 4, slot: 'best', depth: null } },
      check: ({ routes }: { routes: number }) =>
        Number.isInteger(routes) && routes >= 1 && routes <= 64
          ? undefined
          : `"routes" is ${routes}: a whole number from 1 to 64 is meant`,
    },
  ],
}
/** Reads a text as the file mine.yaml. */
export const read = (text: string, set: readonly string[] = []) =>
  readPlan(text, { file: 'mine.yaml', name: 'mine', parts, set })

/** What is wrong with a text. @throws Error where nothing is */
export const problemsOf = (text: string, set: readonly string[] = []): readonly ScenarioProblem[] =>
  problemsIn(() => read(text, set))

/** The mistakes that a reader tells. @throws Error where it tells none */
export function problemsIn(read: () => unknown): readonly ScenarioProblem[] {
  try {
    read()
  } catch (error) {
    if (error instanceof Failure && error.code === 'experiment/broken-scenario')
      return (error.facts as { problems: readonly ScenarioProblem[] }).problems
    throw error
  }
  throw new Error('it was read without a complaint')
}
