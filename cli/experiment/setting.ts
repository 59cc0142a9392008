// What a reader of the results needs to get them again: the scenario with every default written out,
// and the versions of what ran it.
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { version } from '../version.ts'
import { writeWhole } from './files.ts'
import type { PlannedExperiment } from './plan-file.ts'

/** Program or part of the machine → version or size. */
export const versionsOf = (): Record<string, string> => ({
  trustnet: version(),
  node: process.versions.node,
  v8: process.versions.v8,
  system: `${process.platform} ${process.arch}`,
  cores: String(availableParallelism()),
  memoryGiB: (totalmem() / 2 ** 30).toFixed(1),
})

/** Writes scenario.yaml and versions.json. */
export async function writeSetting({ folder, plan }: PlannedExperiment): Promise<void> {
  const { scenarioText } = await import('../../src/sim/experiment/scenario-text.ts')
  await writeWhole(join(folder, 'scenario.yaml'), scenarioText(plan))
  const versions = { schemaVersion: 1, ...versionsOf() }
  await writeWhole(join(folder, 'versions.json'), `${JSON.stringify(versions, null, 2)}\n`)
}
