// The people of the documentation's examples, and what one thinks of another.
import type { AnswerOf } from './endpoints.ts'

export const ada = {
  nodeId: '3c9a1fe20b774d5a8e61c0f29b34d7aa',
  peerId: '12D3KooWAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAd',
  owner: 'ada',
}
export const grace = {
  nodeId: 'b104e7c55f0d4c0e92d36a1870fe23cd',
  peerId: '12D3KooWGraceGraceGraceGraceGraceGraceGraceGraceGrac',
  owner: 'grace',
}
export const alan = {
  nodeId: '7fe0924dab3348b1a5c277c6d1129e40',
  peerId: '12D3KooWAanAanAanAanAanAanAanAanAanAanAanAanAanAanAa',
  owner: 'alan',
}

/** SHA-256's first half of some text. */
export const idOfKey = '7fd3aa01c9e84e02b7f6205d8c1b34ef'

/** ms since the Unix epoch. */
export const at = 1_795_000_000_000

export const hash = (digit: string): string => digit.repeat(64)

export const rating: AnswerOf<'ratings'>['ratings'][number] = {
  ...{ author: ada, subject: grace, overlay: 'social', kind: 'trust', value: 0.9 },
  ...{ reason: 'reliable', seq: 1, hash: hash('a'), time: at, latest: true },
}
