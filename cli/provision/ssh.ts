// `provision --ssh USER@HOST`: packs the program that runs here, carries it over with the system's
// ssh client, and lets the other host provision itself with it; its steps are told here as they come.
import { access, constants, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ForeignFailure } from '../../src/api/problem.ts'
import { Failure, type FailureCode } from '../../src/core/failure.ts'
import type { Provisioned } from './host.ts'
import { packOwn } from './install.ts'
import { runProgram } from './run-program.ts'
import { shellQuoted } from './shell-quoted.ts'
import type { StepDone, Steps } from './steps.ts'

export interface SshFlags {
  readonly ssh: string
  readonly 'ssh-config': string | undefined
  /** A packed file of this machine instead of the running program. */
  readonly from: string | undefined
  /** The flags of `provision` that go along. */
  readonly words: readonly string[]
}

const target = /^(?!-)[A-Za-z0-9_.@:%[\]-]+$/

/** Says what Node there is, and fails where it is too old or npm is missing. */
const askNode =
  'node --version && npm --version >/dev/null && node -e "const [a,b]=process.versions.node.split(\'.\').map(Number);process.exit(a>22||(a===22&&b>=13)?0:9)"'

/** Unpacks what was carried over, installs what it needs and provisions from it. */
const remoteScript = (words: readonly string[]): string =>
  [
    'set -e',
    'folder=$(mktemp -d)',
    'trap \'rm -rf "$folder"\' EXIT',
    'cat > "$folder/trustnet.tgz"',
    'npm install --prefix "$folder" --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error "$folder/trustnet.tgz" >&2',
    `node "$folder/node_modules/trustnet/cli/bin.js" provision --json --from "$folder/trustnet.tgz" ${words.map(shellQuoted).join(' ')}`,
  ].join('\n')

/**
 * Provisions another host.
 *
 * @throws Failure `service/bad-target`, `service/not-packed`, `service/ssh-failed`,
 *   `service/no-node-there`, and whatever the other host failed with
 */
export async function provisionOverSsh(flags: SshFlags, steps: Steps): Promise<Provisioned> {
  const { ssh, words } = flags
  if (!target.test(ssh)) throw new Failure('service/bad-target', { target: ssh })
  if (flags.from !== undefined)
    await access(flags.from, constants.R_OK).catch((error: Error) => {
      throw new Failure('service/not-packed', { from: flags.from!, why: error.message })
    })
  const config = flags['ssh-config'] === undefined ? [] : ['-F', flags['ssh-config']]
  const client = (command: string): string[] => [...config, '-T', '--', ssh, command]
  await steps.step('ssh', async () => {
    const ended = await runProgram('ssh', client('true'), { timeoutMs: 60_000 })
    if (ended.code !== 0) throw new Failure('service/ssh-failed', { target: ssh, why: ended.why })
    return { says: `${ssh} lets us in` }
  })
  await steps.step('Node', async () => {
    const ended = await runProgram('ssh', client(askNode), { timeoutMs: 60_000 })
    const found = ended.out.trim() || ended.why
    if (ended.code !== 0) throw new Failure('service/no-node-there', { target: ssh, found })
    return { says: `${found} there` }
  })
  const packed = flags.from ?? (await packOwn())
  try {
    return await carried(packed, ssh, client(remoteScript(words)), steps)
  } finally {
    if (flags.from === undefined) await rm(dirname(packed), { recursive: true, force: true })
  }
}

async function carried(packed: string, ssh: string, args: readonly string[], steps: Steps) {
  const said: { end?: Provisioned; error?: { code: string; message: string } } = {}
  const ended = await runProgram('ssh', args, {
    input: packed,
    line: (line) => {
      const answer = answerIn(line)
      if (answer?.event === 'step') steps.told({ ...(answer as StepDone), event: 'step' })
      if (answer?.event === 'provisioned') said.end = answer as Provisioned
      if (answer?.error !== undefined) said.error = answer.error
    },
  })
  if (said.error !== undefined) throw asFailure(said.error, ended.code)
  if (ended.code !== 0 || said.end === undefined)
    throw new Failure('service/ssh-failed', { target: ssh, why: ended.why })
  return said.end
}

type Answer = Partial<StepDone | Provisioned> & {
  readonly error?: { readonly code: string; readonly message: string }
}

function answerIn(line: string): Answer | undefined {
  try {
    return JSON.parse(line) as Answer
  } catch {
    return undefined
  }
}

/** The other host's failure, told as it told it. */
const asFailure = ({ code, message }: { code: string; message: string }, exitCode: number) =>
  new ForeignFailure(code as FailureCode, message, exitCode)
