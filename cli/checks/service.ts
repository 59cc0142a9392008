// What `doctor` asks of the service of a home: who keeps it, does it run, what did its node complain
// about, and how is it started again.
import { lastComplaint } from '../provision/health.ts'
import { managerOf } from '../provision/manager.ts'
import { logOf, readService, type Service, startCommandOf } from '../provision/service.ts'
import { settingsOf } from '../provision/service-settings.ts'
import type { Ruling } from '../settings.ts'
import { type Check, note, ok, wrong } from './check.ts'

export interface FoundService {
  /** None where no service is set up. */
  readonly checks: readonly Check[]
  /** Undefined where none is set up, or its file cannot be read. */
  readonly service?: Service
  /** The manager keeps it running, whether or not its node serves just now. */
  readonly isKept: boolean
  /** What its flags rule. */
  readonly ruling: Ruling
}

/** @param isServed the API of a node of this home answers, or should */
export async function lookAtService(home: string, isServed: boolean): Promise<FoundService> {
  const none = { isKept: false, ruling: {} }
  const service = await readService(home).catch((error: Error) => error)
  if (service === undefined) return { ...none, checks: [] }
  if (service instanceof Error) return { ...none, checks: [wrong('service', service.message)] }
  const isKept = await (await managerOf(service.manager)).isRunning(service)
  const check = await found(service, isKept, isServed)
  return { checks: [check], service, isKept, ruling: settingsOf(service) }
}

/** As they stand in a sentence. */
const keepers = {
  systemd: 'systemd',
  'systemd-user': 'your systemd',
  supervisor: "trustnet's supervisor",
}

async function found(service: Service, isKept: boolean, isServed: boolean): Promise<Check> {
  const [keeper, log, start] = [keepers[service.manager], logOf(service), startCommandOf(service)]
  if (isKept && isServed) return ok('service', `${keeper} keeps it running; its log: ${log}`)
  if (isServed)
    return note(
      'service',
      `The node that runs was started by hand: ${keeper} does not keep it. 'trustnet node stop', then '${start}' changes that.`,
    )
  const complaint = await lastComplaint(log, 0)
  if (isKept)
    return complaint === undefined
      ? note('service', `${keeper} keeps it running, but its node does not serve yet; log: ${log}`)
      : wrong(
          'service',
          `${keeper} starts it again and again, and its node says: ${sentence(complaint)} Mend that: the next start comes within a minute. Log: ${log}`,
        )
  // systemd says of a unit that waits for its next start that it does not run either.
  const state =
    service.manager === 'supervisor' ? 'It does not run' : 'It is stopped, or every start fails'
  return complaint === undefined
    ? note('service', `${state} (${keeper}): start it again with '${start}'. Log: ${log}`)
    : wrong(
        'service',
        `${state} (${keeper}), and its node said: ${sentence(complaint)} Mend that, then start it again with '${start}'. Log: ${log}`,
      )
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
