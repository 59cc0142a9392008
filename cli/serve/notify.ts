// Tells systemd that the node serves, and from then on that it is alive (Type=notify, WatchdogSec).
// Node has no datagram sockets of the Unix kind, so systemd's own systemd-notify carries the word.
// Without NOTIFY_SOCKET nobody waits for it and nothing is done.
import { spawn } from 'node:child_process'

type Environment = Readonly<Record<string, string | undefined>>

function notify(words: readonly string[]): void {
  const child = spawn('systemd-notify', [...words], { stdio: 'ignore' })
  // Not there, or no room for a process: systemd's own time limit then says so in its log.
  child.on('error', () => {})
  child.unref()
}

/** Called once the node serves. */
export function tellServiceManager(status: string, environment: Environment = process.env): void {
  if (environment.NOTIFY_SOCKET === undefined) return
  notify(['--ready', `--pid=${process.pid}`, `--status=${status}`])
  const microseconds = Number(environment.WATCHDOG_USEC)
  if (!(microseconds > 0)) return
  // systemd asks for at least one in the interval; half of it survives a late one. A node whose
  // event loop hangs does not get here, and is restarted.
  setInterval(() => notify(['WATCHDOG=1']), microseconds / 2_000).unref()
}
