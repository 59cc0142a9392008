// `trustnet experiment merge`: the tables of an experiment whose runs ran elsewhere.
import * as Args from '@oclif/core/args'
import { BaseCommand } from '../../base-command.ts'
import { reportFlag } from '../../experiment/words.ts'

export default class ExperimentMerge extends BaseCommand {
  static override summary = 'make the tables of runs that ran one by one'
  static override description =
    'Writes results.csv, results.parquet, summary.json and the report from the runs in the folder: byte for byte what `experiment run` writes. Fails when runs are missing, after it has written what is there.'
  static override examples = ['<%= config.bin %> experiment merge plan']
  static override args = {
    folder: Args.string({
      description: 'a folder of `experiment plan` or `experiment run`',
      required: true,
      ignoreStdin: true,
    }),
  }

  static override flags = { report: reportFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ExperimentMerge)
    const { mergeResults } = await import('../../experiment/run-command.ts')
    const { answer, text } = await mergeResults(args.folder, flags.report)
    this.print(flags, answer, () => text)
  }
}
