// After the load of a soak: does everybody have everything, do all hold one chain, and does `doctor` find
// nothing wrong with any node?
import { spawn } from 'node:child_process'
import type { StatusView } from '../../src/api/service.ts'
import { endOf } from '../../test/cli/terminal.ts'
import { commandLineEntry } from '../../test/entry.ts'
import { until } from '../../test/live/harness.ts'
import { type Check, exactCheck } from './judge.ts'
import { isAlive, type SoakNetwork, type SoakNode } from './network.ts'

const settleMs = 120_000

/**
 * A node that is down holds nothing and is wrong, and none of it ends the soak.
 *
 * @param ratings acknowledged over the soak; killed nodes may have given a few more
 */
export async function endingChecks(network: SoakNetwork, ratings: number): Promise<Check[]> {
  const { nodes } = network
  const statusOf = async (node: SoakNode): Promise<StatusView | undefined> =>
    isAlive(node) ? node.child!.api.status().catch(() => undefined) : undefined
  let all: readonly (StatusView | undefined)[] = []
  await until(
    'every node holds every rating, and all are final',
    async () => {
      all = await Promise.all(nodes.map(statusOf))
      return holders(all, ratings)
    },
    // The dead are not waited for.
    (count) => count >= nodes.filter(isAlive).length,
    settleMs,
  ).catch(() => {})
  const heights = all.flatMap((status) => (status?.height == null ? [] : [status.height]))
  const lowest = Math.min(...heights)
  const blocks = await Promise.all(
    nodes.map(({ child }) =>
      child?.api.block({ height: lowest }).then(
        ({ id }) => id,
        () => undefined,
      ),
    ),
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
    exactCheck('nodes that hold every rating, all final', holders(all, ratings), nodes.length),
    // One that gave none counts as a different one.
    exactCheck(`different blocks at height ${lowest}`, new Set(blocks).size, 1),
    exactCheck('nodes with which doctor finds nothing wrong', healthy, nodes.length),
  ]
}

/** How many hold every rating that anybody holds, all of them final. */
function holders(all: readonly (StatusView | undefined)[], ratings: number): number {
  const wanted = Math.max(ratings, ...all.map((status) => status?.ratings.held ?? 0))
  return all.filter((status) => status?.ratings.held === wanted && status.ratings.final === wanted)
    .length
}
