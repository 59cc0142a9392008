// `trustnet experiment validate`: is a scenario right, and what would run?
import * as Args from '@oclif/core/args'
import { BaseCommand } from '../../base-command.ts'
import { validated } from '../../experiment/catalogue.ts'
import { seedsFlag, setFlag } from '../../experiment/words.ts'
import { renderValidated } from '../../render/experiment.ts'

export default class ExperimentValidate extends BaseCommand {
  static override summary = 'check a scenario without running it'
  static override description =
    'Names the line, the field and the allowed values of every mistake, and looks whether the file of its graph is there. Modules of your own are loaded, and their options looked at.'
  static override examples = [
    '<%= config.bin %> experiment validate my-flood.yaml',
    '<%= config.bin %> experiment validate real-people --set graph.file=otc.csv.gz',
  ]
  static override args = {
    scenario: Args.string({
      description: 'a scenario file or a preset',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = { set: setFlag, seeds: seedsFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ExperimentValidate)
    this.print(flags, await validated(args.scenario, flags), renderValidated)
  }
}
