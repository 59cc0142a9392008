// `trustnet experiment compare`: what changed from one experiment to another.
import * as Args from '@oclif/core/args'
import { BaseCommand } from '../../base-command.ts'

const folder = { required: true, ignoreStdin: true } as const

export default class ExperimentCompare extends BaseCommand {
  static override summary = 'compare the results of two experiments'
  static override description =
    'Routers with the same parameters are compared: success, hops and messages, second minus first, with 95% intervals of the differences. The same seeds on both sides are compared one by one; one seed on a side has no interval.'
  static override examples = ['<%= config.bin %> experiment compare before after']
  static override args = {
    first: Args.string({ description: 'a folder with results', ...folder }),
    second: Args.string({ description: 'another one', ...folder }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ExperimentCompare)
    const { compareFolders } = await import('../../experiment/compare-folders.ts')
    const { renderComparison } = await import('../../experiment/render.ts')
    this.print(flags, await compareFolders(args.first, args.second), renderComparison)
  }
}
