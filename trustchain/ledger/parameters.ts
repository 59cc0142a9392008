// The rules of a network that its genesis may set: names, defaults and bounds. Every node of the
// network goes by them, so a name that this version does not know is refused, not passed over: a
// node that ignores a rule computes another state than its peers.
import { assert } from '../../src/core/assert.ts'
import { Failure } from '../../src/core/failure.ts'
import { committeeSizeMax } from '../../src/core/limits.ts'
import { committeeSizeMin } from '../standing/election.ts'

interface Parameter {
  readonly by: number
  readonly min: number
  readonly max: number
}

const days = 86_400_000

/** By name: what it is when genesis does not say, and what it may be. */
const table = {
  /** An epoch lasts at least so many blocks, … */
  epochBlocks: { by: 100, min: 1, max: 1_000_000 },
  /** … and so many milliseconds of block time. */
  epochMs: { by: 600_000, min: 0, max: 30 * days },
  /** Between two heartbeats of a node. */
  heartbeatMs: { by: 30_000, min: 10, max: days },
  /** Heartbeats missed in a row, by the median report, that make a node INACTIVE. */
  heartbeatsMissed: { by: 5, min: 1, max: 1_000 },
  /** Seats. Below four nobody leaves (standing/election.ts), whatever a genesis says. */
  committeeMax: { by: committeeSizeMax, min: committeeSizeMin, max: committeeSizeMax },
  /** Points of reputation, 0 to 100. */
  warnBelow: { by: 30, min: 0, max: 100 },
  banBelow: { by: 10, min: 0, max: 100 },
  healAbove: { by: 20, min: 0, max: 100 },
  /** Entries that an author without standing may make final in an epoch; see quota.ts. */
  entriesPerEpoch: { by: 4_096, min: 1, max: 1_000_000 },
  /** A snapshot is kept at every multiple of this height; 0 keeps none. */
  snapshotBlocks: { by: 1_000, min: 0, max: 1_000_000 },
} as const satisfies Readonly<Record<string, Parameter>>

export type ParameterName = keyof typeof table
export type Parameters = Readonly<Record<ParameterName, number>>

export const parameterNames = Object.keys(table).sort() as readonly ParameterName[]

/**
 * All parameters of a network.
 *
 * @param given those that its genesis sets
 * @throws Failure `genesis/unknown-parameter`, `genesis/bad-parameter`
 */
export function parametersOf(given: Readonly<Record<string, number>>): Parameters {
  for (const name of Object.keys(given).sort())
    if (!Object.hasOwn(table, name))
      throw new Failure('genesis/unknown-parameter', { name, known: parameterNames })
  const all = parameterNames.map((name): [ParameterName, number] => {
    const { by, min, max } = table[name]
    const value = given[name] ?? by
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw new Failure('genesis/bad-parameter', { name, value, min, max })
    return [name, value]
  })
  const parameters = Object.fromEntries(all) as Record<ParameterName, number>
  ordered(parameters, 'banBelow', 'healAbove')
  ordered(parameters, 'banBelow', 'warnBelow')
  return parameters
}

/** The first must not be above the second. */
function ordered(parameters: Parameters, low: ParameterName, high: ParameterName): void {
  const max = parameters[high]
  if (parameters[low] > max)
    throw new Failure('genesis/bad-parameter', { name: low, value: parameters[low], min: 0, max })
}

assert(table.banBelow.by < table.healAbove.by, 'who is healed is not banned at once again')
