// What an import did, or would do, for people.
import { table } from './table.ts'
import { nameOf } from './words.ts'

export interface Imported {
  readonly file: string
  readonly author: string
  readonly dryRun: boolean
  readonly imported: number
  readonly unchanged: number
  readonly unknown: readonly string[]
  readonly ratings: readonly {
    readonly id: string
    readonly peer: { readonly nodeId: string; readonly owner: string }
    readonly overlay: string
    readonly value: string
  }[]
}

export function renderImport(done: Imported): string {
  const { author, dryRun, imported, unchanged, unknown, ratings } = done
  const listed = table(
    ratings,
    [
      { title: 'id', of: ({ id }) => id },
      { title: 'peer', of: ({ peer }) => nameOf(peer) },
      { title: 'overlay', of: ({ overlay }) => overlay },
      { title: 'value', of: ({ value }) => value, right: true },
    ],
    'Nothing new.',
  )
  const sum = dryRun
    ? `Would import ${ratings.length} ratings of ${author}`
    : `Imported ${imported} ratings of ${author}`
  const left = unknown.length === 0 ? '' : `, ${unknown.length} ids are no peer known here`
  return `${listed}\n${sum}; ${unchanged} hold already${left}.`
}
