// `trustnet topology`: the network as this node sees it.
import { BaseCommand } from '../base-command.ts'
import { renderTopology } from '../render/node.ts'

export default class Topology extends BaseCommand {
  static override summary = 'Nodes and edges of the network as this node sees it.'

  override async run(): Promise<void> {
    const { flags } = await this.parse(Topology)
    const topology = await (await this.api(flags)).topology()
    this.print(flags, topology, renderTopology)
  }
}
