// What `doctor` says of how the network takes the node: banned, warned, without a seat for good.
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { type Check, note, ok, wrong } from './check.ts'

/** Nothing where the node keeps no chain, or its key is forked, which says it all. */
export function standing({ own, ownToldBy, forked, nodeId }: AnswerOf<'status'>): readonly Check[] {
  if (own === null || forked) return []
  const { status, reputation, warned, convicted, warnBelow, banBelow, healAbove } = own
  const raters = `trustnet trust history ${nodeId} --all tells who rated it and why`
  if (status === 'BANNED')
    return [
      wrong(
        'standing',
        `Banned${toldBy(ownToldBy)}: by the stars that it was given its reputation is ${reputation ?? 0} of 100, below ${banBelow}, so nobody takes its ratings or its links. Nothing on this machine mends that, and a new key begins without any trust. ${raters}; where they rate it better and it comes above ${healAbove}, the ban ends by itself, and the node connects again.`,
      ),
    ]
  const marks = [
    ...(warned
      ? [
          `Warned: its reputation is ${reputation ?? 0} of 100, below ${warnBelow}; below ${banBelow} it is banned. ${raters}.`,
        ]
      : []),
    ...(convicted
      ? [
          'It signed two votes for one step as a member (its key ran in two places, or an old copy of its store came back), and gets no seat again.',
        ]
      : []),
  ]
  if (marks.length > 0) return [note('standing', marks.join(' '))]
  const points = reputation === null ? 'not rated yet' : `reputation ${reputation} of 100`
  return [ok('standing', `${status ?? 'on no record yet'}, ${points}`)]
}

/** Whoever was banned while it was off has it from others: its own chain ends before that. */
const toldBy = (address: string | null): string =>
  address === null ? '' : ` (says the node at ${address}, as nobody is linked with this one)`
