// Says of every figure of a soak whether it is as it must be.
import { writeBuffers } from '../../src/runtime/store/rocksdb.ts'
import { type Point, type Slope, slopeOf } from './slope.ts'

/** One look at one node's process. */
export interface Sample {
  /** Seconds since the soak began. */
  readonly at: number
  readonly node: string
  readonly heldBytes: number
  /** Of these, compiled code. */
  readonly codeBytes: number
  /** The text of the scripts that it is compiled from. */
  readonly sourceBytes: number
  readonly residentBytes: number
  /** Of these, the store's own: writes that gather, cached blocks. */
  readonly storeBytes: number
  /** What was written into the store since the process began: values, and `perKey` bytes for each. */
  readonly storeWritten: number
  readonly timers: number
  readonly handles: number
  readonly files: number
}

export interface Check {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What it must be, in words. */
  readonly bound: string
  readonly ok: boolean
}

/** What a network that works may do, with the reason of each. */
export const bounds = {
  uptimePercent: 99,
  lookupsPercent: 99,
  /** A process is started and takes part again within so long, so that the next kill can come. */
  restartSeconds: 30,
  /** A dashboard that reads too slowly on a busy machine is cut off, and comes back. */
  cutOffPerStream: 1,
  /**
   * Compiled code is bounded by what it is compiled from: V8 keeps the bytecode of a function and up to three
   * compiled forms of it. After three minutes it is 1.9 times the text.
   */
  codePerSource: 4,
  /** All buffers full, and what the store keeps of its files: 8 MiB of blocks, and their indexes. */
  storeBytes: writeBuffers.count * writeBuffers.bytes + 25_165_824,
  /** A buffer gathers what is written, so it cannot grow by more; blocks and indexes of files come on top. */
  storeBeyondWritten: 25_165_824,
  /** Requests and answers that are under way at a sample, files that the store opens while it compacts. */
  grown: { timers: 6, handles: 12, files: 12 },
  /** Once caches and memos are full: what is kept for good. */
  settled: {
    /** An entry of some 300 bytes, the leaves of the state that it changes, its place in the indexes. */
    heldBytesPerRating: 1_536,
    heldBytesPerSecond: 512,
    /** Few blocks hold many ratings while memos are filled: recent blocks, 4,096 of some 2 KiB, come later. */
    heldBytesOnce: 8_388_608,
    /** Freed pages go back to the system late. */
    residentBytesPerSecond: 4_096,
  },
  /**
   * In the first minutes, and until `memoRatings` were taken: memos fill. Code is compiled as well, by no rate
   * that a network could be held to (by heap snapshots it is the largest part of what grows then): it is
   * judged apart, by `codePerSource`.
   */
  filling: {
    /** Checked entries, watched entries and encoded writes are remembered as objects, recent blocks as bytes. */
    heldBytesPerRating: 16_384,
    heldBytesPerSecond: 8_192,
    heldBytesOnce: 0,
    residentBytesPerSecond: 65_536,
  },
} as const

/**
 * After so many ratings every memo of a node is full: the largest remembers half of
 * checkedTransactionsMax at least (ledger-limits.ts), the others less.
 */
export const memoRatings = 32_768

/** Code that runs once a minute is compiled by then. */
export const settledSeconds = 900

/** A key of some 70 bytes and its place in the buffer’s list, with room to spare. */
export const storedPerKey = 192

const columns = ['heldBytes', 'residentBytes', 'timers', 'handles', 'files'] as const
type Column = (typeof columns)[number]

/** One series for each node, of the samples from `after` seconds on. */
export function seriesOf(
  samples: readonly Sample[],
  column: Column,
  after: number,
): readonly (readonly Point[])[] {
  const byNode = Map.groupBy(
    samples.filter(({ at }) => at >= after),
    ({ node }) => node,
  )
  return [...byNode.values()].map((some) =>
    some.map((sample) => ({ at: sample.at, value: sample[column] })),
  )
}

