// `trustnet trust import`: one author's ratings in a file become entries of one's own Trustchain.
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { Failure } from '../../../src/core/failure.ts'
import { BaseCommand } from '../../base-command.ts'
import { readRatingFile } from '../../compute/rating-source.ts'
import { carryOut, planImport, readingOf, readNames } from '../../rating-import.ts'
import { renderImport } from '../../render/import.ts'
import { overlayFlag, reasonFlag } from '../../words.ts'

export default class TrustImport extends BaseCommand {
  static override summary =
    "Ratings of one author in a file become yours: signed, everybody's to read."
  static override examples = [
    '<%= config.bin %> trust import ratings.csv --as anna --dry-run',
    '<%= config.bin %> trust import soc-sign-bitcoinotc.csv.gz --format snap-signed --map sign:0.8 --as 35 --names peers.csv',
  ]
  static override args = {
    file: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'ratings as trust compute reads them, gz too; - reads standard input',
    }),
  }
  static override flags = {
    as: Flags.string({
      description: 'the author in the file whose ratings become yours',
      helpValue: 'ID',
    }),
    names: Flags.string({
      description: 'which peer an id means: lines id,peer',
      helpValue: 'FILE',
    }),
    format: Flags.string({
      description: 'csv, snap, snap-signed, konect or metis',
      default: 'csv',
    }),
    map: Flags.string({ description: 'linear, half or sign:0.8: how values become trust' }),
    weight: Flags.string({ description: 'trust of an edge without a value [default: 0.8]' }),
    overlay: overlayFlag,
    reason: reasonFlag,
    'dry-run': Flags.boolean({ description: 'show what would be imported and sign nothing' }),
    'skip-unknown': Flags.boolean({ description: 'leave out ids that are no peer known here' }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TrustImport)
    const { as, overlay, reason, 'dry-run': dryRun, 'skip-unknown': skip } = flags
    const table = await readRatingFile(args.file, readingOf(flags))
    const names =
      flags.names === undefined ? new Map<string, string>() : await readNames(flags.names)
    const api = await this.api(flags)
    const plan = await planImport(api, table, { file: args.file, as, overlay, names })
    if (plan.unknown.length > 0 && !skip && !dryRun)
      throw new Failure('cli/unknown-subjects', { file: args.file, names: plan.unknown })
    const imported = dryRun ? 0 : await carryOut(api, plan, reason)
    const { author, unchanged, unknown, planned: ratings } = plan
    const done = { file: args.file, author, dryRun, imported, unchanged, unknown, ratings }
    this.print(flags, done, renderImport)
  }
}
