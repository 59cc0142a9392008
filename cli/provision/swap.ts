// The swap of an update: `current` to the new program, a restart, the look whether the node is healthy, and
// the way back. What is tried stands in service.json from before the swap until it is decided, so that an
// update whose updater was killed is finished by whoever comes next.
import { Failure } from '../../src/core/failure.ts'
import { bytesOfLog, type Demand, type Status, statusOf, untilHealthy } from './health.ts'
import { managerOf } from './manager.ts'
import {
  currentInstallation,
  makeCurrent,
  makeUpdater,
  updaterInstallation,
  versionOf,
} from './programs.ts'
import { logOf, type Service, type Trying, writeService } from './service.ts'

export type Updatable = Service & { readonly programs: string }

export interface Swap {
  readonly service: Updatable
  readonly trying: Trying
  /** Seconds that the node may take to be healthy. */
  readonly within: number
}

/**
 * Makes an installation current, and the old one again when its node is not healthy in time.
 *
 * @throws Failure `update/rolled-back`, `update/not-back`
 */
export async function swapped(swap: Swap): Promise<Status> {
  const { service, trying } = swap
  const { programs } = service
  await writeService({ ...service, trying })
  // Who goes back if this process dies: not the program that is tried.
  if ((await updaterInstallation(programs)) === undefined) await makeUpdater(programs, trying.from)
  await makeCurrent(programs, trying.to)
  return decided(swap, true)
}

/**
 * Finishes the update of an updater that was killed; does nothing where there was none.
 *
 * @throws Failure `update/rolled-back`, `update/not-back`
 */
export async function finished(service: Updatable, within: number): Promise<void> {
  const { trying, ...rest } = service
  if (trying === undefined) return
  const [current, status] = [
    await currentInstallation(service.programs),
    await statusOf(service.home),
  ]
  const swap = { service, trying, within }
  if (current === trying.to) await decided(swap, status?.version !== versionOf(trying.to))
  // Killed on the way back, or before the swap.
  else if (status?.version !== versionOf(trying.from)) await oldAgain(swap)
  else await writeService(rest)
}

/**
 * Judges what is current by now: it stays, or the old one comes back.
 *
 * @param anew the process that runs is not of it yet
 */
async function decided(swap: Swap, anew: boolean): Promise<Status> {
  const { service, trying } = swap
  const { peers, heightMin } = trying
  const [from, to] = [versionOf(trying.from), versionOf(trying.to)]
  let status: Status
  try {
    status = await healthy(swap, anew, { version: to, peers, heightMin })
  } catch (error) {
    const why = whyOf(error)
    await goneBack(swap).catch((worse: unknown) => {
      throw new Failure('update/not-back', { from, to, why, worse: whyOf(worse) })
    })
    throw new Failure('update/rolled-back', { from, to, why })
  }
  const { trying: _, ...rest } = service
  await makeUpdater(service.programs, trying.to)
  await writeService({ ...rest, refused: service.refused.filter((one) => one !== to) })
  return status
}

async function goneBack(swap: Swap): Promise<void> {
  const { service, trying } = swap
  const refused = [...new Set([...service.refused, versionOf(trying.to)])]
  // First: an updater that dies in here must not leave it to be tried by itself again.
  await writeService({ ...service, trying, refused })
  await makeCurrent(service.programs, trying.from)
  await oldAgain({ ...swap, service: { ...service, refused } })
}

/** The old program serves again. */
async function oldAgain(swap: Swap): Promise<void> {
  const { trying, ...rest } = { ...swap.service, trying: swap.trying }
  try {
    await healthy(swap, true, { version: versionOf(trying.from) })
  } finally {
    // Healthy or not, it is what there is: a newer version may mend it, and must not find this in its way.
    await writeService(rest)
  }
}

/** Waits until the node is healthy; restarts it first where that is wanted. */
async function healthy(
  { service, within }: Swap,
  anew: boolean,
  wanted: Pick<Demand, 'version' | 'peers' | 'heightMin'>,
): Promise<Status> {
  const log = logOf(service)
  const logBytes = await bytesOfLog(log)
  const old = anew ? await statusOf(service.home) : undefined
  if (anew) await (await managerOf(service.manager)).restart(service)
  const demand = { home: service.home, seconds: within, log, logBytes, notPid: old?.pid }
  return untilHealthy({ ...demand, ...wanted })
}

/** The reason alone: the sentence around it says what to do about a node that is not healthy. */
function whyOf(error: unknown): string {
  if (error instanceof Failure) {
    const { why } = error.facts as { readonly why?: string }
    return why ?? error.message
  }
  return String(error)
}
