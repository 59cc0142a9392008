// What a service's flags say of the settings of its node: they go before variables and settings.json, so
// whoever shows or writes settings for its home has to know them.
import { type Ruling, type SettingName, settings, type Value } from '../settings.ts'
import type { Service } from './service.ts'

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
