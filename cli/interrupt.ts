// Ctrl-C ends a command with exit code 130. A command that has something to put in order first (a
// node, a devnet) takes over.
import { report, wantsJson } from './base-command.ts'

export const interruptedExit = 130

function onInterrupt(): void {
  report(
    { code: 'cli/interrupted', message: 'Interrupted.', exitCode: interruptedExit },
    wantsJson(process.argv),
  )
  process.exit(interruptedExit)
}

export function exitOnInterrupt(): void {
  process.once('SIGINT', onInterrupt)
}

/** From here on the command answers to SIGINT itself. */
export function releaseInterrupt(): void {
  process.off('SIGINT', onInterrupt)
}
