// What `experiment list`, `show` and `validate` answer.
import { dataFilesOf } from './data-files.ts'
import { loadScenario, presetNames } from './presets.ts'

type Plan = import('../../src/sim/experiment/scenario.ts').Plan

/** What there is to run, and what scenarios can be made of. */
export interface Catalogue {
  readonly presets: readonly {
    readonly name: string
    readonly title: string
    readonly about: string
    readonly points: number
    readonly routers: readonly string[]
    readonly seeds: number
    readonly runs: number
  }[]
  readonly routers: readonly ListedPart[]
  readonly attacks: readonly ListedPart[]
}

interface ListedPart {
  readonly name: string
  readonly about: string
  /** Options with their defaults. */
  readonly options: Readonly<Record<string, unknown>>
}

export async function catalogue(): Promise<Catalogue> {
  const { registryOf } = await import('../../src/sim/experiment/registry.ts')
  const { partsOf } = await import('../../src/sim/experiment/schema-options.ts')
  const { routers, attacks } = partsOf(registryOf())
  const listed = ({ name, about, defaults }: (typeof routers)[number]): ListedPart => ({
    ...{ name, about },
    options: { ...defaults },
  })
  const presets: Catalogue['presets'][number][] = []
  for (const name of await presetNames()) presets.push(await presetLine(name))
  return { presets, routers: routers.map(listed), attacks: attacks.map(listed) }
}

async function presetLine(name: string): Promise<Catalogue['presets'][number]> {
  const { plan } = await loadScenario(name)
  const { title, about, scenario, seeds } = plan
  const points = await pointCount(plan)
  const routers = [...new Set(scenario.routers.map((router) => router.name))]
  return {
    ...{ name, title, about, points, routers, seeds },
    runs: points * scenario.routers.length * seeds,
  }
}

async function pointCount(plan: Plan): Promise<number> {
  const { pointsOf } = await import('../../src/sim/experiment/sweep.ts')
  return pointsOf(plan).length
}

export interface Shown {
  /** YAML with every default written out. */
  readonly text: string
  readonly plan: Plan
}

/** A scenario with every default written out. @throws Failure as loadScenario */
export async function shown(named: string, set: readonly string[]): Promise<Shown> {
  const { scenarioText } = await import('../../src/sim/experiment/scenario-text.ts')
  const { plan } = await loadScenario(named, { set })
  return { text: scenarioText(plan), plan }
}

/** The JSON schema of scenario files. */
export async function schema(): Promise<object> {
  const { registryOf } = await import('../../src/sim/experiment/registry.ts')
  const { partsOf } = await import('../../src/sim/experiment/schema-options.ts')
  const { publishedSchema } = await import('../../src/sim/experiment/schema-published.ts')
  return publishedSchema(partsOf(registryOf()))
}

export interface Validated {
  readonly valid: true
  readonly name: string
  readonly title: string
  readonly points: number
  readonly routers: number
  readonly seeds: number
  readonly runs: number
  /** Graph files that it reads, as it names them. */
  readonly files: readonly string[]
}

/** @throws Failure as loadScenario, and `experiment/no-data` of a graph file that is not there */
export async function validated(
  named: string,
  { set, seeds }: { readonly set: readonly string[]; readonly seeds: number | undefined },
): Promise<Validated> {
  const { plan } = await loadScenario(named, { set, modules: true, graphs: true })
  const files = await dataFilesOf(plan)
  const points = await pointCount(plan)
  const routers = plan.scenario.routers.length
  const each = seeds ?? plan.seeds
  return {
    ...{ valid: true, name: plan.scenario.name, title: plan.title },
    ...{ points, routers, seeds: each, runs: points * routers * each, files },
  }
}
