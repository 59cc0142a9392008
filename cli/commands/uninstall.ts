// `trustnet uninstall`: takes a provisioned node's service away; its key stays unless told.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../base-command.ts'
import { renderUninstalled } from '../render/service.ts'

export default class Uninstall extends BaseCommand {
  static override summary = 'Stop the provisioned node and remove its service and programs.'
  static override description =
    'The home stays with the key, the settings and the data: provision it again and it is the same node.'
  static override flags = {
    'delete-data': Flags.boolean({
      description: 'also delete the store and the log: peers send back what was final',
      default: false,
    }),
    'delete-keys': Flags.boolean({
      description: 'also delete the key: the node and its reputation are gone for good',
      default: false,
    }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Uninstall)
    const { uninstall } = await import('../provision/uninstall.ts')
    const { steps } = await import('../provision/steps.ts')
    const told = steps(flags.json, (answer) => this.line(answer))
    this.print(flags, await uninstall(flags, told), renderUninstalled)
  }
}
