// `trustnet experiment list`: the presets, and the routers and attacks that scenarios are made of.
import { BaseCommand } from '../../base-command.ts'
import { catalogue } from '../../experiment/catalogue.ts'
import { renderCatalogue } from '../../render/experiment.ts'

export default class ExperimentList extends BaseCommand {
  static override summary = 'the presets, and the routers and attacks to make scenarios of'
  static override examples = ['<%= config.bin %> experiment list']

  override async run(): Promise<void> {
    const { flags } = await this.parse(ExperimentList)
    this.print(flags, await catalogue(), renderCatalogue)
  }
}
