// `trustnet update`: the newest version from the registry, taken back when the node is not healthy.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../base-command.ts'
import { renderChecked, renderUpdated } from '../render/service.ts'

export default class Update extends BaseCommand {
  static override summary = 'Install the newest version and restart the provisioned node with it.'
  static override description =
    'The old version stays beside it: when the node is not healthy in time, the old one runs again and the new one is not tried by itself any more.'
  static override flags = {
    check: Flags.boolean({ description: 'only say whether there is a newer version' }),
    to: Flags.string({ description: 'this version instead of the newest', helpValue: 'VERSION' }),
    registry: Flags.string({
      description: "the registry [default: the service's]",
      helpValue: 'URL',
    }),
    within: Flags.integer({
      description:
        'seconds that the node may take to be healthy [default: 60, or as an interrupted update was given]',
      min: 1,
      max: 3_600,
    }),
    // Said by the timer: leaves versions out that were rolled back.
    automatic: Flags.boolean({ hidden: true, default: false }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Update)
    const { checkForUpdate, update } = await import('../provision/update.ts')
    if (flags.check) return this.print(flags, await checkForUpdate(flags), renderChecked)
    const { steps } = await import('../provision/steps.ts')
    const told = steps(flags.json, (answer) => this.line(answer))
    this.print(flags, await update(flags, told), renderUpdated)
  }
}
