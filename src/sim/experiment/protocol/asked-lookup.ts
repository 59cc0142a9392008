// The lookups of a workload as a list, each with the truth that it is judged by: for engines that ask
// many at a time.
import type { Words } from '../../../../routing/ring.ts'
import { seededRandom } from '../../../core/random.ts'
import type { WorkloadSpec } from '../scenario.ts'
import { Workload } from '../workload.ts'
import type { Stage } from '../world-of.ts'

export interface AskedLookup {
  /** Who asks, an honest node. */
  readonly origin: number
  readonly key: Words
  /** Whom it is for: the root of the key (roots.ts). */
  readonly root: number
}

/** The same lookups as the structural engine's on this stage. */
export function lookupsOf(spec: WorkloadSpec, stage: Stage): AskedLookup[] {
  const { world, honest, roots, target, seeds } = stage
  const workload = new Workload(spec, world, honest.nodes, target, seededRandom(seeds.workload))
  return Array.from({ length: spec.lookups }, () => {
    workload.next()
    const key = workload.key.slice()
    return { origin: workload.origin, key, root: roots.of(workload.origin, key) }
  })
}
