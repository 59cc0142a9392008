// `experiment live --out`: what was measured and what the simulator says of it, kept side by side, with
// what so many lookups can tell.
import { join } from 'node:path'
import { makeResultsFolder, writeWhole } from '../files.ts'
import type { LiveAnswer } from './run-live.ts'

type Interval = import('../../../src/sim/experiment/statistics.ts').Interval

/**
 * Writes live.json: the answer, and for live and simulated the share of each ending among the lookups
 * with its 95% interval by Wilson.
 *
 * @throws Failure `experiment/unwritable`
 */
export async function writeLive(answer: LiveAnswer, folder: string): Promise<void> {
  const { allEndings } = await import('../../../src/sim/experiment/run/run-result.ts')
  const { wilson } = await import('../../../src/sim/experiment/statistics.ts')
  const sharesOf = ({ endings, lookups }: LiveAnswer['live']): Record<string, Interval> =>
    Object.fromEntries(allEndings.map((ending) => [ending, wilson(endings[ending] ?? 0, lookups)]))
  const { live, simulated, ...about } = answer
  const content = {
    ...{ schemaVersion: 1, ...about },
    live: { ...live, shares: sharesOf(live) },
    simulated: { ...simulated, shares: sharesOf(simulated) },
  }
  await makeResultsFolder(folder)
  await writeWhole(join(folder, 'live.json'), `${JSON.stringify(content, null, 2)}\n`)
}
