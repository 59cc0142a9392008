// `trustnet config unset`: takes a setting of the home back.
import * as Args from '@oclif/core/args'
import { BaseCommand } from '../../base-command.ts'
import { homeOf } from '../../home.ts'
import { keepSetting, settingNamed, settingNames, textOf } from '../../settings.ts'

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
    const name = settingNamed(args.name)
    await keepSetting(home, name, undefined)
    const { overruledBy } = await import('../../provision/service-settings.ts')
    const overruled = await overruledBy(home, name)
    const counts =
      overruled === undefined
        ? 'a variable or the default counts'
        : `the service's --${name} ${textOf(overruled.value)} counts, as it did before`
    this.print(
      flags,
      { home, name, ...(overruled && { overruled }) },
      () =>
        `${name} is no longer set here: from the next start on ${counts} (config show --origin).`,
    )
  }
}
