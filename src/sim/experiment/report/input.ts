// What a report is made of: the plan, what its runs measured, and what a reader needs to get the same
// bytes again. The command reads it from a results directory; nothing here touches a file.
import type { RunResult } from '../run/run-result.ts'
import type { Plan } from '../scenario.ts'

/** A file beside the report that it names. */
export interface NamedFile {
  /** Relative to the results directory. */
  readonly name: string
  readonly about: string
  /** SHA-256 in hexadecimal, where it serves to check a repetition. */
  readonly sha256?: string | undefined
}

export interface ReportInput {
  readonly plan: Plan
  /** The scenario file with every default written out. */
  readonly scenarioText: string
  readonly results: readonly RunResult[]
  /** Runs that the plan asks for; more than there are results after an interrupt. */
  readonly planned: number
  /** Program → version, as recorded with the results. */
  readonly versions: Readonly<Record<string, string>>
  /** SHA-256 of what runs read besides the scenario (graph files, own modules), by the scenario's names. */
  readonly materials: Readonly<Record<string, string>>
  /** Files of the results directory besides the report's own. */
  readonly files: readonly NamedFile[]
}
