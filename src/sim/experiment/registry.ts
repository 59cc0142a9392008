// Routers and attacks by the names that scenarios use: those that are shipped, and a user's own
// modules, which the command line loads and hands in under the path that the scenario names.
import { Failure } from '../../core/failure.ts'
import type { Attack } from './attacks/attack.ts'
import { shippedAttacks } from './attacks/known.ts'
import type { Metric } from './metric.ts'
import { flawsOf, type PartOptions } from './part-options.ts'
import type { Router } from './router.ts'
import { chord } from './routers/chord.ts'
import { distnet, distnetD3 } from './routers/distnet.ts'
import { kademlia } from './routers/kademlia.ts'
import { pastry } from './routers/pastry.ts'
import { sKademlia } from './routers/s-kademlia.ts'
import { sprout } from './routers/sprout.ts'
import { trustnet } from './routers/trustnet.ts'
import { whanau } from './routers/whanau.ts'
import type { AttackSpec, RouterSpec } from './scenario.ts'

export interface Registry {
  readonly routers: ReadonlyMap<string, Router>
  readonly attacks: ReadonlyMap<string, Attack>
  /** The user's own; those that every run has are in metrics.ts. */
  readonly metrics?: ReadonlyMap<string, Metric> | undefined
}

/** The routers that are shipped, in the order in which `experiment list` shows them. */
export const shippedRouters: readonly Router[] = [
  ...[trustnet, distnet, distnetD3, pastry, chord, sprout, kademlia, sKademlia, whanau],
]

/** What is shipped, and a user's own by the path that scenarios name them by (`./my-router.js`). */
export function registryOf(
  own: {
    readonly routers?: Readonly<Record<string, Router>>
    readonly attacks?: Readonly<Record<string, Attack>>
    readonly metrics?: Readonly<Record<string, Metric>>
  } = {},
): Registry {
  return {
    routers: byName(shippedRouters, own.routers),
    attacks: byName(shippedAttacks, own.attacks),
    metrics: byName([], own.metrics),
  }
}

function byName<P extends { readonly name: string }>(
  shipped: readonly P[],
  own: Readonly<Record<string, P>> = {},
): ReadonlyMap<string, P> {
  return new Map([...shipped.map((part) => [part.name, part] as const), ...Object.entries(own)])
}

/** @throws Failure `experiment/cannot-run` of an unknown module */
export const metricOf = (name: string, { metrics = new Map() }: Registry): Metric =>
  found(metrics, name, 'metrics')

/** Kind of an attack that is several at once: `{kind: 'all', of: [...]}`. */
export const several = 'all'

/** The parts of an attack, itself when it is one. */
export function partsOf(attack: AttackSpec): readonly AttackSpec[] {
  if (attack.kind !== several) return [attack]
  const { of } = attack
  if (!Array.isArray(of))
    throw new Failure('experiment/cannot-run', {
      path: 'attack.of',
      why: 'the kind all needs a list of attacks, each with its kind.',
    })
  return (of as readonly AttackSpec[]).flatMap(partsOf)
}

/** @throws Failure `experiment/cannot-run` of an unknown name or options that cannot be used */
export function routerOf(spec: RouterSpec, { routers }: Registry): [Router, object] {
  const { name, ...given } = spec
  const router = found(routers, name, 'routers')
  return [router, optionsOf(router, given, `routers ${name}`)]
}

/** @throws Failure `experiment/cannot-run` of an unknown kind or options that cannot be used */
export function attackOf(spec: AttackSpec, { attacks }: Registry): [Attack, object] {
  const { kind, ...given } = spec
  const attack = found(attacks, kind, 'attack.kind')
  return [attack, optionsOf(attack, given, `attack ${kind}`)]
}

function found<P>(parts: ReadonlyMap<string, P>, name: string, path: string): P {
  const part = parts.get(name)
  if (part !== undefined) return part
  const known = [...parts.keys()].join(', ')
  throw new Failure('experiment/cannot-run', {
    path,
    why: `there is no "${name}": known are ${known}, and modules of your own such as ./mine.js.`,
  })
}

/** The defaults and what is given in their place. */
function optionsOf(part: PartOptions, given: object, path: string): object {
  const stranger = Object.keys(given).find((name) => !Object.hasOwn(part.defaults, name))
  if (stranger !== undefined) {
    const known = Object.keys(part.defaults).join(', ')
    throw new Failure('experiment/cannot-run', {
      path: `${path}.${stranger}`,
      why: `it has no such option: ${known === '' ? 'it takes none' : `it takes ${known}`}.`,
    })
  }
  const options = { ...part.defaults, ...given }
  const flaws = flawsOf(part, options)
  if (flaws.length > 0) throw new Failure('experiment/cannot-run', { path, why: flaws.join(' ') })
  return options
}
