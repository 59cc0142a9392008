// Loaded into every node of a soak by `--import`: on SIGUSR2 it collects garbage and writes what the
// process holds into <folder>/<pid>.json. The folder is the query of this module's address.
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getHeapCodeStatistics, getHeapSpaceStatistics } from 'node:v8'

/** What a node's process holds, right after a collection. */
export interface Held {
  /** How often it was asked. */
  readonly asked: number
  /** Bytes of the JavaScript heap and of buffers outside of it. */
  readonly heldBytes: number
  /** Of these, what V8 compiled: bytecode, machine code, and what belongs to them. */
  readonly codeBytes: number
  /** The text of all scripts that were loaded; part of what is held too. */
  readonly sourceBytes: number
  readonly residentBytes: number
  /** Timers that are running. */
  readonly timers: number
  /** Everything else that keeps the process alive: sockets, servers, pipes, requests. */
  readonly handles: number
}

/** V8 keeps code in spaces of its own. */
const codeBytes = (): number =>
  getHeapSpaceStatistics()
    .filter(({ space_name }) => /^(code|trusted)_/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0)

const folder = decodeURIComponent(new URL(import.meta.url).search.slice(1))
let asked = 0

process.on('SIGUSR2', () => {
  asked += 1
  // Finalizers free what the first collection found.
  for (let i = 0; i < 2; i++) globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const active = process.getActiveResourcesInfo()
  const timers = active.filter((kind) => kind === 'Timeout').length
  const held: Held = {
    ...{ asked, heldBytes: heapUsed + external, codeBytes: codeBytes(), residentBytes: rss },
    sourceBytes: getHeapCodeStatistics().external_script_source_size,
    ...{ timers, handles: active.length - timers },
  }
  const file = join(folder, `${process.pid}.json`)
  writeFileSync(`${file}.new`, JSON.stringify(held))
  renameSync(`${file}.new`, file)
})
