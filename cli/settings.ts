// What a node runs with, and where each value comes from: a flag of `node start`, which for a service is
// one of `provision`, else a variable of the environment, else settings.json in the home (`trustnet
// config set`), else the default. One table, which `config show --origin` prints.
import { join } from 'node:path'
import { Failure } from '../src/core/failure.ts'

export type Value = string | number | boolean | readonly string[]

interface Setting {
  readonly says: string
  readonly kind: 'text' | 'list' | 'port' | 'switch'
  readonly options?: readonly string[]
  /** Undefined: the node chooses. */
  readonly default: Value | undefined
}

/** By the flag's name; TRUSTNET_ and the name in capitals is the variable. */
export const settings = {
  overlay: { says: 'overlays to take part in', kind: 'list', default: ['social'] },
  listen: { says: 'multiaddrs to listen on', kind: 'list', default: undefined },
  owner: { says: 'a name for people', kind: 'text', default: '' },
  petname: {
    says: 'names of your own for peers, as NAME=PEERID',
    kind: 'list',
    default: undefined,
  },
  policy: {
    says: 'how the routing tables are filled',
    kind: 'text',
    options: ['distnet', 'pastry', 'trustnet'],
    default: 'trustnet',
  },
  router: { says: 'who looks keys up', kind: 'text', options: ['trust', 'kad'], default: 'trust' },
  store: {
    says: 'the store engine of a new home',
    kind: 'text',
    options: ['rocksdb', 'classic-level'],
    default: undefined,
  },
  'api-port': { says: 'port of the API on loopback; 0: a free one', kind: 'port', default: 0 },
  mdns: { says: 'find nodes on the LAN', kind: 'switch', default: false },
  relay: {
    says: 'relay for nodes that the Internet does not reach, while it reaches this one',
    kind: 'switch',
    default: true,
  },
  upnp: { says: 'ask the router for a port, unless on loopback', kind: 'switch', default: true },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof settings
export const settingNames = Object.keys(settings) as SettingName[]

/** What the flags of a home's service say, by name. */
export type Ruling = Readonly<Partial<Record<SettingName, Value>>>

export type Origin = 'flag' | 'service' | 'environment' | 'file' | 'default'
export interface Settled {
  readonly name: SettingName
  readonly value: Value | undefined
  readonly origin: Origin
  /** The flag, variable or file that said so; '' for a default. */
  readonly from: string
}

export const variableOf = (name: string): string =>
  `TRUSTNET_${name.toUpperCase().replaceAll('-', '_')}`

/**
 * An environment without any variable of ours: for nodes whose flags say all that they are to be, a
 * devnet's and a service's. What is set for the node of whoever starts them is not meant for them.
 */
export const withoutSettings = <E extends Readonly<Record<string, string | undefined>>>(
  environment: E,
): E =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('TRUSTNET_')),
  ) as E

/** @throws Failure `settings/unknown` */
export function settingNamed(name: string): SettingName {
  if (Object.hasOwn(settings, name)) return name as SettingName
  throw new Failure('settings/unknown', { name, known: settingNames })
}

/**
 * The value that a text means.
 *
 * @throws Failure `settings/bad-value`
 */
export function settingValue(name: SettingName, text: string, origin: string): Value {
  const setting: Setting = settings[name]
  const bad = (why: string) => new Failure('settings/bad-value', { name, text, why, origin })
  if (setting.options !== undefined && !setting.options.includes(text))
    throw bad(`it is one of ${setting.options.join(', ')}`)
  if (setting.kind === 'text') return text
  if (setting.kind === 'list') {
    const words = text.split(',').map((word) => word.trim())
    if (words.includes('')) throw bad('a list has commas between words')
    return words
  }
  if (setting.kind === 'switch') {
    if (text !== 'true' && text !== 'false') throw bad('it is true or false')
    return text === 'true'
  }
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw bad('a port is 0 to 65535')
  return Number(text)
}

/** A value as `settingValue` reads it. */
export const textOf = (value: Value | undefined): string =>
  value === undefined ? '' : Array.isArray(value) ? value.join(',') : String(value)

