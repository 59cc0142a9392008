// The overlay of people: whoever runs the node rates whom they know, by hand. The program proposes
// nothing, whatever it sees: a friend's bad connection is no lack of trust.
import type { OverlayPolicy } from './policy.ts'

/** Ratings by hand only. */
export const socialPolicy = (): OverlayPolicy => ({
  kind: 'social',
  manual: true,
  usesTrust: true,
  observe: () => {},
  due: () => [],
})
