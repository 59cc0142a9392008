// The scenario that a command is about: a preset or a file, with what the flags change in it.
import { type LoadedScenario, loadScenario } from './presets.ts'

/** Flags that change a scenario. */
export interface ScenarioFlags {
  readonly set: readonly string[]
  readonly seeds: number | undefined
}

/** @throws Failure of loadScenario */
export async function scenarioOf(
  named: string,
  { set, seeds }: ScenarioFlags,
): Promise<LoadedScenario> {
  const { plan, base } = await loadScenario(named, { set, modules: true, graphs: true })
  return { base, plan: { ...plan, seeds: seeds ?? plan.seeds } }
}
