// Did you mean …? The known word that a mistyped one was meant to be.

/** Levenshtein's distance. */
export function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)),
      )
    row = next
  }
  return row[b.length]!
}

const bare = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, '')

/** Known words few edits away from what was typed, the nearest first; at most `count`. */
export function nearWords(typed: string, known: readonly string[], count = 2): string[] {
  const wanted = bare(typed.slice(0, 64))
  return known
    .map((word) => ({ word, far: edits(wanted, bare(word)) }))
    .filter(({ word, far }) => far <= Math.max(1, Math.floor(bare(word).length / 3)))
    .sort((a, b) => a.far - b.far || (a.word < b.word ? -1 : 1))
    .slice(0, count)
    .map(({ word }) => word)
}

/** ` Did you mean "…"?`, or nothing. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const near = nearWords(typed, known)
  return near.length === 0 ? '' : ` Did you mean ${near.map((word) => `"${word}"`).join(' or ')}?`
}
