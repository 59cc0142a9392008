// `trustnet node stop`: asks the running node to leave gracefully, and waits until it has.
import { BaseCommand } from '../../base-command.ts'
import { awaitExit } from '../../exit.ts'
import { findNode, notRunning } from '../../home.ts'

export default class NodeStop extends BaseCommand {
  static override summary = 'Stop the node that runs here.'

  override async run(): Promise<void> {
    const { flags } = await this.parse(NodeStop)
    const { connection, home } = await findNode(flags)
    if (connection === undefined) throw await notRunning(home)
    await (await this.api(flags)).stop()
    await awaitExit(connection, flags.timeout)
    this.print(
      flags,
      { stopped: true, pid: connection.pid, home },
      ({ pid }) => `Stopped (process ${pid}).`,
    )
  }
}
