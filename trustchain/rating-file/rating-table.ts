// The ratings of a file, overlay by overlay, as columns of numbers; and the graph made of them.
import { utf8, utf8Text } from '../../src/core/bytes.ts'
import {
  idsPerFileMax,
  overlaysPerFileMax,
  ratedIdCharactersMax,
  ratingsPerFileMax,
} from '../../src/core/limits.ts'
import type { Trust } from '../../src/core/trust.ts'
import { NodeIndex } from '../graph/node-index.ts'
import { RatingGraph } from '../graph/rating-graph.ts'
import { badLine, type Line } from './bad-line.ts'

/** One rating as a file says it. */
export interface FileRating {
  readonly from: string
  readonly to: string
  /** Millionths; 0 withdraws. */
  readonly value: Trust
  readonly overlay: string
  readonly seq?: number | undefined
}

/** The overlay of ratings that name none. */
export const defaultOverlay = 'default'

/** Growing columns of one overlay. */
class OverlayColumns {
  readonly index = new NodeIndex()
  /** Ids that lines named; a graph's reader may add a root of its own to the index. */
  ids = 0
  count = 0
  authors = new Int32Array(16)
  subjects = new Int32Array(16)
  values = new Int32Array(16)
  seqs: Float64Array | undefined

  add(author: number, subject: number, value: number, seq: number | undefined): void {
    if (this.count === this.authors.length) this.#grow()
    this.authors[this.count] = author
    this.subjects[this.count] = subject
    this.values[this.count] = value
    if (seq !== undefined) {
      this.seqs ??= new Float64Array(this.authors.length)
      this.seqs[this.count] = seq
    }
    this.count++
  }

  #grow(): void {
    const widened = <A extends Int32Array | Float64Array>(from: A, into: A): A => {
      into.set(from)
      return into
    }
    const length = 2 * this.authors.length
    this.authors = widened(this.authors, new Int32Array(length))
    this.subjects = widened(this.subjects, new Int32Array(length))
    this.values = widened(this.values, new Int32Array(length))
    if (this.seqs !== undefined) this.seqs = widened(this.seqs, new Float64Array(length))
  }
}

/** Gathers a file's ratings, within the limits; rows keep the file's order. */
export class RatingTable {
  readonly #overlays = new Map<string, OverlayColumns>()
  #ids = 0
  #ratings = 0
  #last: { readonly overlay: string; readonly columns: OverlayColumns } | undefined

  /** Rows, replaced and withdrawn ones included. */
  get count(): number {
    return this.#ratings
  }

  /** Overlays that were named, in order of first sight. */
  get overlays(): string[] {
    return [...this.#overlays.keys()]
  }

  /**
   * Takes one rating of a line.
   *
   * @throws Failure `ratings/bad-line` for an id that cannot be one and beyond the file's limits
   */
  add(line: Line, from: string, to: string, value: number, overlay: string, seq?: number): void {
    const columns = this.#columnsOf(line, overlay)
    const author = this.#intern(line, columns, from)
    const subject = this.#intern(line, columns, to)
    if (++this.#ratings > ratingsPerFileMax)
      throw badLine(line, `The file has more than ${ratingsPerFileMax} ratings: split it.`)
    columns.add(author, subject, value, seq)
  }

  /** The graph of one overlay, the latest rating of each pair; an empty one when the file does not name it. */
  graph(overlay: string): { index: NodeIndex; graph: RatingGraph } {
    const columns = this.#overlays.get(overlay) ?? new OverlayColumns()
    return { index: columns.index, graph: RatingGraph.of(columns.index.size, columns) }
  }

  /** Does the id occur in any overlay? */
  has(id: string): boolean {
    return [...this.#overlays.values()].some(({ index, ids }) => (index.find(id) ?? ids) < ids)
  }

  /** All rows, overlay by overlay, in the file's order. */
  *ratings(): Generator<FileRating> {
    for (const [overlay, columns] of this.#overlays)
      for (let row = 0; row < columns.count; row++)
        yield {
          from: columns.index.idOf(columns.authors[row]!),
          to: columns.index.idOf(columns.subjects[row]!),
          value: columns.values[row]! as Trust,
          overlay,
          seq: columns.seqs?.[row],
        }
  }

  #columnsOf(line: Line, overlay: string): OverlayColumns {
    if (this.#last?.overlay === overlay) return this.#last.columns
    let columns = this.#overlays.get(overlay)
    if (columns === undefined) {
      if (this.#overlays.size >= overlaysPerFileMax)
        throw badLine(line, `The file has more than ${overlaysPerFileMax} overlays: split it.`)
      columns = new OverlayColumns()
      this.#overlays.set(overlay, columns)
    }
    this.#last = { overlay, columns }
    return columns
  }

  #intern(line: Line, columns: OverlayColumns, id: string): number {
    const known = columns.index.find(id)
    if (known !== undefined) return known
    if (id === '') throw badLine(line, 'An id is empty: write both ids.')
    if (id.length > ratedIdCharactersMax)
      throw badLine(line, `An id is longer than ${ratedIdCharactersMax} characters: shorten it.`)
    if (/[\p{Cc}"]/u.test(id))
      throw badLine(line, 'An id has a quote or a control character: write ids plainly.')
    if (++this.#ids > idsPerFileMax)
      throw badLine(line, `The file has more than ${idsPerFileMax} ids: split it.`)
    // A slice keeps the whole text alive that it was cut from; a copy does not.
    columns.ids++
    return columns.index.intern(utf8Text(utf8(id)))
  }
}
