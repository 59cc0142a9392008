// `trustnet node status`: the same page as `trustnet status`.
import { BaseCommand } from '../../base-command.ts'
import { renderStatus } from '../../render/node.ts'

export default class NodeStatus extends BaseCommand {
  static override summary = 'The node that runs here, in one page.'

  override async run(): Promise<void> {
    const { flags } = await this.parse(NodeStatus)
    const status = await (await this.api(flags)).status()
    this.print(flags, status, renderStatus)
  }
}
