// What of a scenario its engine cannot play, told at the line of the field: the structural engine plays
// everything, whole nodes do not (protocol/terms.ts).
import {
  type Refusal,
  refusedOfAttack,
  refusedOfRouter,
  refusedOfSetting,
} from './protocol/terms.ts'
import { fieldIn } from './read-scenario-modules.ts'
import type { Located } from './read-scenario-text.ts'
import { fieldOf, type Problems } from './read-scenario-value.ts'
import { several } from './registry.ts'
import type { AttackSpec, Scenario } from './scenario.ts'

/** @param located the text that was read as this scenario */
export function checkEngine(scenario: Scenario, located: Located, problems: Problems): void {
  if (scenario.engine !== 'protocol') return
  tell(refusedOfSetting(scenario), located, '', problems)
  const routers = fieldIn(located, 'routers')
  scenario.routers.forEach((router, i) => {
    const item = routers?.is === 'list' ? routers.items[i] : undefined
    tell(refusedOfRouter(router), item ?? located, fieldOf('routers', i), problems)
  })
  checkAttack(scenario.attack, fieldIn(located, 'attack') ?? located, 'attack', problems)
}

function checkAttack(attack: AttackSpec, located: Located, path: string, problems: Problems): void {
  if (attack.kind !== several) return tell(refusedOfAttack(attack), located, path, problems)
  const of = fieldIn(located, 'of')
  for (const [i, one] of (attack.of as readonly AttackSpec[]).entries()) {
    const item = of?.is === 'list' ? of.items[i] : undefined
    checkAttack(one, item ?? located, fieldOf(fieldOf(path, 'of'), i), problems)
  }
}

/** Each at its field, or as near to it as the text goes. */
function tell(
  refusals: readonly Refusal[],
  located: Located,
  path: string,
  problems: Problems,
): void {
  for (const { field, why } of refusals) {
    let found = located
    for (const name of field.split('.')) found = fieldIn(found, name) ?? found
    problems.add(found.at, field === '' ? path : fieldOf(path, field), upperFirst(why))
  }
}

const upperFirst = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
