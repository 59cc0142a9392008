// Runs another program to its end: npm, systemctl, ssh. What it says is kept for the failure's
// sentence; nothing is asked of whoever sits at the terminal but what ssh itself asks.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

export interface Ended {
  /** -1 when the program is not there. */
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
    env: { ...process.env, ...options.environment },
    timeout: options.timeoutMs ?? 600_000,
  })
  const missing = new Promise<string>((resolve) =>
    child.once('error', (error) => resolve(error.message)),
  )
  if (child.stdin !== null) {
    child.stdin.on('error', () => {})
    createReadStream(options.input!).pipe(child.stdin)
  }
  const out =
    options.line === undefined ? text(child.stdout!) : readLines(child.stdout!, options.line)
  const said = text(child.stderr!)
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const code = await Promise.race([ended, missing])
  if (typeof code === 'string') return { code: -1, out: '', why: `${program}: ${code}` }
  return { code: code ?? 1, out: await out, why: lastWords(await said) ?? `it ended with ${code}` }
}

async function readLines(stream: NodeJS.ReadableStream, line: (text: string) => void) {
  for await (const one of createInterface({ input: stream })) line(one)
  return ''
}

/** npm ends its complaints with where the whole log lies: that is no reason. */
function lastWords(said: string): string | undefined {
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .filter((line) => line !== '' && !/complete log|_logs\//.test(line))
  // The line with the reason says more than the advice after it.
  const reason = lines.find((line) => /reason: |Error: /.test(line))
  if (reason !== undefined) return reason.slice(0, 400)
  return lines.length === 0 ? undefined : lines.slice(-3).join(' ').slice(-400)
}
