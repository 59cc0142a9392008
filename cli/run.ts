// The entry of the command line: finds the one command that is meant, loads it alone and runs it.
// Help, the version and mistyped commands end here.

import { Failure } from '../src/core/failure.ts'
import { report, toldOf, wantsJson } from './base-command.ts'
import { commands, findCommand, near, topics } from './commands.ts'
import { commandLine } from './config.ts'
import { exitOnInterrupt } from './interrupt.ts'
import { version } from './version.ts'

async function main(argv: readonly string[]): Promise<void> {
  if (argv[0] === '--version' || argv[0] === '-v') {
    process.stdout.write(`trustnet ${version()} node ${process.version}\n`)
    return
  }
  const asked = helpWords(argv)
  if (asked !== undefined) return help(asked)
  const found = findCommand(argv)
  if (found === undefined) return unknown(argv)
  const { default: Found } = await commands[found.id]!()
  Found.id = found.id.replaceAll(' ', ':')
  await Found.run([...found.rest], await commandLine(Found.needsCommands))
}

/**
 * The words that help is asked about; undefined where none is asked. The word `help` asks in the place
 * of a command alone: further on it is what a command is given, a key or a peer's name.
 */
function helpWords(argv: readonly string[]): readonly string[] | undefined {
  const end = argv.indexOf('--')
  const before = argv.slice(0, end === -1 ? undefined : end)
  const isFlag = (word: string): boolean => word === '--help' || word === '-h'
  const words = argv.filter((word) => !isFlag(word))
  if (words[0] === 'help') return words.slice(1)
  if (words[1] === 'help' && Object.hasOwn(topics, words[0]!)) return words.slice(0, 1)
  return argv.length === 0 || before.some(isFlag) ? words : undefined
}

async function help(words: readonly string[]): Promise<void> {
  const found = findCommand(words)
  const named = found?.id.replaceAll(' ', ':') ?? words.filter((word) => !word.startsWith('-'))[0]
  if (named !== undefined && found === undefined && !Object.hasOwn(topics, named))
    return unknown(words)
  const { Help } = await import('@oclif/core/help')
  await new Help(await commandLine(true)).showHelp(named === undefined ? [] : [named])
}

async function unknown(argv: readonly string[]): Promise<void> {
  const words = argv.filter((word) => !word.startsWith('-')).slice(0, 2)
  // `trustnet trust` alone asks what there is.
  if (words.length === 1 && Object.hasOwn(topics, words[0]!)) return help(words)
  const command = Object.hasOwn(topics, words[0] ?? '') ? words.join(' ') : (words[0] ?? argv[0]!)
  throw new Failure('cli/unknown-command', { command, near: near(words.join(' ')) })
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
  throw error
})
process.stderr.on('error', () => {})
exitOnInterrupt()
const argv = process.argv.slice(2)
try {
  await main(argv)
} catch (error) {
  const told = toldOf(error as Error, '')
  report(told, wantsJson(argv))
  process.exitCode = told.exitCode
}
