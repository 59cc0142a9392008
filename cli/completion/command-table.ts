// Every command with its flags and arguments, from the classes themselves: what completions and the
// manual are made from, so that neither can be behind the commands.

export interface FlagEntry {
  readonly name: string
  readonly says: string
  readonly takesValue: boolean
  readonly valueName: string
  readonly options: readonly string[]
  readonly multiple: boolean
  readonly required: boolean
  /** It has a --no- form. */
  readonly allowNo: boolean
}

export interface CommandEntry {
  /** `trust set` */
  readonly id: string
  readonly summary: string
  readonly description: string
  readonly examples: readonly string[]
  readonly arguments: readonly {
    readonly name: string
    readonly says: string
    readonly required: boolean
  }[]
  readonly flags: readonly FlagEntry[]
}

interface FlagClass {
  readonly type: 'option' | 'boolean'
  readonly description?: string
  readonly summary?: string
  readonly options?: readonly string[]
  readonly multiple?: boolean
  readonly required?: boolean
  readonly allowNo?: boolean
  readonly hidden?: boolean
  readonly helpGroup?: string
  readonly helpValue?: string | readonly string[]
}

interface LoadedCommand {
  /** `trust:set` */
  readonly id: string
  readonly summary?: string
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly hidden?: boolean
  readonly args?: Readonly<
    Record<
      string,
      { readonly description?: string; readonly required?: boolean; readonly hidden?: boolean }
    >
  >
  readonly flags?: Readonly<Record<string, FlagClass>>
}

const flagsOf = (flags: readonly (readonly [string, FlagClass])[]): readonly FlagEntry[] =>
  flags
    .filter(([, flag]) => flag.hidden !== true)
    .map(([name, flag]) => ({
      name,
      says: flag.summary ?? flag.description ?? '',
      takesValue: flag.type === 'option',
      valueName: String(flag.helpValue ?? 'VALUE'),
      options: flag.options ?? [],
      multiple: flag.multiple ?? false,
      required: flag.required ?? false,
      allowNo: flag.allowNo ?? false,
    }))

export interface CommandTable {
  readonly commands: readonly CommandEntry[]
  /** The flags that every command has. */
  readonly everywhere: readonly FlagEntry[]
  readonly topics: Readonly<Record<string, string>>
}

/** What oclif knows once every command is loaded. */
interface Known {
  readonly commands: readonly unknown[]
  readonly topics: readonly { readonly name: string; readonly description?: string | undefined }[]
}

const isEverywhere = ([, { helpGroup }]: readonly [string, FlagClass]): boolean =>
  helpGroup === 'GLOBAL'

function entryOf({ id, summary, description, examples, args, flags }: LoadedCommand): CommandEntry {
  return {
    id: id.replaceAll(':', ' '),
    summary: summary ?? '',
    description: description ?? '',
    examples: (examples ?? []).map((said) =>
      String(said).replaceAll('<%= config.bin %>', 'trustnet'),
    ),
    arguments: Object.entries(args ?? {})
      .filter(([, { hidden }]) => hidden !== true)
      .map(([name, { description: says = '', required = false }]) => ({ name, says, required })),
    flags: flagsOf(Object.entries(flags ?? {}).filter((flag) => !isEverywhere(flag))),
  }
}

/** All commands, by name, and the flags that every one of them has. */
export function commandTable(known: Known): CommandTable {
  const loaded = (known.commands as readonly LoadedCommand[])
    .filter(({ hidden }) => hidden !== true)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const topics = known.topics.map(({ name, description = '' }) => [name, description] as const)
  return {
    commands: loaded.map(entryOf),
    everywhere: flagsOf(Object.entries(loaded[0]?.flags ?? {}).filter(isEverywhere)),
    topics: Object.fromEntries(topics.filter(([name]) => !name.includes(':'))),
  }
}
