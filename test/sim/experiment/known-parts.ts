// What scenarios of these tests may name: the attacks that are shipped, and two routers whose options
// the tests know.

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
