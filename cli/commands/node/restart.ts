// `trustnet node restart`: asks the running node to leave gracefully and to start anew, and waits until it serves.
import { setTimeout as delay } from 'node:timers/promises'
import { isProcess } from '../../../src/api/connection-file.ts'
import { Failure } from '../../../src/core/failure.ts'
import { BaseCommand } from '../../base-command.ts'
import { findNode } from '../../home.ts'
import { statusOf } from '../../provision/health.ts'

const askEveryMs = 50

export default class NodeRestart extends BaseCommand {
  static override summary = 'Restart the node that runs here, with its settings as they are now.'
  static override description =
    'The same process with the same program: what a flag of its start says stays, what config set or keys succeed changed is taken up. Commands and open dashboards find it where it was.'

  override async run(): Promise<void> {
    const { flags } = await this.parse(NodeRestart)
    const api = await this.api(flags)
    const { home, connection } = await findNode(flags)
    const { startedAt, pid } = await api.status()
    await api.restart()
    const until = performance.now() + flags.timeout * 1_000
    for (;;) {
      const status = await statusOf(home)
      if (status !== undefined && status.startedAt > startedAt) {
        const { nodeId, peerId } = status
        return this.print(
          flags,
          { restarted: true, pid, home, nodeId, peerId },
          (answer) => `Restarted (process ${answer.pid}): node ${answer.nodeId}.`,
        )
      }
      // It could not start anew, and told its log why.
      if (!isProcess(pid)) throw new Failure('node/not-restarted', { home })
      if (performance.now() > until)
        throw new Failure('api/timeout', { url: connection?.url ?? home, seconds: flags.timeout })
      await delay(askEveryMs)
    }
  }
}
