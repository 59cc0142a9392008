// The overlay without trust: nobody rates, and routing is plain Pastry. It is the baseline of the
// experiments and the way in for nodes that nobody knows yet.
import type { OverlayPolicy } from './policy.ts'

/** No ratings at all. */
export const openPolicy = (): OverlayPolicy => ({
  kind: 'open',
  manual: false,
  usesTrust: false,
  observe: () => {},
  due: () => [],
})
