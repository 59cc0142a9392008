// `trustnet experiment live`: a scenario's lookups over the devnet that runs, beside the simulator's.
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { renderLive } from '../../experiment/live/render.ts'
import { setFlag } from '../../experiment/words.ts'

export default class ExperimentLive extends BaseCommand {
  static override summary = 'measure a running devnet as the simulator measures a scenario'
  static override description =
    'Takes the lookups and the router from the scenario, and people, places, ratings and attackers from the devnet that runs (trustnet devnet up --adversary …). The simulator measures a world of the very same nodes.'
  static override examples = [
    '<%= config.bin %> devnet up -n 30 --policy pastry --ratings complete:0.9 --adversary misroute:6',
    '<%= config.bin %> experiment live droppers --set workload.lookups=300',
  ]
  static override args = {
    scenario: Args.string({
      description: 'a preset or a scenario file',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    set: setFlag,
    at: Flags.integer({ description: 'lookups at a time', default: 8, min: 1, max: 64 }),
    out: Flags.string({
      description: 'a folder for live.json: both sides, each share with its 95% interval',
      helpValue: 'DIR',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ExperimentLive)
    const { runLive } = await import('../../experiment/live/run-live.ts')
    const answer = await runLive(args.scenario, flags, (text) => this.remark(text))
    if (flags.out !== undefined) {
      const { writeLive } = await import('../../experiment/live/write-live.ts')
      await writeLive(answer, flags.out)
    }
    this.print(flags, answer, renderLive)
  }
}
