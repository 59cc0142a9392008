// `trust import`: the ratings of one author in a file become entries of one's own Trustchain. All of
// it is planned before the first entry is signed, since entries stay for good: whose ratings, which
// peers the file's ids mean, which of them say something new.
import { readFile } from 'node:fs/promises'
import type { ApiClient } from '../src/api/client.ts'
import type { ReceiptView } from '../src/api/service.ts'
import { Failure } from '../src/core/failure.ts'
import { formatTrust, parseTrust } from '../src/core/trust.ts'
import { parseMapping } from '../trustchain/rating-file/mapping.ts'
import { parseFormat, type ReaderOptions } from '../trustchain/rating-file/rating-reader.ts'
import {
  defaultOverlay,
  type FileRating,
  type RatingTable,
} from '../trustchain/rating-file/rating-table.ts'
import { ratingsOf } from './ratings.ts'

type Named = ReceiptView['subject']

export interface PlannedRating {
  readonly id: string
  readonly peer: Named
  readonly overlay: string
  /** Exact decimal text. */
  readonly value: string
}

export interface ImportPlan {
  readonly author: string
  readonly planned: readonly PlannedRating[]
  /** Ratings that hold already with the same value. */
  readonly unchanged: number
  /** Ids that are no peer known here. */
  readonly unknown: readonly string[]
}

export interface ImportOptions {
  readonly file: string
  /** The author in the file whose ratings are taken. */
  readonly as: string | undefined
  /** Puts every rating into this overlay; else ratings without one go into the node's first. */
  readonly overlay: string | undefined
  /** Ids of the file → peers. */
  readonly names: ReadonlyMap<string, string>
}

/** How the file is read, as the flags say. */
export const readingOf = (flags: {
  readonly format: string
  readonly map: string | undefined
  readonly weight: string | undefined
}): Omit<ReaderOptions, 'file'> => ({
  format: parseFormat(flags.format),
  mapping: flags.map === undefined ? undefined : parseMapping(flags.map),
  ...(flags.weight === undefined ? {} : { weight: parseTrust(flags.weight) }),
})

/**
 * What an import would do.
 *
 * @throws Failure `cli/whose-ratings`, `cli/no-such-author`, `overlay/unknown`, `overlay/not-manual`
 */
export async function planImport(
  api: ApiClient,
  table: RatingTable,
  { file, as, overlay, names }: ImportOptions,
): Promise<ImportPlan> {
  const { nodeId, peerId, owner, overlays } = await api.status()
  const author = authorOf(table, file, as, [peerId, nodeId, owner])
  const overlayOf = (named: string): string =>
    overlay ?? (named === defaultOverlay ? (overlays[0]?.name ?? named) : named)
  const wanted = latestOf(table, author, overlayOf)
  for (const name of new Set(wanted.map((rating) => rating.overlay))) {
    const known = overlays.find((one) => one.name === name)
    if (known === undefined)
      throw new Failure('overlay/unknown', { overlay: name, known: overlays.map((o) => o.name) })
    if (!known.manual) throw new Failure('overlay/not-manual', { overlay: name })
  }
  const own = await ratingsOf(api, 'ratings', { all: false, limit: Number.POSITIVE_INFINITY })
  const held = new Map(
    own.ratings
      .filter(({ kind }) => kind === 'trust')
      .map((rating) => [`${rating.overlay}/${rating.subject.nodeId}`, rating.value]),
  )
  const planned: PlannedRating[] = []
  const unknown: string[] = []
  let unchanged = 0
  const found = new Map<string, Named | undefined>()
  for (const { to, value, overlay: at } of wanted) {
    if (!found.has(to)) found.set(to, await peerOf(api, names.get(to) ?? to))
    const peer = found.get(to)
    const text = formatTrust(value)
    if (peer === undefined) unknown.push(to)
    else if (peer.nodeId === nodeId || (held.get(`${at}/${peer.nodeId}`) ?? 0) === Number(text))
      unchanged++
    else planned.push({ id: to, peer, overlay: at, value: text })
  }
  return { author, planned, unchanged, unknown: [...new Set(unknown)] }
}

/** The author that is meant: --as, else this node under any of its names, else the only one there is. */
function authorOf(
  table: RatingTable,
  file: string,
  as: string | undefined,
  self: readonly string[],
): string {
  const authors = [...new Set([...table.ratings()].map(({ from }) => from))]
  if (as !== undefined) {
    if (authors.includes(as)) return as
    throw new Failure('cli/no-such-author', { file, author: as })
  }
  const own = self.find((name) => name !== '' && authors.includes(name))
  if (own !== undefined) return own
  if (authors.length === 1) return authors[0]!
  throw new Failure('cli/whose-ratings', { file, authors })
}

/** The author's latest rating of each subject and overlay: the highest seq, or the later line. */
function latestOf(
  table: RatingTable,
  author: string,
  overlayOf: (named: string) => string,
): readonly FileRating[] {
  const latest = new Map<string, FileRating>()
  for (const rating of table.ratings()) {
    if (rating.from !== author || rating.to === author) continue
    const overlay = overlayOf(rating.overlay)
    const before = latest.get(`${overlay}/${rating.to}`)
    if (before === undefined || (rating.seq ?? 0) >= (before.seq ?? 0))
      latest.set(`${overlay}/${rating.to}`, { ...rating, overlay })
  }
  return [...latest.values()]
}

async function peerOf(api: ApiClient, name: string): Promise<Named | undefined> {
  try {
    return await api.resolve({ peer: name })
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'peer/unknown' || code === 'peer/malformed-id') return undefined
    throw error
  }
}

/** Signs the planned ratings one after another, in the file's order. */
export async function carryOut(
  api: ApiClient,
  plan: ImportPlan,
  reason: string | undefined,
): Promise<number> {
  for (const { peer, overlay, value } of plan.planned)
    await api.rate({
      peer: peer.peerId ?? peer.nodeId,
      overlay,
      value,
      ...(reason === undefined ? {} : { reason }),
    })
  return plan.planned.length
}

/**
 * The map in a names file: lines `id,peer`, `#` begins a comment.
 *
 * @throws Failure `cli/unreadable-file`, `cli/bad-names-line`
 */
export async function readNames(file: string): Promise<ReadonlyMap<string, string>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new Failure('cli/unreadable-file', { file, why: (error as Error).message })
  }
  const names = new Map<string, string>()
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [id = '', peer = '', ...rest] = line.split(',').map((part) => part.trim())
    if (id === '' || peer === '' || rest.length > 0)
      throw new Failure('cli/bad-names-line', { file, line: index + 1, text: line.slice(0, 80) })
    names.set(id, peer)
  }
  return names
}
