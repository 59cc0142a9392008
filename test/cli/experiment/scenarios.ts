// Small experiments for tests of the command line: a folder with a scenario and routers of its own.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A router that delivers everything, in as many hops as its stream says. Options make it misbehave. */
const ownRouter = `
import { closeSync, existsSync, openSync, unlinkSync } from 'node:fs'
const sleep = new Int32Array(new SharedArrayBuffer(4))
export default {
  name: 'own',
  about: 'delivers by knowing everybody',
  defaults: { fails: false, waitsFor: '', lock: '', gibibytes: 0 },
  estimateBytes: (nodes, { gibibytes }) => gibibytes * 2 ** 30,
  build({ random }, { fails, waitsFor, lock }) {
    if (fails) throw new Error('it was told to')
    while (waitsFor !== '' && !existsSync(waitsFor)) Atomics.wait(sleep, 0, 0, 5)
    if (lock !== '') {
      closeSync(openSync(lock, 'wx'))
      Atomics.wait(sleep, 0, 0, 30)
      unlinkSync(lock)
    }
    return {
      bytesPerNode: 0,
      contamination: () => ({}),
      lookup(origin, key, number, trueRoot, outcome) {
        outcome.ending = 'delivered'
        outcome.root = trueRoot
        outcome.hops = 1 + random.below(3)
        outcome.messages = outcome.hops
        return outcome
      },
    }
  },
}
`

/** Writes the scenario and its router; the path of the scenario. */
export async function writeScenario(
  folder: string,
  routers: readonly object[] | readonly unknown[],
  more: object = {},
): Promise<string> {
  await writeFile(join(folder, 'own.js'), ownRouter)
  const file = join(folder, 'small.json')
  const scenario = {
    graph: { kind: 'holme-kim', nodes: 120, degree: 6 },
    ...{ routers, workload: { lookups: 40 }, seed: 1, seeds: 2, ...more },
  }
  await writeFile(file, JSON.stringify(scenario))
  return file
}
