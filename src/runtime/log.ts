// The node's log: pino JSON lines on standard error, or plain lines on a terminal. Standard output
// belongs to data.
import { pino } from 'pino'
import type { NodeSettings } from './settings.ts'

type Log = NonNullable<NodeSettings['log']>

/** A log for `node start`; on a terminal a line a message, without colours. */
export function createLog(isTerminal: boolean): Log {
  if (isTerminal)
    return (level, what, facts) =>
      void process.stderr.write(`${level}: ${what} ${JSON.stringify(facts)}\n`)
  const log = pino({ base: null }, pino.destination({ dest: 2, sync: true }))
  return (level, what, facts) => log[level](facts, what)
}
