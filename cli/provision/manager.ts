// Who keeps the service running: systemd where it runs, for the whole machine (root) or for one
// user, else trustnet's own supervisor. All three do the same for `provision` and `update`.
import { existsSync } from 'node:fs'
import type { ManagerKind, Service } from './service.ts'

export interface Manager {
  /** Writes what the manager needs; false when it was there already, just so. */
  install(service: Service): Promise<boolean>
  isRunning(service: Service): Promise<boolean>
  start(service: Service): Promise<void>
  /** Leaves gracefully and starts anew, with the program that is current by now. */
  restart(service: Service): Promise<void>
  stop(service: Service): Promise<void>
  /** Takes back what `install` wrote. */
  remove(service: Service): Promise<void>
}

/** systemd is the init here; in most containers it is not. */
export const hasSystemd = (): boolean => existsSync('/run/systemd/system')

/** The manager that this machine has. */
export function managerHere(): ManagerKind {
  if (!hasSystemd()) return 'supervisor'
  return process.getuid?.() === 0 ? 'systemd' : 'systemd-user'
}

export async function managerOf(kind: ManagerKind): Promise<Manager> {
  if (kind === 'supervisor') return (await import('./supervised.ts')).supervised
  return (await import('./systemd.ts')).systemd
}
