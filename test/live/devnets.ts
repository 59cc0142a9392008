// Devnets that tests bring up as `trustnet devnet up` does, and what must not be left of them.
import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import { isProcess } from '../../src/api/connection-file.ts'
import { endOf, type Ran } from '../cli/terminal.ts'
import { type LiveNetwork, until } from './harness.ts'

export interface Ready {
  readonly nodes: readonly Record<'name' | 'nodeId' | 'peerId' | 'address' | 'api', string>[]
}

export interface Up {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
  readonly ready: Ready
  /** The nodes' own process ids. */
  readonly pids: readonly number[]
}

/** Processes whose parent is this one. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        const stat = readFileSync(`/proc/${child}/stat`, 'latin1')
        return Number(stat.split(') ').at(-1)!.split(' ')[1]) === pid
      } catch {
        return false
      }
    })
}

export async function devnetUp(network: LiveNetwork, ...args: string[]): Promise<Up> {
  const child = network.start(['devnet', 'up', '--json', ...args])
  const ended = endOf(child)
  const ready = await new Promise<Ready>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const event = JSON.parse(line) as Ready & { event: string }
      if (event.event === 'ready') resolve(event)
    })
    void ended.then(({ out, err }) => reject(new Error(`it ended: ${out} ${err}`)))
  })
  return { child, ended, ready, pids: childrenOf(child.pid!) }
}

/** The JSON lines that a devnet printed. */
export const eventsOf = ({ out }: Ran): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** Files under the XDG folders; Node's cache of compiled code is this test's own wish. */
export async function filesLeft(network: LiveNetwork): Promise<string[]> {
  const entries = await readdir(network.folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(network.folder.length + 1))
    .filter((file) => !/^(compiled|files)\//.test(file))
}

export async function expectNothingLeft(
  network: LiveNetwork,
  pids: readonly number[],
): Promise<void> {
  await until(
    'every node is gone',
    () => pids.filter(isProcess),
    (alive) => alive.length === 0,
    10_000,
  )
  expect(await filesLeft(network)).toEqual([])
}
