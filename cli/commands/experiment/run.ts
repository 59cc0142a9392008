// `trustnet experiment run`: a scenario from beginning to end, or one run of a manifest.
import { availableParallelism } from 'node:os'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { memoryFlag, reportFlag, seedsFlag, setFlag } from '../../experiment/words.ts'

export default class ExperimentRun extends BaseCommand {
  static override summary = 'run an experiment and write its results'
  static override description =
    'Writes results.csv, results.parquet, summary.json and a report into the folder. Ctrl-C keeps what is finished, --resume goes on. The same scenario and seed give the same bytes with any number of workers.'
  static override examples = [
    '<%= config.bin %> experiment run flood --seeds 10 --out flood',
    '<%= config.bin %> experiment run flood --set attack.attackEdgesPerHonest=1 --json',
    '<%= config.bin %> experiment run --manifest plan/manifest.csv --index 7',
  ]
  static override args = {
    scenario: Args.string({
      description: 'a preset or a scenario file',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    set: setFlag,
    seeds: seedsFlag,
    workers: Flags.integer({
      description: 'runs at a time, each on a thread of its own [default: one a core]',
      default: async () => availableParallelism(),
      noCacheDefault: true,
      min: 1,
      max: 256,
    }),
    out: Flags.string({
      description: 'the folder of the results [default: results/NAME]',
      helpValue: 'DIR',
    }),
    resume: Flags.boolean({ description: 'run only what the folder does not hold yet' }),
    memory: memoryFlag,
    report: reportFlag,
    manifest: Flags.string({
      description: 'a manifest of `experiment plan`: run one of its runs',
      helpValue: 'FILE',
      exclusive: ['set', 'seeds', 'out', 'resume'],
      dependsOn: ['index'],
    }),
    index: Flags.integer({
      description: 'which run of the manifest; nothing happens when it is done',
      min: 0,
      dependsOn: ['manifest'],
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ExperimentRun)
    const { runFromCommandLine } = await import('../../experiment/run-command.ts')
    const ended = await runFromCommandLine(args.scenario, flags)
    if (ended !== undefined) this.print(flags, ended.answer, () => ended.text)
  }
}