export interface Judged {
  readonly samples: readonly Sample[]
  /** Seconds at the beginning that do not count: caches fill, code is compiled. */
  readonly warmUp: number
  readonly seconds: number
  /** Ratings that were taken in, a second. */
  readonly ratingsPerSecond: number
  /** Those that were taken in before the end of the warm-up. */
  readonly ratingsBefore: number
}

/** Memory, files, timers and handles: none may grow beyond what is kept on purpose. */
export function growthChecks(judged: Judged): Check[] {
  const { samples, warmUp, seconds, ratingsPerSecond, ratingsBefore } = judged
  const watched = seconds - warmUp
  const isSettled = warmUp >= settledSeconds && ratingsBefore >= memoRatings
  const { heldBytesPerRating, heldBytesPerSecond, heldBytesOnce, residentBytesPerSecond } =
    bounds[isSettled ? 'settled' : 'filling']
  const held = heldBytesPerSecond + heldBytesOnce / watched + ratingsPerSecond * heldBytesPerRating
  const perSecond: Readonly<Record<Column, number>> = {
    heldBytes: held,
    residentBytes: residentBytesPerSecond + held,
    timers: bounds.grown.timers / watched,
    handles: bounds.grown.handles / watched,
    files: bounds.grown.files / watched,
  }
  const judgedSamples = samples.map(withoutStore).map(isSettled ? asItIs : withoutCode)
  return [
    ...columns.map((column) => {
      const slope = slopeOf(seriesOf(judgedSamples, column, warmUp))
      const check = growthCheck(column, slope, perSecond[column])
      const isApart = column === 'heldBytes' && !isSettled
      return isApart ? { ...check, name: `${check.name}, compiled code apart` } : check
    }),
    codeCheck(samples),
    storeCheck(samples),
    gatheredCheck(samples, warmUp),
  ]
}

const asItIs = (sample: Sample): Sample => sample

/**
 * The store gathers writes until a buffer is full, for hours in a quiet network, and gives all of it back:
 * that is judged by `bounds.storeBytes`.
 */
const withoutStore = (sample: Sample): Sample => ({
  ...sample,
  residentBytes: sample.residentBytes - sample.storeBytes,
})

const withoutCode = (sample: Sample): Sample => ({
  ...sample,
  heldBytes: sample.heldBytes - sample.codeBytes,
})

const mebibytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1)

/** The store's own memory is bounded by its buffers. */
function storeCheck(samples: readonly Sample[]): Check {
  const most =
    samples.length === 0 ? Number.NaN : Math.max(...samples.map(({ storeBytes }) => storeBytes))
  return {
    ...{ name: 'memory of the store', value: Number(mebibytes(most)), unit: 'MiB' },
    bound: `at most ${mebibytes(bounds.storeBytes)}: its buffers, and blocks of its files`,
    ok: most <= bounds.storeBytes,
  }
}

/** Between two looks no node's store may have gathered more than was written: a leak grows without. */
function gatheredCheck(samples: readonly Sample[], warmUp: number): Check {
  const byNode = Map.groupBy(
    samples.filter(({ at }) => at >= warmUp),
    ({ node }) => node,
  )
  const beyond = [...byNode.values()].flatMap((looks) => {
    const unwritten = looks.map(({ storeBytes, storeWritten }) => storeBytes - storeWritten)
    return unwritten.map((bytes) => bytes - unwritten[0]!)
  })
  const most = beyond.length === 0 ? Number.NaN : Math.max(...beyond)
  const allowed = bounds.storeBeyondWritten
  return {
    ...{ name: 'memory of the store beyond what was written', value: Number(mebibytes(most)) },
    ...{ unit: 'MiB', bound: `at most ${mebibytes(allowed)}`, ok: most <= allowed },
  }
}

/** No process may hold more compiled code than its scripts can give. */
function codeCheck(samples: readonly Sample[]): Check {
  const [worst] = samples.toSorted(
    (a, b) => b.codeBytes / b.sourceBytes - a.codeBytes / a.sourceBytes,
  )
  const { codePerSource } = bounds
  const { codeBytes, sourceBytes } = worst ?? { codeBytes: Number.NaN, sourceBytes: Number.NaN }
  return {
    ...{ name: 'compiled code', value: Number(mebibytes(codeBytes)), unit: 'MiB' },
    bound: `at most ${codePerSource} times the ${mebibytes(sourceBytes)} MiB of text that it is compiled from`,
    ok: codeBytes <= codePerSource * sourceBytes,
  }
}

