// After the load of a soak: does everybody have everything, do all hold one chain, and does `doctor` find
// nothing wrong with any node?
import { spawn } from 'node:child_process'
import { endOf } from '../../test/cli/terminal.ts'
import { commandLineEntry } from '../../test/entry.ts'
import { until } from '../../test/live/harness.ts'
import { type Check, exactCheck } from './judge.ts'
import type { SoakNetwork } from './network.ts'

const settleMs = 120_000

/** @param ratings acknowledged over the soak; killed nodes may have given a few more */
export async function endingChecks(network: SoakNetwork, ratings: number): Promise<Check[]> {
  const { nodes } = network
  const statuses = () => Promise.all(nodes.map(({ child }) => child!.api.status()))
  const held = await until(
    'every node holds every rating, and all are final',
    statuses,
    (all) =>
      all.every(({ ratings: { held, final } }) => held === final && held >= ratings) &&
      new Set(all.map(({ ratings }) => ratings.held)).size === 1,
    settleMs,
  ).then(
    (all) => all.length,
    () => 0,
  )
  const lowest = Math.min(...(await statuses()).map(({ height }) => height ?? 0))
  const blocks = await Promise.all(
    nodes.map(async ({ child }) => (await child!.api.block({ height: lowest })).id),
  )
  let healthy = 0
  for (const { home } of nodes) {
    const child = spawn(process.execPath, [commandLineEntry, 'doctor', '--json', '--home', home], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { code, out } = await endOf(child)
    if (code === 0) healthy += 1
    else process.stderr.write(`doctor on ${home}: ${out}\n`)
  }
  return [
    exactCheck('nodes that hold every rating, all final', held, nodes.length),
    exactCheck(`different blocks at height ${lowest}`, new Set(blocks).size, 1),
    exactCheck('nodes with which doctor finds nothing wrong', healthy, nodes.length),
  ]
}
