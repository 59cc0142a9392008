// In which order authors are offered for a block, and in which they make room.
import type { PoolAuthor, Waiting } from './pool-author.ts'

export interface Eldest {
  readonly author: PoolAuthor
  readonly standing: number
}

/** The author whose transactions go first when room is needed: least standing, then the greater id. */
export const goesBefore = (a: Eldest, b: Eldest): boolean =>
  a.standing !== b.standing ? a.standing < b.standing : a.author.id > b.author.id

/** An author's turn: those who were offered less often come first, then more standing, then the lower id. */
export interface Turn {
  readonly author: PoolAuthor
  round: number
  readonly offered: Generator<Waiting>
}

export const comesBefore = (a: Turn, b: Turn): boolean => {
  if (a.round !== b.round) return a.round < b.round
  if (a.author.standing !== b.author.standing) return a.author.standing > b.author.standing
  return a.author.id < b.author.id
}
