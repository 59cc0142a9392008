// How good is a peer that answered a of n requests? Three of three says less than 300 of 301. The
// lower end of Wilson's score interval (E. B. Wilson, 1927) at 95% confidence answers that, here in
// integers, so that it is the same on every machine.
import type { Trust } from '../../src/core/trust.ts'

// z = 1.96, as z^2 = 38416 / 10^4.
const zSquared = 38_416n
const scale = 10_000n
const million = 1_000_000n

/** The largest integer whose square is at most n (Newton's method from above). */
function squareRoot(n: bigint): bigint {
  if (n < 2n) return n
  let root = 1n << BigInt((n.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + n / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/**
 * The share of requests that the peer answers, at least, in millionths, rounded down:
 * (2a + z^2 - z sqrt(z^2 + 4a(n-a)/n)) / 2(n + z^2), within two millionths.
 *
 * @param answered a, an integer in 0..total
 * @param total n, an integer; 0 gives 0
 */
export function wilsonLowerBound(answered: number, total: number): Trust {
  if (total === 0) return 0 as Trust
  const a = BigInt(answered)
  const n = BigInt(total)
  // z sqrt(…) in millionths, rounded up so that the bound is rounded down.
  const squared =
    (zSquared * (zSquared * n + 4n * scale * a * (n - a)) * million * million) / (scale * scale * n)
  const spread = squareRoot(squared) + 1n
  const above = 2n * a * million + (zSquared * million) / scale - spread
  if (above <= 0n) return 0 as Trust
  return Number((above * scale) / (2n * (n * scale + zSquared))) as Trust
}
