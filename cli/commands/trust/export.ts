// `trustnet trust export`: own ratings in the form that `trust compute` and `trust import` read.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { csvOf, ratingsOf } from '../../ratings.ts'
import { authorFlags, overlayFlag } from '../../words.ts'

export default class TrustExport extends BaseCommand {
  static override summary = 'Your ratings as CSV (as trust compute reads it) or JSON.'
  static override examples = [
    '<%= config.bin %> trust export > ratings.csv',
    '<%= config.bin %> trust export --all | trustnet trust compute - --root 12D3KooW…',
  ]
  static override flags = {
    author: authorFlags.author,
    all: authorFlags.all,
    overlay: overlayFlag,
    format: Flags.option({
      options: ['csv', 'json'] as const,
      default: 'csv',
      description: 'how to write them',
    })(),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(TrustExport)
    const page = await ratingsOf(await this.api(flags), 'ratings', { ...flags, limit: Infinity })
    const json = flags.json || flags.format === 'json'
    this.print({ ...flags, json }, { ratings: page.ratings }, csvOf)
  }
}
