// `trustnet config unset`: takes a setting of the home back.
import * as Args from '@oclif/core/args'
import { BaseCommand } from '../../base-command.ts'
import { homeOf } from '../../home.ts'
import { keepSetting, settingNamed, settingNames } from '../../settings.ts'

export default class ConfigUnset extends BaseCommand {
  static override summary = 'Take a setting of the home back.'
  static override args = {
    name: Args.string({
      required: true,
      ignoreStdin: true,
      description: `one of ${settingNames.join(', ')}`,
    }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigUnset)
    const home = await homeOf(flags)
    await keepSetting(home, settingNamed(args.name), undefined)
    this.print(
      flags,
      { home, name: args.name },
      () =>
        `${args.name} is no longer set here: from the next start on a variable or the default counts (config show --origin).`,
    )
  }
}
