// What `doctor` looks at: the machine, the home, the node that runs there. Every check says what it
// found and, where something is wrong, how to mend it; none of them changes anything.
import type { Check } from './checks/check.ts'
import { homeChecks } from './checks/home.ts'
import { clock, disk, nodeVersion, signatures, storeEngine } from './checks/machine.ts'
import { askNode } from './checks/node.ts'
import { portChecks } from './checks/ports.ts'
import { lookAtService } from './checks/service.ts'
import type { FoundNode } from './home.ts'
import { startCommandOf } from './provision/service.ts'

export interface ExamineOptions {
  /** An invite that somebody wants to join with. */
  readonly join: string | undefined
  /** HOST or HOST:PORT of a time server to compare the clock with. */
  readonly 'time-server': string | undefined
}

/** All checks, in the order in which a person would go through them. */
export async function examine(
  found: FoundNode,
  options: ExamineOptions,
): Promise<readonly Check[]> {
  const { home, connection } = found
  const isServed = connection !== undefined
  const { service, checks, isKept, ruling } = await lookAtService(home, isServed)
  const node = await askNode(found, service === undefined ? undefined : startCommandOf(service))
  return [
    nodeVersion(),
    await clock(home, node.blockAt, options['time-server']),
    await storeEngine(home),
    await signatures(),
    await disk(home),
    ...(await homeChecks(home, options.join)),
    ...(isServed ? [] : await portChecks(home, ruling)),
    ...checks,
    // Whoever keeps a service running starts its node too: there is nothing to start by hand.
    ...(isKept && !isServed ? [] : node.checks),
  ]
}
