// The attacks that are shipped, by the name that a scenario uses.
import type { Attack } from './attack.ts'
import { everybodyServes } from './conduct.ts'
import { camouflage, whitewashing } from './disguise.ts'
import { droppers } from './droppers.ts'
import { churn, poisonedJoin } from './joins.ts'
import { collusion, selfPromotion, slander } from './relations.ts'
import { eclipse, sybils } from './sybil.ts'

const none: Attack = {
  name: 'none',
  about: 'nobody attacks: everybody of the graph is honest',
  defaults: {},
  prepare: () => ({ behaviour: () => everybodyServes }),
}

/** In the order in which `experiment list` shows them. */
export const shippedAttacks: readonly Attack[] = [
  ...[none, droppers, sybils, eclipse, slander, collusion, selfPromotion],
  ...[camouflage, whitewashing, poisonedJoin, churn],
]
