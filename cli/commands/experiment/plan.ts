// `trustnet experiment plan`: what `experiment run` would run, laid out for many machines.
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { seedsFlag, setFlag } from '../../experiment/words.ts'

export default class ExperimentPlan extends BaseCommand {
  static override summary = 'lay an experiment out as single runs, for a cluster'
  static override description =
    'Writes manifest.csv with one row a run, job.sbatch (a Slurm job array) and parallel.sh (GNU parallel) into the folder. When the runs are done, `experiment merge` makes the tables.'
  static override examples = ['<%= config.bin %> experiment plan breaking-point --out plan']
  static override args = {
    scenario: Args.string({
      description: 'a preset or a scenario file',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    set: setFlag,
    seeds: seedsFlag,
    out: Flags.string({ description: 'the folder to write', required: true, helpValue: 'DIR' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ExperimentPlan)
    const { planExperiment, renderPlanned } = await import('../../experiment/plan-experiment.ts')
    this.print(flags, await planExperiment(args.scenario, flags), renderPlanned)
  }
}
