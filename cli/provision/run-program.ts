// Runs another program to its end: npm, systemctl, ssh. What it says is kept for the failure's
// sentence; nothing is asked of whoever sits at the terminal but what ssh itself asks.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

export interface Ended {
  /** -1 when the program is not there, or its input cannot be read. */
  readonly code: number
  readonly out: string
  /** The last line worth reading of what it complained about. */
  readonly why: string
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** A file that becomes its standard input. */
  readonly input?: string
  /** Called with every line of standard output as it comes; `out` is then empty. */
  readonly line?: (line: string) => void
  /** Killed after so long. @default ten minutes */
  readonly timeoutMs?: number
}

export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  const child = spawn(program, [...args], {
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: withOwnNode({ ...process.env, ...options.environment }),
    timeout: options.timeoutMs ?? 600_000,
  })
  const missing = new Promise<string>((resolve) =>
    child.once('error', (error) => resolve(error.message)),
  )
  const unreadable = options.input === undefined ? noTrouble : fed(child, options.input)
  const out =
    options.line === undefined ? text(child.stdout!) : readLines(child.stdout!, options.line)
  const said = text(child.stderr!)
  // Pipes of a program that could not be run break: why is told by `missing`.
  for (const read of [out, said]) read.catch(() => {})
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const code = await Promise.race([ended, missing])
  if (typeof code === 'string') return { code: -1, out: '', why: `${program}: ${code}` }
  const trouble = unreadable()
  if (trouble !== undefined) return { code: -1, out: '', why: trouble }
  return { code: code ?? 1, out: await out, why: lastWords(await said) ?? `it ended with ${code}` }
}

/** npm is a script that looks for a Node: it finds the one that runs this, also where there is no other. */
const withOwnNode = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...environment,
  PATH: [dirname(process.execPath), environment.PATH ?? []].flat().join(delimiter),
})

const noTrouble = (): undefined => undefined

/** Feeds a file to a program. @returns what tells afterwards why the file could not be read, if so */
function fed(child: ChildProcess, file: string): () => string | undefined {
  let why: string | undefined
  const reader = createReadStream(file)
  reader.on('error', (error) => {
    why = error.message
    child.kill()
  })
  // A program that ends early closes its input; how it ended says why.
  child.stdin!.on('error', () => reader.destroy())
  reader.pipe(child.stdin!)
  return () => why
}

async function readLines(stream: NodeJS.ReadableStream, line: (text: string) => void) {
  for await (const one of createInterface({ input: stream })) line(one)
  return ''
}

/** npm ends its complaints with where the whole log lies, and with news of itself: that is no reason. */
function lastWords(said: string): string | undefined {
  const lines = said
    .split('\n')
    .filter((line) => !/^npm (notice|warn)\b/i.test(line))
    .map((line) => line.replace(/^npm (error|ERR!)\s*(404\b)?/, '').trim())
    .filter((line) => line !== '' && !/complete log|_logs\//.test(line))
  // The line with the reason says more than the advice after it.
  const reason = lines.find((line) => /reason: |Error: |is not in this registry/.test(line))
  if (reason !== undefined) return reason.slice(0, 400)
  return lines.length === 0 ? undefined : lines.slice(-3).join(' ').slice(-400)
}
