// `trustnet peers`: the nodes that this one knows.
import { BaseCommand } from '../base-command.ts'
import { renderPeers } from '../render/node.ts'

export default class Peers extends BaseCommand {
  static override summary = 'The peers that this node knows: state, round trip, trust.'

  override async run(): Promise<void> {
    const { flags } = await this.parse(Peers)
    const peers = await (await this.api(flags)).nodes()
    this.print(flags, peers, renderPeers)
  }
}
