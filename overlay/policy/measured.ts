// The overlay of programs: a node rates by what it measures of its peers, never by hand. The value
// is how surely a peer answers (Wilson's lower bound) times the share of time it is up. It is never
// below 0: a machine's bad day must not cut connections, and a veto is for people.
import type { Millis, NodeId } from '../../src/core/id.ts'
import { multiplyTrust, ONE, type Trust } from '../../src/core/trust.ts'
import { type OverlayPolicy, type PolicyPorts, type Proposal, ratedWithin } from './policy.ts'
import { type Service, ServiceRecords } from './service-record.ts'
import { wilsonLowerBound } from './wilson.ts'

export interface MeasuredOptions {
  /** @default 1000: peers measured at once; more than a node has neighbours */
  readonly peersMax?: number
  /** @default 20: requests before a first word on a peer, and after a restart before the next */
  readonly requestsMin?: number
  /** @default 100000 (0.1), in millionths: smaller changes are not worth a place in a block */
  readonly changeMin?: number
  /** @default 600000 (10 minutes) between two ratings of one peer */
  readonly intervalMs?: Millis
  /** @default 16: ratings at once, the largest changes first */
  readonly proposalsMax?: number
}

/** Values are multiples of this many millionths: finer says nothing. */
export const measuredStep = 10_000

/** The value of a peer's service, in 0..ONE, a multiple of `measuredStep`. Without word on its presence it counts as up. */
export function measuredValue({ answered, dropped, upMs, downMs }: Service): Trust {
  const answering = wilsonLowerBound(answered, answered + dropped)
  // Whole seconds: a million times the seconds of a century is still an exact integer.
  const up = Math.floor(upMs / 1_000)
  const known = up + Math.floor(downMs / 1_000)
  const present = known === 0 ? ONE : Math.floor((up * ONE) / known)
  return (Math.floor(multiplyTrust(answering, present) / measuredStep) * measuredStep) as Trust
}

interface Change extends Proposal {
  readonly size: number
}

/** Ratings by measurement only. */
export function measuredPolicy(
  { ownRating }: PolicyPorts,
  options: MeasuredOptions = {},
): OverlayPolicy {
  const { peersMax = 1_000, requestsMin = 20, changeMin = 100_000 } = options
  const { intervalMs = 600_000, proposalsMax = 16 } = options
  const records = new ServiceRecords(peersMax)

  function changeOf(subject: NodeId, now: Millis): Change | undefined {
    const service = records.of(subject, now)!
    if (service.answered + service.dropped < requestsMin) return undefined
    const rated = ownRating(subject)
    if (ratedWithin(rated, intervalMs, now)) return undefined
    const value = measuredValue(service)
    const size = Math.abs(value - (rated?.value ?? 0))
    return size < changeMin ? undefined : { subject, value, size, reason: reasonOf(service) }
  }

  return {
    kind: 'measured',
    manual: false,
    usesTrust: true,
    observe: (experience, now) => records.observe(experience, now),
    due: (now) =>
      records
        .peers()
        .flatMap((peer) => changeOf(peer, now) ?? [])
        // The sort is stable: peers of equal change stay in the order of their ids.
        .sort((a, b) => b.size - a.size)
        .slice(0, proposalsMax)
        .map(({ subject, value, reason }) => ({ subject, value, reason })),
  }
}

function reasonOf({ answered, dropped, upMs, downMs }: Service): string {
  const requests = `answered ${answered} of ${answered + dropped}`
  const known = upMs + downMs
  return known === 0 ? requests : `${requests}, up ${Math.floor((upMs * 100) / known)}%`
}
