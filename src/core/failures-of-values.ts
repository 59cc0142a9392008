// What can be wrong with putting and getting values. See failure.ts for how these become errors.
import { entry, type Text } from './failure-entry.ts'

const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const

/** As people type it for --expires: in the largest unit that tells it in two decimals. */
function life(ms: number): string {
  for (const [unit, unitMs] of Object.entries(units)) {
    const count = Math.round((ms / unitMs) * 100) / 100
    if (count >= 1 && count * unitMs === ms) return `${count}${unit}`
  }
  return `${ms / units.s}s`
}

export const failuresOfValues = {
  'value/not-found': entry<{ key: string; asked: number; answered: number }>('failure', (f) =>
    f.asked === 0
      ? `Nothing is held here under ${f.key}, and this node knows nobody to ask: see 'trustnet peers'.`
      : `No value was found under ${f.key} (${f.asked} nodes asked, ${f.answered} answered): check the key; it may have expired, or never have been put.`,
  ),
  'value/timeout': entry<{ key: string; ms: number }>(
    'timeout',
    (f) =>
      `No value came for ${f.key} within ${f.ms} ms: try again, or see 'trustnet peers' for whom this node reaches.`,
  ),
  'value/too-few-copies': entry<{
    key: string
    stored: number
    quorum: number
    refused: Readonly<Record<string, number>>
  }>(
    'failure',
    (f) =>
      `Only ${f.stored} nodes took the value of ${f.key}, ${f.quorum} have to (${
        Object.entries(f.refused)
          .map(([why, count]) => `${why} ${count} times`)
          .join(', ') || 'nobody refused it'
      }): put it again in a while; what was stored stays until it expires.`,
  ),
  'value/too-large': entry<{ bytes: number; max: number }>(
    'usage',
    (f) =>
      `The value has ${f.bytes} bytes, ${f.max} are allowed: put it in parts, and the keys of the parts in one more value.`,
  ),
  'value/bad-name': entry<{ bytes: number; max: number }>(
    'usage',
    (f) =>
      `The name cannot be used (${f.bytes} bytes of UTF-8, 1 to ${f.max} are allowed, and no control characters): choose another with --name.`,
  ),
  'value/bad-life': entry<{ ms: number; min: number; max: number }>(
    'usage',
    (f) =>
      `A value cannot live for ${life(f.ms)}: give ${life(f.min)} to ${life(f.max)}, and put it again before it expires.`,
  ),
  'value/malformed-life': entry<Text>(
    'usage',
    (f) => `"${f.text}" is no time to live: write one such as 90s, 30m, 1h or 7d.`,
  ),
  'value/unwritable': entry<{ file: string; why: string }>(
    'failure',
    (f) =>
      `The value cannot be written to ${f.file} (${f.why}): check its folder and its rights, or name another file with --out.`,
  ),
  'value/wrong-key': entry<{ key: string; right: string }>(
    'usage',
    (f) =>
      `The bytes do not lie under ${f.key}, since their hash is ${f.right}: put them under that key, or under a name.`,
  ),
  'value/busy': entry<{ max: number }>(
    'failure',
    (f) => `${f.max} puts and gets of this node are under way already: wait for some of them.`,
  ),
} as const
