// What a service's flags say of the settings of its node: they go before variables and settings.json, so
// whoever shows or writes settings for its home has to know them.
import { type Ruling, type SettingName, settings, settingValue, type Value } from '../settings.ts'
import { readService, type Service } from './service.ts'
import { systemHome } from './system-home.ts'

const isSetting = (name: string): name is SettingName => Object.hasOwn(settings, name)

/** The settings among the flags that `provision` wrote down. */
export function settingsOf({ arguments: words }: Pick<Service, 'arguments'>): Ruling {
  const said: Partial<Record<SettingName, Value>> = {}
  for (let i = 0; i + 1 < words.length; i += 2) {
    const [name, text] = [words[i]!.replace(/^--/, ''), words[i + 1]!]
    // --join is none.
    if (!isSetting(name)) continue
    const { kind } = settings[name]
    if (kind === 'list') said[name] = [...((said[name] as readonly string[]) ?? []), text]
    else said[name] = kind === 'port' ? Number(text) : text
  }
  return said
}

/**
 * What the service of a home rules; nothing where there is none.
 *
 * @throws Failure `service/malformed`
 */
export async function ruledByService(home: string): Promise<Ruling> {
  const service = await readService(home)
  return service === undefined ? {} : settingsOf(service)
}

/** A service's flag that goes before what `config set` writes. */
export interface Overruled {
  readonly origin: 'service'
  /** What the node is started with all the same. */
  readonly value: Value
}

/** Does the service of a home go before the home's own setting? A service that cannot be read is doctor's to tell. */
export async function overruledBy(home: string, name: SettingName): Promise<Overruled | undefined> {
  const { [name]: value } = await ruledByService(home).catch((): Ruling => ({}))
  return value === undefined ? undefined : { origin: 'service', value }
}

/** The command with which a service gets another value. @param text as `config set` takes it */
export async function rulingCommand(home: string, name: SettingName, text: string) {
  const { locateHome } = await import('../../src/runtime/home/location.ts')
  const isMeant = home === systemHome || home === locateHome(undefined).folder
  const values = [settingValue(name, text, 'the command line')].flat()
  return [
    'trustnet provision',
    ...values.map((value) => `--${name} ${value}`),
    ...(isMeant ? [] : [`--home ${home}`]),
  ].join(' ')
}
