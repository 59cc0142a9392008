// Small scenarios and a router that knows everything, for tests of worlds, attacks and the engine.
import { type Registry, registryOf } from '../../../src/sim/experiment/registry.ts'
import type { Router } from '../../../src/sim/experiment/router.ts'
import type { AttackSpec, RunSpec, Scenario } from '../../../src/sim/experiment/scenario.ts'
import { type Stage, stageOf } from '../../../src/sim/experiment/world-of.ts'

export function scenarioOf(given: Partial<Scenario> = {}): Scenario {
  return {
    name: 'test',
    graph: { kind: 'holme-kim', nodes: 300, degree: 10, triads: 0.5 },
    ratings: { kind: 'uniform', low: 0.2, high: 1, negative: 0.05 },
    ids: { kind: 'uniform' },
    routers: [],
    attack: { kind: 'none' },
    workload: { lookups: 200, keys: { kind: 'uniform' }, sources: 'honest' },
    engine: 'structural',
    metrics: [],
    seed: 1,
    ...given,
  }
}

export const runOf = (name: string, given: Partial<Scenario> = {}, seed = 1): RunSpec => ({
  ...{ index: 0, scenario: scenarioOf(given), router: { name }, params: {}, seed },
})

export const noFile = (): never => {
  throw new Error('this scenario reads no file')
}

export const stage = (attack: AttackSpec, given: Partial<Scenario> = {}, seed = 1): Stage =>
  stageOf(scenarioOf({ ...given, attack }), seed, registryOf(), noFile)

/** What an omniscient router was asked, and who it is. */
export interface Asked {
  readonly origin: number
  readonly key: readonly number[]
  readonly number: number
  readonly trueRoot: number
}

/**
 * A router that goes to the nearest node of all in one hop: right unless an enemy is nearer and says
 * it is the root, or is silent.
 */
export function omniscient(asked: Asked[], rejoined: number[][] = []): Router {
  return {
    name: 'omniscient',
    about: 'goes straight to the nearest node of all',
    defaults: {},
    estimateBytes: () => 1000,
    build({ world, behaviour, random }) {
      random.uint32()
      return {
        lookup(origin, key, number, trueRoot, outcome) {
          asked.push({ origin, key: [...key], number, trueRoot })
          let nearest = 0
          for (let node = 1; node < world.size; node++)
            if (world.ring.nearer(node, nearest, key)) nearest = node
          const deed = behaviour.deed(nearest, number, key)
          outcome.ending =
            nearest === trueRoot ? 'delivered' : deed === 'drop' ? 'dropped' : 'wrong-root'
          outcome.root = nearest
          outcome.hops = number % 3
          outcome.messages = 2
          return outcome
        },
        contamination: () => ({ table: 0.25 }),
        bytesPerNode: 10,
        rejoin: (nodes) => void rejoined.push([...nodes]),
      }
    },
  }
}

export const registryWith = (router: Router): Registry =>
  registryOf({ routers: { [router.name]: router } })
