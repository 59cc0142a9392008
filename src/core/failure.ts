// What people are told when something we were asked to do cannot be done: a stable code, exactly
// the facts it needs, and one sentence, made in the tables failures-of-*.ts, that says what, why and
// how to mend it. What peers do wrong is a verdict of the machine concerned, never a Failure.
import { exitCodes } from './failure-entry.ts'
import { failuresOfAsking } from './failures-of-asking.ts'
import { failuresOfChain } from './failures-of-chain.ts'
import { failuresOfExperiments } from './failures-of-experiments.ts'
import { failuresOfLedger } from './failures-of-ledger.ts'
import { failuresOfRunning } from './failures-of-running.ts'
import { failuresOfService } from './failures-of-service.ts'
import { failuresOfTrust } from './failures-of-trust.ts'
import { failuresOfValues } from './failures-of-values.ts'

/** Every failure by its code. */
export const failures = {
  ...failuresOfTrust,
  ...failuresOfRunning,
  ...failuresOfAsking,
  ...failuresOfChain,
  ...failuresOfLedger,
  ...failuresOfExperiments,
  ...failuresOfService,
  ...failuresOfValues,
} as const

export type FailureCode = keyof typeof failures
export type FactsOf<C extends FailureCode> = Parameters<(typeof failures)[C]['says']>[0]

/** The one error class for what we cannot do. */
export class Failure<C extends FailureCode = FailureCode> extends Error {
  readonly code: C
  readonly facts: FactsOf<C>

  constructor(code: C, facts: FactsOf<C>) {
    super((failures[code].says as (facts: FactsOf<C>) => string)(facts))
    this.name = 'Failure'
    this.code = code
    this.facts = facts
  }

  get exitCode(): number {
    return exitCodes[failures[this.code].exit]
  }
}
