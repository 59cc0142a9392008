// `trustnet config show`: what a node in this home starts with.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { homeOf } from '../../home.ts'
import { table } from '../../render/table.ts'
import { type Settled, settings, settle, textOf } from '../../settings.ts'

export default class ConfigShow extends BaseCommand {
  static override summary = 'What a node in this home starts with.'
  static override description =
    'A flag of `node start`, or of the service that `provision` set up, goes before a variable (TRUSTNET_OWNER, …), that before settings.json in the home, that before the default.'
  static override flags = {
    origin: Flags.boolean({ description: 'also where each value comes from', default: false }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(ConfigShow)
    const { locateHome } = await import('../../../src/runtime/home/location.ts')
    const folder = await homeOf(flags)
    const located = locateHome(flags.home)
    // Neither flag nor variable named it: a devnet's node, or the home of the machine's service.
    const origin = located.folder === folder ? located.origin : 'service'
    const { ruledByService } = await import('../../provision/service-settings.ts')
    const ruling = await ruledByService(folder)
    const settled = (await settle(folder, {}, process.env, ruling)).map((one) => ({
      ...one,
      value: one.value ?? null,
    }))
    const answer = { home: folder, homeOrigin: origin, settings: settled }
    this.print(flags, answer, () =>
      table<Omit<Settled, 'value'> & { value: NonNullable<Settled['value']> | null }>(
        [
          { name: 'home' as Settled['name'], value: folder, origin, from: '' },
          ...settled,
        ] as typeof settled,
        [
          { title: 'setting', of: ({ name }) => name },
          { title: 'value', of: ({ value }) => (value === null ? '–' : textOf(value)) },
          ...(flags.origin
            ? [
                {
                  title: 'from',
                  of: (one: { origin: string; from: string }) =>
                    one.from === '' ? one.origin : `${one.origin} (${one.from})`,
                },
              ]
            : []),
          { title: '', of: ({ name }) => settings[name]?.says ?? '' },
        ],
        '',
      ),
    )
  }
}
