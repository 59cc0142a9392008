// Completions for bash, zsh and fish, as text. The first two words are commands; after a command come
// its flags, and after a flag with fixed values those; else the shell completes files.
import type { CommandTable, FlagEntry } from './command-table.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

const flagNames = (flags: readonly FlagEntry[]): string[] =>
  flags.flatMap(({ name, allowNo }) => [`--${name}`, ...(allowNo ? [`--no-${name}`] : [])])

const firstWords = ({ commands }: CommandTable): string[] => [
  ...new Set(commands.map(({ id }) => id.split(' ')[0]!)),
]

const secondWords = ({ commands }: CommandTable, first: string): string[] =>
  commands.flatMap(({ id }) => (id.startsWith(`${first} `) ? [id.slice(first.length + 1)] : []))

const withOptions = (table: CommandTable) =>
  table.commands.flatMap(({ id, flags }) =>
    [...flags, ...table.everywhere]
      .filter(({ options }) => options.length > 0)
      .map(({ name, options }) => ({ id, name, options })),
  )

function bash(table: CommandTable): string {
  const cases = [
    ...table.commands.map(
      ({ id, flags }) =>
        `    '${id}') words='${flagNames([...flags, ...table.everywhere]).join(' ')}' ;;`,
    ),
  ]
  return `# trustnet completions for bash: source <(trustnet completions bash)
_trustnet() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words='' command=''
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${table.commands
  .filter(({ id }) => id.includes(' '))
  .map(({ id }) => `    '${id}') command='${id}' ;;`)
  .join('\n')}
    *) command=\${COMP_WORDS[1]} ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${firstWords(table).join(' ')}' -- "$current"))
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "\${COMP_WORDS[1]}" in
${firstWords(table)
  .map((first) => [first, secondWords(table, first)] as const)
  .filter(([, second]) => second.length > 0)
  .map(([first, second]) => `      ${first}) words='${second.join(' ')}' ;;`)
  .join('\n')}
    esac
    if [ -n "$words" ] && [[ $current != -* ]]; then
      COMPREPLY=($(compgen -W "$words" -- "$current"))
      [ \${#COMPREPLY[@]} -gt 0 ] && return
    fi
  fi
  case "$command $previous" in
${withOptions(table)
  .map(
    ({ id, name, options }) =>
      `    '${id} --${name}') COMPREPLY=($(compgen -W '${options.join(' ')}' -- "$current")); return ;;`,
  )
  .join('\n')}
  esac
  case "$command" in
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -F _trustnet trustnet
`
}

/** zsh's _describe takes `name:text`, in single quotes. */
const described = (name: string, text: string): string =>
  `'${name.replaceAll(':', '\\:')}:${text.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`

function zsh(table: CommandTable): string {
  const summaryOf = (word: string): string =>
    table.topics[word] ?? table.commands.find(({ id }) => id === word)?.summary ?? ''
  const flags = (all: readonly FlagEntry[]): string =>
    all
      .flatMap(({ name, says, allowNo }) => [
        described(`--${name}`, says),
        ...(allowNo ? [described(`--no-${name}`, `not: ${says}`)] : []),
      ])
      .join(' ')
  const second = (first: string): string =>
    table.commands
      .filter(({ id }) => id.startsWith(`${first} `))
      .map(({ id, summary }) => described(id.slice(first.length + 1), summary))
      .join(' ')
  return `#compdef trustnet
# trustnet completions for zsh: trustnet completions zsh > _trustnet, in a folder of $fpath
_trustnet() {
  local -a found
  local command="$words[2] $words[3]"
  if (( CURRENT == 2 )); then
    found=(${firstWords(table)
      .map((word) => described(word, summaryOf(word)))
      .join(' ')})
    _describe command found
    return
  fi
  if (( CURRENT == 3 )) && [[ $PREFIX != -* ]]; then
    case $words[2] in
${firstWords(table)
  .filter((first) => secondWords(table, first).length > 0)
  .map((first) => `      ${first}) found=(${second(first)}); _describe command found && return ;;`)
  .join('\n')}
    esac
  fi
  case "$command $words[CURRENT-1]" in
${withOptions(table)
  .map(
    ({ id, name, options }) =>
      `    '${id}'*' --${name}') compadd -- ${options.join(' ')}; return ;;`,
  )
  .join('\n')}
  esac
  if [[ $PREFIX != -* ]]; then
    _files
    return
  fi
  case "$command" in
${[...table.commands]
  .sort((a, b) => b.id.length - a.id.length)
  .map(
    ({ id, flags: own }) =>
      `    '${id}'*) found=(${flags([...own, ...table.everywhere])}); _describe flag found ;;`,
  )
  .join('\n')}
  esac
}
compdef _trustnet trustnet
`
}

const fishQuoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

function fish(table: CommandTable): string {
  const lines = [
    '# trustnet completions for fish: trustnet completions fish | source',
    'function __trustnet_at --description "are these the first words?"',
    '  set -l words (commandline -opc)[2..]',
    '  test "$words[1..'.concat('(count $argv)]" = "$argv"'),
    'end',
    'function __trustnet_begins',
    '  test (count (commandline -opc)) -eq 1',
    'end',
  ]
  for (const first of firstWords(table)) {
    const own = table.commands.find(({ id }) => id === first)
    const says = table.topics[first] ?? own?.summary ?? ''
    lines.push(`complete -c trustnet -n __trustnet_begins -a ${first} -d ${fishQuoted(says)}`)
  }
  for (const { id, summary, flags } of table.commands) {
    const [first = '', ...rest] = id.split(' ')
    if (rest.length > 0)
      lines.push(
        `complete -c trustnet -n '__trustnet_at ${first}; and test (count (commandline -opc)) -eq 2' -a ${rest.join(' ')} -d ${fishQuoted(summary)}`,
      )
    for (const { name, says, takesValue, options, allowNo } of [...flags, ...table.everywhere]) {
      const value = takesValue ? (options.length > 0 ? ` -x -a '${options.join(' ')}'` : ' -r') : ''
      lines.push(
        `complete -c trustnet -n '__trustnet_at ${id}' -l ${name}${value} -d ${fishQuoted(says)}`,
        ...(allowNo
          ? [
              `complete -c trustnet -n '__trustnet_at ${id}' -l no-${name} -d ${fishQuoted(`not: ${says}`)}`,
            ]
          : []),
      )
    }
  }
  return `${lines.join('\n')}\n`
}

export const completionsFor = (shell: Shell, table: CommandTable): string =>
  ({ bash, zsh, fish })[shell](table)
