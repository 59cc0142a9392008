// `trustnet experiment report`: the report of a results folder, made anew.
import * as Args from '@oclif/core/args'
import { BaseCommand } from '../../base-command.ts'

export default class ExperimentReport extends BaseCommand {
  static override summary = 'make the report of an experiment anew'
  static override description =
    'Writes report.html and plots/ (each plot as SVG, its data as CSV, its vega-lite specification) from the runs that the folder holds. The same results give the same bytes.'
  static override examples = ['<%= config.bin %> experiment report results/flood']
  static override args = {
    folder: Args.string({
      description: 'a folder that `experiment run --out` wrote',
      required: true,
      ignoreStdin: true,
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ExperimentReport)
    const { reportOn } = await import('../../experiment/report-command.ts')
    this.print(flags, await reportOn(args.folder), ({ report, files }) =>
      [`Report: ${report}`, `${files.length - 1} files of plots beside it.`].join('\n'),
    )
  }
}