const words: Readonly<Record<Column, readonly [name: string, unit: string, scale: number]>> = {
  heldBytes: ['memory held after a collection', 'KiB/min', 60 / 1_024],
  residentBytes: ['resident memory, the store’s apart', 'KiB/min', 60 / 1_024],
  timers: ['timers', '1/h', 3_600],
  handles: ['other handles', '1/h', 3_600],
  files: ['open files', '1/h', 3_600],
}

/** It grows for certain when the low end of its interval is above what is allowed. */
function growthCheck(column: Column, slope: Slope | undefined, allowed: number): Check {
  const [name, unit, scale] = words[column]
  if (slope === undefined)
    return { name, value: Number.NaN, unit, bound: 'enough samples for a slope', ok: false }
  const told = (perSecond: number): string => (perSecond * scale).toFixed(1)
  return {
    ...{ name: `slope of ${name}`, value: Number(told(slope.median)), unit },
    bound: `99% interval ${told(slope.low)} to ${told(slope.high)} not above ${told(allowed)}`,
    ok: slope.low <= allowed,
  }
}

/** A share that must not fall below a bound. */
export const shareCheck = (name: string, part: number, whole: number, percent: number): Check => {
  const value = whole === 0 ? 0 : (100 * part) / whole
  return {
    ...{ name, value: Number(value.toFixed(3)), unit: '%' },
    ...{ bound: `${part} of ${whole}, at least ${percent}%`, ok: value >= percent },
  }
}

/** A count that must be an exact number. */
export const exactCheck = (name: string, value: number, wanted: number): Check => ({
  ...{ name, value, unit: '', bound: `exactly ${wanted}`, ok: value === wanted },
})

/** A count with a bound above. */
export const mostCheck = (name: string, value: number, most: number): Check => ({
  ...{ name, value, unit: '', bound: `at most ${most}`, ok: value <= most },
})

/** A count with a bound below. */
export const leastCheck = (name: string, value: number, least: number): Check => ({
  ...{ name, value, unit: '', bound: `at least ${least}`, ok: value >= least },
})

/** Kills and what is to follow from them: everybody comes back, and every event stream with him. */
export interface Churn {
  readonly seconds: number
  readonly churnSeconds: number
  readonly kills: number
  readonly restartsFailed: number
  /** Processes that ended though nobody killed them. */
  readonly ended: number
  readonly dashboards: number
  /** Events of each stream. */
  readonly streams: readonly number[]
  /** Streams that were opened again. */
  readonly reopened: number
}

export function churnChecks(churn: Churn): Check[] {
  const { seconds, churnSeconds, kills, restartsFailed, ended, dashboards, streams } = churn
  const killsMin = Math.floor(seconds / (churnSeconds + bounds.restartSeconds))
  const reopenedMax = kills * dashboards + streams.length * bounds.cutOffPerStream
  const alive = streams.filter((events) => events > 0).length
  return [
    leastCheck('kills', kills, killsMin),
    exactCheck('killed nodes that did not come back in time', restartsFailed, 0),
    exactCheck('processes that ended by themselves', ended, 0),
    exactCheck('event streams with events', alive, streams.length),
    mostCheck('event streams opened again', churn.reopened, reopenedMax),
  ]
}

/** The soak itself could not go on. */
export const brokenCheck = (error: unknown): Check => ({
  ...{ name: 'the soak went to its end', value: 0, unit: '' },
  ...{ bound: (error as Error).message, ok: false },
})

/** A table for people. */
export function tableOf(checks: readonly Check[]): string {
  const rows = checks.map(({ ok, name, value, unit, bound }) => [
    ...[ok ? 'ok' : 'WRONG', name, `${value} ${unit}`.trim(), bound],
  ])
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]!.length)))
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')).join('\n')
}
