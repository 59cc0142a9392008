// An example of a policy of one's own (docs/overlays.md walks through it): an overlay that lets
// newcomers in by service. A peer that was up for a day and answered well is vouched for with 0.65,
// just above the threshold of 0.6, so its own ratings begin to be read. When its service turns bad
// the word is taken back; nobody is ever rated below 0.
import type { Millis } from '../../src/core/id.ts'
import type { Trust } from '../../src/core/trust.ts'
import { type OverlayPolicy, type PolicyPorts, type Proposal, ratedWithin } from './policy.ts'
import { type Service, ServiceRecords } from './service-record.ts'

/** What a vouched-for newcomer is worth: above the threshold, far below a friend. */
export const vouched = 650_000 as Trust
const withdrawn = 0 as Trust

const dayMs: Millis = 24 * 3_600_000
/** Two a minute for most of an hour: a day of silence is not a day of service. */
const answersMin = 100
/** Dropped requests in a hundred: vouched for below the first, taken back above the second. */
const droppedPercent = { good: 2, bad: 10 } as const
/** Before a word is taken back: one lost packet after a restart is no bad service. */
const requestsMin = 20
/** Between two ratings of one peer, so that it does not flicker. */
const intervalMs: Millis = 3_600_000

const droppedShare = ({ answered, dropped }: Service): number =>
  (dropped * 100) / Math.max(1, answered + dropped)

const servedWell = (service: Service): boolean =>
  service.upMs >= dayMs &&
  service.answered >= answersMin &&
  droppedShare(service) <= droppedPercent.good

const servedBadly = (service: Service): boolean =>
  service.answered + service.dropped >= requestsMin && droppedShare(service) > droppedPercent.bad

/** Newcomers are vouched for after a day of good service. */
export function newcomerPolicy({ ownRating }: PolicyPorts): OverlayPolicy {
  const records = new ServiceRecords(1_000)

  function* proposals(now: Millis): Generator<Proposal> {
    for (const subject of records.peers()) {
      const service = records.of(subject, now)!
      const rated = ownRating(subject)
      if (ratedWithin(rated, intervalMs, now)) continue
      const current = rated?.value ?? withdrawn
      if (current < vouched && servedWell(service))
        yield { subject, value: vouched, reason: 'served well for a day' }
      else if (current > withdrawn && servedBadly(service))
        yield { subject, value: withdrawn, reason: 'its service turned bad' }
    }
  }

  return {
    kind: 'newcomer',
    manual: false,
    usesTrust: true,
    observe: (experience, now) => records.observe(experience, now),
    due: (now) => [...proposals(now)],
  }
}
