// Who rates whom when a devnet comes up: a ring, everybody everybody, or a file in the form of
// `trust compute` whose ids are the nodes' names (n1, n2, …).
import { readFile } from 'node:fs/promises'
import { Failure } from '../../src/core/failure.ts'
import { parseTrust } from '../../src/core/trust.ts'

export interface DevnetRating {
  readonly from: string
  readonly to: string
  /** As written: the node parses it to the digit. */
  readonly value: string
  readonly overlay: string
}

/**
 * The ratings of a plan.
 *
 * @param plan `none`, `ring[:value]`, `complete[:value]` or a file's path
 * @throws Failure `devnet/bad-ratings` and `devnet/bad-value` with the line, `devnet/no-ratings`
 */
export async function plannedRatings(
  plan: string,
  names: readonly string[],
  overlay: string,
): Promise<DevnetRating[]> {
  const [kind, value = '0.9'] = plan.split(':')
  if (kind === 'none') return []
  if (kind === 'ring' || kind === 'complete') {
    parseTrust(value)
    const pairs =
      kind === 'ring'
        ? names.map((from, i) => [from, names[(i + 1) % names.length]!] as const)
        : names.flatMap((from) => names.map((to) => [from, to] as const))
    return pairs
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => ({ from, to, value, overlay }))
  }
  return ratingsOfFile(await textOf(plan), names, overlay)
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Failure('devnet/no-ratings', { file, why: (error as Error).message })
  }
}

/**
 * Judges whether people may rate where the plan rates.
 *
 * @throws Failure `overlay/unknown`, `overlay/not-manual`
 */
export function judgeRatings(
  ratings: readonly DevnetRating[],
  overlays: readonly { readonly name: string; readonly manual: boolean }[],
): void {
  for (const overlay of new Set(ratings.map((rating) => rating.overlay))) {
    const taken = overlays.find(({ name }) => name === overlay)
    const known = overlays.map(({ name }) => name)
    if (taken === undefined) throw new Failure('overlay/unknown', { overlay, known })
    if (!taken.manual) throw new Failure('overlay/not-manual', { overlay })
  }
}

function ratingsOfFile(text: string, names: readonly string[], overlay: string): DevnetRating[] {
  const ratings: DevnetRating[] = []
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [from, to, value, named] = line.split(',').map((field) => field.trim())
    const stranger = [from, to].find((name) => name === undefined || !names.includes(name))
    if (stranger !== undefined || from === undefined || to === undefined || value === undefined)
      throw new Failure('devnet/bad-ratings', { line: index + 1, text: line, names })
    judgeValue(value, index + 1)
    ratings.push({
      from,
      to,
      value,
      overlay: named === undefined || named === '' ? overlay : named,
    })
  }
  return ratings
}

function judgeValue(value: string, line: number): void {
  try {
    parseTrust(value)
  } catch (error) {
    throw new Failure('devnet/bad-value', { line, why: (error as Error).message })
  }
}
