// Refusals of the ledger. The codes and their sentences stand in src/core/failures-of-ledger.ts.
import type { Refusal } from '../../src/core/application.ts'
import type { FactsOf } from '../../src/core/failure.ts'
import type { failuresOfLedger } from '../../src/core/failures-of-ledger.ts'

export type RefusalCode = keyof typeof failuresOfLedger

/** A refusal with exactly the facts that its sentence needs. */
export const refuse = <C extends RefusalCode>(code: C, facts: FactsOf<C>): Refusal => ({
  code,
  facts: facts as Readonly<Record<string, unknown>>,
})
