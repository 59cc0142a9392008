// Assertions state claims about our own state in words. What a peer sends is never asserted:
// that is a verdict (see failure.ts for what we report to people).

/** Throws when a claim about our own state does not hold: a bug of ours, never of a peer. */
export function assert(holds: boolean, claim: string): asserts holds {
  if (!holds) throw new Error(`assertion failed: ${claim}`)
}

/** Closes a switch over a union: the compiler proves that no case is left. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