const settingsFile = (home: string): string => join(home, 'settings.json')

/** What the file of a home says; a value that is none of a setting's is refused when it is used. */
async function written(home: string): Promise<Readonly<Record<string, unknown>>> {
  const { readDocument } = await import('../src/runtime/home/home.ts')
  return (await readDocument(settingsFile(home))) ?? {}
}

/**
 * Every setting with its origin.
 *
 * @param flags what the command line gave, by name; undefined where it gave nothing
 * @param service what the home's service is started with, for whoever asks about its node; a start
 *   itself has that as flags
 * @throws Failure `settings/bad-value`, `settings/unknown`, `home/malformed`
 */
export async function settle(
  home: string,
  flags: Readonly<Partial<Record<SettingName, Value | undefined>>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  service: Ruling = {},
): Promise<readonly Settled[]> {
  const file = await written(home)
  for (const name of Object.keys(file)) settingNamed(name)
  return settingNames.map((name): Settled => {
    const flag = flags[name]
    if (flag !== undefined) return { name, value: flag, origin: 'flag', from: `--${name}` }
    const ruled = service[name]
    if (ruled !== undefined) return { name, value: ruled, origin: 'service', from: `--${name}` }
    const variable = variableOf(name)
    const set = environment[variable]
    if (set !== undefined && set !== '')
      return {
        name,
        value: settingValue(name, set, variable),
        origin: 'environment',
        from: variable,
      }
    if (name in file) {
      const from = settingsFile(home)
      return {
        name,
        value: settingValue(name, textOf(file[name] as Value), from),
        origin: 'file',
        from,
      }
    }
    return { name, value: settings[name].default, origin: 'default', from: '' }
  })
}

/**
 * Writes or, with undefined, takes back a value in the file of a home.
 *
 * @throws Failure `settings/bad-value`, `home/malformed`, `home/unusable`, and what a start refuses of the value
 */
export async function keepSetting(
  home: string,
  name: SettingName,
  text: string | undefined,
): Promise<void> {
  const { [name]: _, ...others } = await written(home)
  const value = text === undefined ? undefined : settingValue(name, text, 'the command line')
  const kept = value === undefined ? undefined : await judged(name, value)
  const { makeHome, writeDocument } = await import('../src/runtime/home/home.ts')
  await makeHome(home)
  await writeDocument(settingsFile(home), { ...others, [name]: kept })
}

/**
 * The value as it is written down. One that no start would take is refused: the rules are the start's own. A
 * module of one's own runs in the node alone, so its path is written down whole and its content is not looked at.
 */
async function judged(name: SettingName, value: Value): Promise<Value> {
  const words = [value].flat() as readonly string[]
  if (name === 'petname') {
    const { petnamesOf } = await import('../src/core/petname.ts')
    petnamesOf(words)
  } else if (name === 'overlay') {
    const { fixedOverlay, judgeOverlays } = await import('../src/runtime/overlays.ts')
    judgeOverlays(words)
    return words.map(fixedOverlay)
  } else if (name === 'listen' || name === 'owner') {
    const { judgeSettings } = await import('../src/runtime/settings.ts')
    await judgeSettings(name === 'listen' ? { listen: words } : { owner: words[0]! })
  }
  return value
}

/** The flags of `node start`, with what environment, file and defaults say where they are silent. */
export async function settledFlags<F extends { readonly home: string | undefined }>(flags: F) {
  const { locateHome } = await import('../src/runtime/home/location.ts')
  const given = flags as Readonly<Partial<Record<SettingName, Value | undefined>>>
  const settled = await settle(locateHome(flags.home).folder, given)
  const values = Object.fromEntries(settled.map(({ name, value }) => [name, value]))
  return { ...flags, ...(values as unknown as SettledValues) }
}

interface SettledValues {
  readonly overlay: readonly string[]
  readonly listen: readonly string[] | undefined
  readonly owner: string
  readonly petname: readonly string[] | undefined
  readonly policy: string
  readonly router: string
  readonly store: string | undefined
  readonly 'api-port': number
  readonly mdns: boolean
  readonly relay: boolean
  readonly upnp: boolean
}
