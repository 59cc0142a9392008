// Random lives of peers for the policy tests, and a node that writes at once what its policy proposes.
import fc from 'fast-check'
import type {
  Experience,
  OverlayPolicy,
  OwnRating,
  PolicyFactory,
  Proposal,
} from '../../overlay/policy/policy.ts'
import type { NodeId } from '../../src/core/id.ts'

export const peer = (n: number): NodeId => n.toString(16).padStart(32, '0') as NodeId
export const minutes = 60_000
export const hours = 60 * minutes
export const days = 24 * hours

export interface Written extends Proposal {
  readonly at: number
}

/** A policy with a Trustchain that writes what it proposes at once. */
export function living(make: PolicyFactory) {
  const written: Written[] = []
  const ownRating = (subject: NodeId): OwnRating | undefined =>
    written.findLast((one) => one.subject === subject)
  const policy = make({ ownRating })
  const beat = (now: number) => {
    const proposals = policy.due(now)
    for (const proposal of proposals) written.push({ ...proposal, at: now })
    return proposals
  }
  return { policy, written, beat }
}

export const repeat = (policy: OverlayPolicy, times: number, what: Experience, now = 0) => {
  for (let i = 0; i < times; i++) policy.observe(what, now)
}

export type Moment = { readonly at: number; readonly experience: Experience }

type Saw = Experience['saw']

/** How peers are for a while: good, middling, or failing. */
const tempers: readonly (readonly Saw[])[] = [
  ['answered', 'answered', 'answered', 'up'],
  ['answered', 'answered', 'answered', 'dropped', 'up', 'down'],
  ['answered', 'dropped', 'dropped', 'down'],
]

const phase = (pauseMax: number) =>
  fc.constantFrom(...tempers).chain((temper) =>
    fc.array(
      fc.record({
        pause: fc.oneof(fc.nat(1_000), fc.nat(pauseMax)),
        peer: fc.nat(2).map(peer),
        saw: fc.constantFrom(...temper),
        times: fc.integer({ min: 1, max: 15 }),
      }),
      { maxLength: 60, size: 'max' },
    ),
  )

/** Lives of three peers in time order, with pauses of up to `pauseMax` between what is seen. */
export const livesOf = (pauseMax: number): fc.Arbitrary<readonly Moment[]> =>
  fc.array(phase(pauseMax), { minLength: 1, maxLength: 3 }).map((phases) => {
    let at = 0
    return phases.flat().flatMap(({ pause, peer, saw, times }) => {
      at += pause
      const moment = { at, experience: { peer, saw } as Experience }
      return Array<Moment>(saw === 'up' || saw === 'down' ? 1 : times).fill(moment)
    })
  })

export function run(make: PolicyFactory, history: readonly Moment[]): Written[] {
  const { policy, written, beat } = living(make)
  for (const { at, experience } of history) {
    policy.observe(experience, at)
    beat(at)
  }
  return written
}
