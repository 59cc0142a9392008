// `trustnet config set`: a setting in the home, which the next start takes.
import * as Args from '@oclif/core/args'
import { BaseCommand } from '../../base-command.ts'
import { homeOf } from '../../home.ts'
import { keepSetting, settingNamed, settingNames, textOf } from '../../settings.ts'

export default class ConfigSet extends BaseCommand {
  static override summary = 'Write a setting into the home; the next start takes it.'
  static override examples = [
    'trustnet config set owner ada',
    'trustnet config set listen /ip4/0.0.0.0/tcp/4001,/ip6/::/tcp/4001',
  ]
  static override args = {
    name: Args.string({
      required: true,
      ignoreStdin: true,
      description: `one of ${settingNames.join(', ')}`,
    }),
    value: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'the value; lists with commas',
    }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigSet)
    const home = await homeOf(flags)
    const name = settingNamed(args.name)
    await keepSetting(home, name, args.value)
    const { overruledBy, rulingCommand } = await import('../../provision/service-settings.ts')
    const overruled = await overruledBy(home, name)
    const command = await rulingCommand(home, name, args.value)
    const answer = { home, name, value: args.value, ...(overruled && { overruled }) }
    this.print(flags, answer, () =>
      overruled === undefined || textOf(overruled.value) === args.value
        ? `${name} is ${args.value} from the next start on.`
        : `${name} is ${args.value} in the home, but its service is started with --${name} ${textOf(overruled.value)}, which goes before: '${command}' changes that.`,
    )
  }
}
