// `trustnet node supervise`: keeps the provisioned node of a home running, in the foreground.
import { BaseCommand } from '../../base-command.ts'

export default class NodeSupervise extends BaseCommand {
  static override summary = 'Keep a provisioned node running where there is no systemd.'
  static override description =
    'In the foreground, as the first process of a container can be. A crash is followed by a new start; the log lies in the home and stays bounded. SIGHUP restarts the node, SIGTERM ends both. `trustnet provision` starts it by itself.'

  override async run(): Promise<void> {
    const { flags } = await this.parse(NodeSupervise)
    const { supervise } = await import('../../provision/supervise.ts')
    process.exitCode = await supervise(flags.home, (answer) => this.line(answer))
  }
}
