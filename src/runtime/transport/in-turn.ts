// Ends what has several parts: one that fails must not keep the others from ending.

/**
 * Takes every step, one after the other, whatever the ones before did.
 *
 * @throws what the first step threw that did
 */
export async function inTurn(steps: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = []
  for (const step of steps)
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  if (errors.length > 0) throw errors[0]
}
