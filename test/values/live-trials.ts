// What a live network of values is put through, at any size: a fifth of it killed at once, and a fifth
// that drops and forgets. Prints what came of it.
import { expect } from 'vitest'
import { quorumOf } from '../../overlay/values/holders.ts'
import { holdersWanted } from '../../overlay/values/limits.ts'
import { hex, utf8 } from '../../src/core/bytes.ts'
import { until } from '../live/harness.ts'
import { type LiveSettings, LiveValues } from './live-network.ts'

interface Trial extends Omit<LiveSettings, 'adversary'> {
  readonly values: number
}

/** Values of some hundred bytes, each another one. */
const valuesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => utf8(`value ${i} `.repeat(20)))

/** The last process is killed: its nodes are gone between two reads. */
export async function afterCrash({ values, ...size }: Trial): Promise<void> {
  await using network = await LiveValues.open(size)
  const bytes = valuesOf(values)
  const put = performance.now()
  const keys = await network.put(bytes)
  expect(keys.filter((key) => key.startsWith('failed'))).toEqual([])
  const read = performance.now()
  // Every answer was true before anything happened: more than half of the holders have it.
  const copies = await network.copies()
  const asked = Math.min(holdersWanted, size.processes * size.nodesEach)
  expect(fewestOf(copies, keys)).toBeGreaterThanOrEqual(quorumOf(asked))
  const crash = performance.now()
  await network.hosts.at(-1)!.kill()
  const survivors = network.hosts.slice(0, -1)
  const got = await network.get(keys, survivors)
  const end = performance.now()
  const lost = got.filter((text, at) => text !== hex(bytes[at]!))
  console.log(
    `${size.routing}, ${size.processes * size.nodesEach} nodes, ${size.nodesEach} of them killed at once: ${values - lost.length} of ${values} values read; put ${rate(values, read - put)}/s, read ${rate(values, end - crash)}/s`,
  )
  expect(lost).toEqual([])
  const wanted = Math.min(holdersWanted, (size.processes - 1) * size.nodesEach)
  await until(
    `every value has ${wanted} copies again`,
    async () => fewestOf(await network.copies(survivors), keys),
    (fewest) => fewest >= wanted,
    size.within,
  )
  await network.stop(survivors)
}

/** The nodes of the last process acknowledge what they are given and forget it, and drop what they route. */
export async function besideDroppers({ values, ...size }: Trial): Promise<void> {
  const adversary = 'drop+withhold:1'
  await using network = await LiveValues.open({ ...size, adversary })
  const honest = network.hosts.slice(0, -1)
  const bytes = valuesOf(values)
  const keys = await network.put(bytes)
  expect(keys.filter((key) => key.startsWith('failed'))).toEqual([])
  const got = await network.get(keys, honest)
  const read = got.filter((text, at) => text === hex(bytes[at]!)).length
  console.log(
    `${size.routing}, ${size.processes * size.nodesEach} nodes, ${size.nodesEach} of which drop and forget: ${read} of ${values} values read`,
  )
  expect(read / values).toBeGreaterThanOrEqual(0.999)
  await network.stop()
}

const fewestOf = (copies: ReadonlyMap<string, number>, keys: readonly string[]): number =>
  Math.min(...keys.map((key) => copies.get(key) ?? 0))

const rate = (count: number, ms: number): number => Math.round((1_000 * count) / ms)
