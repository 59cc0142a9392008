// What every command shares: the global flags, the running node's API, one way to print an answer
// (a table for people, one line of JSON with --json) and one way to fail (a sentence that says what,
// why and how to mend it, a stable code, an exit code).
import { stripVTControlCharacters } from 'node:util'
import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import type { Input, ParserOutput } from '@oclif/core/interfaces'
import { type ApiClient, apiClient } from '../src/api/client.ts'
import { ForeignFailure } from '../src/api/problem.ts'
import { Failure } from '../src/core/failure.ts'
import { findNode, notRunning } from './home.ts'

/** The flags that `this.parse` returns for every command. */
export interface GlobalFlags {
  readonly json: boolean
  readonly home: string | undefined
  readonly node: string | undefined
  readonly timeout: number
}

/** What oclif makes of flags or arguments, by their names. */
type Parsed = Record<string, unknown>

/** Arguments that may be empty: what is sent, and values, which have judges of their own. */
const mayBeEmpty: ReadonlySet<string> = new Set(['text', 'value'])

export abstract class BaseCommand extends Command {
  /** It asks what other commands there are: all are loaded then. */
  static needsCommands = false

  static override baseFlags = {
    json: Flags.boolean({
      description: 'answer in JSON: one line, the last on standard output',
      helpGroup: 'GLOBAL',
    }),
    home: Flags.string({
      description: "the node's home folder (TRUSTNET_HOME; by default in the XDG data folder)",
      helpGroup: 'GLOBAL',
      helpValue: 'DIR',
    }),
    node: Flags.string({
      description: 'a node of the running devnet: n1, n2, …',
      helpGroup: 'GLOBAL',
      helpValue: 'NAME',
      exclusive: ['home'],
    }),
    timeout: Flags.integer({
      description: 'seconds to wait for the node to answer',
      helpGroup: 'GLOBAL',
      default: 30,
      min: 1,
      max: 300,
    }),
  }

  /** As oclif parses, and no argument is empty: a variable that was not set asks for nothing in particular. */
  protected override async parse<F extends Parsed, B extends Parsed, A extends Parsed>(
    options?: Input<F, B, A>,
    argv?: string[],
  ): Promise<ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv)
    for (const [name, value] of Object.entries(parsed.args))
      if (value === '' && !mayBeEmpty.has(name))
        throw new Failure('cli/usage', { why: `<${name}> is empty.`, command: this.#words })
    return parsed
  }

  /** The command as it is typed. */
  get #words(): string {
    return this.id?.replaceAll(':', ' ') ?? ''
  }

  /**
   * The API of the node that is meant.
   *
   * @throws Failure `node/not-running`, `node/no-such-name`
   */
  protected async api(flags: GlobalFlags): Promise<ApiClient> {
    const { home, connection } = await findNode(flags)
    if (connection === undefined) throw await notRunning(home)
    const { url, token } = connection
    return apiClient({ url, token, home, timeoutSeconds: flags.timeout })
  }

  /** Prints an answer: with --json as one line with a `schemaVersion`, else as people read it. */
  protected print<T extends object>(flags: GlobalFlags, answer: T, people: (answer: T) => string) {
    if (flags.json) this.line(answer)
    else process.stdout.write(`${people(answer).trimEnd()}\n`)
  }

  /** One line of JSON. */
  protected line(answer: object): void {
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...answer })}\n`)
  }

  /** Progress and remarks: on standard error, never between the data. */
  protected remark(text: string): void {
    process.stderr.write(`${text}\n`)
  }

  protected override async catch(error: Error): Promise<void> {
    const told = toldOf(error, this.#words)
    process.exitCode = told.exitCode
    report(told, wantsJson(this.argv))
  }
}

export interface Told {
  readonly code: string
  readonly message: string
  readonly exitCode: number
}

/** Any error as code, sentence and exit code. */
export function toldOf(error: Error, command: string): Told {
  if (error instanceof Failure || error instanceof ForeignFailure) return error
  // What oclif throws on arguments that it cannot parse; its own exit code for them is 2.
  if ('oclif' in error) return new Failure('cli/usage', { why: complaint(error), command })
  return { code: 'cli/internal', message: internal(error), exitCode: 1 }
}

const internal = (error: Error): string =>
  `This should not happen: ${error.message}. It is a fault of trustnet; with DEBUG=1 it says where.${
    process.env.DEBUG === undefined ? '' : `\n${error.stack}`
  }`

/** oclif's complaint, which may span lines, as one sentence. */
function complaint(error: Error): string {
  const { args } = error as { args?: readonly { readonly name: string }[] }
  if (error.constructor.name === 'RequiredArgsError' && args !== undefined)
    return `It needs ${args.map(({ name }) => `<${name}>`).join(' and ')}.`
  const text = stripVTControlCharacters(error.message)
    .replace(/\nSee more help with --help$/, '')
    .replace(/\s+/g, ' ')
    .trim()
  const missing = [...text.matchAll(/Missing required flag ([\w-]+)/g)].map(
    ([, name]) => `--${name}`,
  )
  if (missing.length > 0) return `It needs ${missing.join(' and ')}.`
  const said = text
    .replace(/^The following errors? occurred: /, '')
    .replace(/^Parsing (--\S+) Expected/, '$1: expected')
  return /[.!?]$/.test(said) ? said : `${said}.`
}

/** Says what went wrong: on standard error for people, as the last line of standard output with --json. */
export function report({ code, message }: Told, json: boolean): void {
  if (json)
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, error: { code, message } })}\n`)
  else process.stderr.write(`trustnet: ${message} [${code}]\n`)
}

/** Is --json among the arguments? Asked where they could not be parsed. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? undefined : end).includes('--json')
}
