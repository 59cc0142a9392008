// The manual page, trustnet(1), as roff: made from the command table, so that `man trustnet` and
// `--help` say the same.
import { exitCodes } from '../../src/core/failure-entry.ts'
import type { CommandEntry, CommandTable, FlagEntry } from './command-table.ts'

/** A backslash, a dash and a leading dot or quote mean something to roff. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')

const flagLines = ({
  name,
  says,
  takesValue,
  valueName,
  options,
  allowNo,
}: FlagEntry): string[] => [
  '.TP',
  `\\fB${roff(`--${allowNo ? '[no-]' : ''}${name}`)}\\fR${takesValue ? ` \\fI${roff(valueName)}\\fR` : ''}`,
  roff(options.length > 0 ? `${says} (${options.join(', ')})` : says),
]

function commandLines({
  id,
  summary,
  description,
  examples,
  arguments: args,
  flags,
}: CommandEntry) {
  const shown = args.map(({ name, required }) =>
    required ? `\\fI${roff(name)}\\fR` : `[\\fI${roff(name)}\\fR]`,
  )
  return [
    `.SS "trustnet ${roff(id)}${shown.length > 0 ? ` ${shown.join(' ')}` : ''}"`,
    roff(summary),
    ...(description === '' ? [] : ['.PP', roff(description)]),
    ...args.flatMap(({ name, says }) => ['.TP', `\\fI${roff(name)}\\fR`, roff(says)]),
    ...flags.flatMap(flagLines),
    ...(examples.length === 0
      ? []
      : ['.PP', 'For example:', '.nf', ...examples.map((one) => `    ${roff(one)}`), '.fi']),
  ]
}

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  failure: 'it could not be done; the sentence says why',
  usage: 'it was asked wrongly',
  noNode: 'no node runs there',
  timeout: 'it took too long',
  locked: 'another process holds the home or the store',
}

/** The page. */
export function manualPage(table: CommandTable, version: string): string {
  return `${[
    `.TH TRUSTNET 1 "" "trustnet ${version}" "User Commands"`,
    '.SH NAME',
    'trustnet \\- a peer\\-to\\-peer overlay in which trust decides who you route through',
    '.SH SYNOPSIS',
    '.B trustnet',
    '\\fIcommand\\fR [\\fIarguments\\fR] [\\fIflags\\fR]',
    '.SH DESCRIPTION',
    'A node starts with \\fBtrustnet node start\\fR; \\fBtrustnet provision\\fR makes it a service.',
    'Standard output is data only; remarks and logs stand on standard error.',
    '.SH COMMANDS',
    ...table.commands.flatMap(commandLines),
    '.SH FLAGS OF EVERY COMMAND',
    ...table.everywhere.flatMap(flagLines),
    '.SH EXIT STATUS',
    ...['.TP', '0', 'it was done'],
    ...Object.entries(exitCodes).flatMap(([exit, code]) => [
      '.TP',
      String(code),
      meanings[exit as keyof typeof exitCodes],
    ]),
    ...['.TP', '130', 'interrupted'],
    '.SH ENVIRONMENT',
    ...['.TP', '\\fBTRUSTNET_HOME\\fR', "the node's home folder"],
    ...['.TP', '\\fBTRUSTNET_PASSPHRASE\\fR', 'the passphrase of exported keys'],
    ...['.TP', '\\fBTRUSTNET_OWNER\\fR, \\fBTRUSTNET_LISTEN\\fR, …'],
    'the settings that \\fBtrustnet config show \\-\\-origin\\fR lists',
    ...['.TP', '\\fBNO_COLOR\\fR', 'no colours'],
    '',
  ].join('\n')}`
}
