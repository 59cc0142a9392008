// Every command, by the table that the command line itself is made from, is asked wrongly: a flag that
// it does not have, a value that a flag cannot take, an argument that is missing, empty, one too many
// or senseless. Each time it must end with exit code 2 and say how to mend it, and must not have asked
// a node or touched a home.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { commands } from '../../cli/commands.ts'
import { commandLine } from '../../cli/config.ts'
import { hintIn } from '../../src/api/problem.ts'

const nowhere = join(tmpdir(), `trustnet-never-made-${process.pid}`)
const ids = Object.keys(commands)

/** What oclif keeps of a flag, as far as wrong values follow from it. */
interface FlagFacts {
  readonly type: 'boolean' | 'option'
  readonly options?: readonly string[]
  readonly min?: number
  readonly required?: boolean
}

let config: Awaited<ReturnType<typeof commandLine>>
let printed = ''
beforeAll(async () => {
  // Where it is `test`, oclif warns of every command that ends while it parses.
  vi.stubEnv('NODE_ENV', 'production')
  for (const name of ['HOME', 'TRUSTNET_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'])
    vi.stubEnv(name, nowhere)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  config = await commandLine(true)
})
beforeEach(() => {
  printed = ''
})
afterAll(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  expect(existsSync(nowhere)).toBe(false)
})

async function factsOf(id: string) {
  const { default: Command } = await commands[id]!()
  Command.id = id.replaceAll(' ', ':')
  const { args, flags } = Command
  return {
    Command,
    args: Object.entries(args) as [string, { readonly required?: boolean }][],
    flags: Object.entries(flags ?? {}) as [string, FlagFacts][],
  }
}

/** Runs a command as run.ts does, in this very process, and returns how it was refused. */
async function refusal(id: string, argv: readonly string[]) {
  const { Command } = await factsOf(id)
  const before = process.exitCode
  process.exitCode = undefined
  printed = ''
  await Command.run([...argv, '--json'], config)
  const exit = process.exitCode
  process.exitCode = before
  const { error } = JSON.parse(printed.trim().split('\n').at(-1) ?? '{}') as {
    readonly error?: { readonly code: string; readonly message: string }
  }
  return { exit, message: error?.message ?? '', code: error?.code ?? 'none' }
}

async function expectRefused(id: string, argv: readonly string[]): Promise<void> {
  const { exit, message, code } = await refusal(id, argv)
  const asked = `${id} ${JSON.stringify(argv)}: ${code} ${message}`
  expect(`${asked} (${exit})`).toBe(`${asked} (2)`)
  expect(message, asked).not.toMatch(/undefined|This should not|The following/)
  expect(hintIn(message), asked).not.toMatch(/^Compare what was asked/)
}

/** Arguments and the flags that must be given, all with some text. */
function wellFormed({ args, flags }: Awaited<ReturnType<typeof factsOf>>) {
  const needed = flags.flatMap(([name, flag]) =>
    flag.required === true ? [`--${name}`, flag.options?.[0] ?? 'x'] : [],
  )
  return { given: args.map(() => 'x'), needed }
}

test.each(ids)(
  '%s refuses flags that it does not have and arguments that it cannot read',
  async (id) => {
    const facts = await factsOf(id)
    const { given, needed } = wellFormed(facts)
    await expectRefused(id, [...given, ...needed, '--no-such-flag'])
    for (const [name, { options, min }] of facts.flags)
      if (options !== undefined || min !== undefined)
        await expectRefused(id, [...given, ...needed, `--${name}`, 'no-such-value'])
    await expectRefused(id, [...given, 'one-too-many', ...needed])
    for (const [at, [name, { required }]] of facts.args.entries()) {
      if (required === true) await expectRefused(id, [...given.slice(0, at), ...needed])
      if (!['text', 'value'].includes(name))
        await expectRefused(id, [...given.with(at, ''), ...needed])
    }
  },
)

test.each(['--home', '--timeout', '--timeout=soon', '--timeout=0', '--node=n1 --home=x'])(
  'a flag of every command is refused as %s',
  (words) => expectRefused('status', words.split(' ')),
)

describe('a senseless argument is refused by', () => {
  test.each([
    ['block', ['latest-but-one']],
    ['completions', ['tcsh']],
    ['config set', ['no-such-setting', '1']],
    ['config set', ['api-port', 'high']],
    ['config unset', ['no-such-setting']],
    ['devnet up', ['--ratings', 'no-such-plan']],
    ['experiment live', ['no-such-preset']],
    ['experiment plan', ['no-such-preset', '--out', nowhere]],
    ['experiment run', ['no-such-preset']],
    ['experiment show', ['no-such-preset']],
    ['experiment validate', ['no-such-preset']],
    ['invite', ['--out', 'invite.gif']],
    ['node start', ['--join', 'no-invite']],
    ['node start', ['--listen', 'no-address']],
    ['provision', ['--join', 'no-invite']],
    ['provision', ['--listen', 'no-address']],
    ['provision', ['--owner', 'a\nb']],
    ['provision', ['--ssh', '-oProxyCommand=true']],
    ['rate', ['bob', '9', '--category', 'reliability']],
    ['route trace', ['']],
    ['trust set', ['bob', 'much']],
  ] as [string, string[]][])('%s %j', (id, argv) => expectRefused(id, argv))
})
