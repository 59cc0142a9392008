// `trustnet route listen`: what arrives for the keys that this node roots, as it arrives.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { findNode, notRunning } from '../../home.ts'
import { renderEvent } from '../../render/route.ts'

export default class RouteListen extends BaseCommand {
  static override summary =
    'Show messages as they arrive for the keys of this node (or other events).'
  static override examples = [
    '<%= config.bin %> route listen',
    '<%= config.bin %> route listen --all --json',
    '<%= config.bin %> route listen --count 1',
    '<%= config.bin %> route listen --topic chat',
  ]
  static override flags = {
    topic: Flags.string({
      description: 'messages of this topic alone',
      exclusive: ['all'],
      helpValue: 'TOPIC',
    }),
    all: Flags.boolean({ description: 'every kind of event' }),
    count: Flags.integer({ description: 'end after so many', min: 1, helpValue: 'N' }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(RouteListen)
    const api = await this.api(flags)
    let left = flags.count ?? Number.POSITIVE_INFINITY
    for await (const event of api.events(flags.all ? [] : ['delivered'])) {
      if (!isWanted(event, flags.topic)) continue
      this.print(flags, event, renderEvent)
      left--
      if (left <= 0) return
    }
    // The stream ends with the node.
    throw await notRunning((await findNode(flags)).home)
  }
}

const isWanted = (
  event: { readonly event: string; readonly topic?: string | null },
  topic: string | undefined,
): boolean => topic === undefined || event.topic === topic
