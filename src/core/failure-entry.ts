// The form of a failure's entry in the tables failures-of-*.ts: what the process exits with, and the
// sentence that says what, why and how to mend it.

/** Exit codes of the command line, the same with and without --json. */
export const exitCodes = { failure: 1, usage: 2, noNode: 3, timeout: 4, locked: 5 } as const
export type Exit = keyof typeof exitCodes

export interface FailureEntry<F> {
  readonly exit: Exit
  readonly says: (facts: F) => string
}

export const entry = <F>(exit: Exit, says: (facts: F) => string): FailureEntry<F> => ({
  exit,
  says,
})

/** Facts that are just the offending text. */
export interface Text {
  readonly text: string
}
