// The entry of the command line: finds the one command that is meant, loads it alone and runs it.
// Help, the version and mistyped commands end here.

import { Failure } from '../src/core/failure.ts'
import { report, toldOf, wantsJson } from './base-command.ts'
import { commands, findCommand, near, topics } from './commands.ts'
import { commandLine } from './config.ts'
import { exitOnInterrupt } from './interrupt.ts'
import { version } from './version.ts'

async function main(argv: readonly string[]): Promise<void> {
  const end = argv.indexOf('--')
  const before = argv.slice(0, end === -1 ? undefined : end)
  if (argv[0] === '--version' || argv[0] === '-v') {
    process.stdout.write(`trustnet ${version()} node ${process.version}\n`)
    return
  }
  const found = findCommand(argv)
  if (
    argv.length === 0 ||
    before.some((word) => word === '--help' || word === '-h' || word === 'help')
  )
    return help(argv.filter((word) => !/^(--help|-h|help)$/.test(word)))
  if (found === undefined) return unknown(argv)
  const { default: Found } = await commands[found.id]!()
  Found.id = found.id.replaceAll(' ', ':')
  await Found.run([...found.rest], await commandLine(Found.needsCommands))
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
