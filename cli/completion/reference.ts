// The reference of all commands for docs/commands.md: made from the command table, as the manual page is.
import type { CommandEntry, CommandTable, FlagEntry } from './command-table.ts'

/** What would end a cell, or begin a tag, in Markdown. */
const cell = (text: string): string =>
  text.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;')

const flagRow = ({
  name,
  says,
  takesValue,
  valueName,
  options,
  multiple,
  required,
  allowNo,
}: FlagEntry): string => {
  const written = `--${allowNo ? '[no-]' : ''}${name}${takesValue ? ` ${valueName}` : ''}`
  const remarks = [
    ...(options.length > 0 ? [options.join(', ')] : []),
    ...(required ? ['required'] : []),
    ...(multiple && !says.includes('again') ? ['again for more'] : []),
  ]
  return `| \`${written}\` | ${cell(says)}${remarks.length > 0 ? ` (${cell(remarks.join('; '))})` : ''} |`
}

const flagTable = (flags: readonly FlagEntry[]): readonly string[] =>
  flags.length === 0 ? [] : ['', '| flag | |', '|---|---|', ...flags.map(flagRow)]

function section({
  id,
  summary,
  description,
  examples,
  arguments: args,
  flags,
}: CommandEntry): string {
  const shown = args.map(({ name, required }) => (required ? ` <${name}>` : ` [<${name}>]`))
  return [
    `## trustnet ${id}`,
    '',
    `\`trustnet ${id}${shown.join('')}\``,
    '',
    cell(summary),
    ...(description === '' ? [] : ['', cell(description)]),
    ...(args.length === 0 ? [] : ['']),
    ...args.map(({ name, says }) => `- \`<${name}>\`: ${cell(says)}`),
    ...flagTable(flags),
    ...(examples.length === 0 ? [] : ['', '```sh', ...examples, '```']),
    '',
  ].join('\n')
}

/** The page's part that follows from the code. */
export const commandReference = ({ commands, everywhere }: CommandTable): string =>
  ['Every command takes these:', ...flagTable(everywhere), '', ...commands.map(section)]
    .join('\n')
    .trimEnd()
