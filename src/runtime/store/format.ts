// The format of a node's store: a number under the key `format`, raised when what lies under the other
// keys changes its meaning. A newer store is refused, for its reader would misread it; an older one is
// brought up step by step when a node starts on it, and `trustnet store migrate --dry-run` tells before
// what that would write. Up to November 2026 stores bore no number: they count as format 0.
import { assert } from '../../core/assert.ts'
import { utf8, utf8Text } from '../../core/bytes.ts'
import { Failure } from '../../core/failure.ts'
import type { StoreWrite } from '../../core/machine.ts'
import { openStore, type StoreOptions } from './open-store.ts'
import type { Store } from './store.ts'

const formatKey = 'format'

/** Writes of a step that go to disk together; a step may be begun again from its beginning. */
const writesPerBatch = 1_000

/** From one format to the next. Its writes must be the same when it runs again over what it wrote. */
export interface FormatStep {
  readonly from: number
  /** For people: what becomes different. */
  readonly does: string
  /** Every write that it takes, without the number itself. */
  writes(store: Store): AsyncIterable<StoreWrite>
}

/** In order; each ends one above where it begins. */
const formatSteps: readonly FormatStep[] = [
  {
    from: 0,
    does: 'writes the number of the format; entries, blocks and state keep their layout',
    // The layout had not changed when numbers came in.
    async *writes() {},
  },
]

/** The format that this version writes. */
export const newestFormat = formatSteps.length

/** What a migration did, or would do. */
export interface Migration {
  readonly from: number
  readonly to: number
  readonly steps: readonly { readonly to: number; readonly does: string; readonly writes: number }[]
}

/** The format of a store: `fresh` where nothing lies in it, 0 where there is no number. */
async function formatOf(store: Store, folder: string): Promise<number | 'fresh'> {
  const value = await store.get(formatKey)
  if (value !== undefined) {
    const text = utf8Text(value)
    // Damage is not a future version.
    if (!/^[1-9]\d{0,8}$/.test(text))
      throw new Failure('store/corrupt', { folder, why: `its format is "${text}"` })
    return Number(text)
  }
  for await (const _ of store.entries('')) return 0
  return 'fresh'
}

export interface MigrationOptions {
  /** Counts what would be written and writes nothing. @default false */
  readonly dryRun?: boolean
  /** @default those of this version */
  readonly steps?: readonly FormatStep[]
}

/**
 * Brings a store up to the newest format.
 *
 * @param folder named in failures
 * @returns undefined where there was nothing to do
 * @throws Failure `store/newer-format`
 */
export async function migrateStore(
  store: Store,
  folder: string,
  { dryRun = false, steps = formatSteps }: MigrationOptions = {},
): Promise<Migration | undefined> {
  const newest = steps.length
  assert(
    steps.every(({ from }, index) => from === index),
    'every format has the step that leaves it',
  )
  const format = await formatOf(store, folder)
  if (format === 'fresh') {
    if (!dryRun) await store.batch([mark(newest)], { sync: true })
    return undefined
  }
  if (format > newest) throw new Failure('store/newer-format', { folder, format, known: newest })
  const done: Migration['steps'][number][] = []
  for (const step of steps.slice(format)) {
    const writes = await take(step, store, dryRun)
    done.push({ to: step.from + 1, does: step.does, writes })
  }
  return done.length === 0 ? undefined : { from: format, to: newest, steps: done }
}

/** Takes one step; the number comes last, with its last writes. */
async function take(step: FormatStep, store: Store, dryRun: boolean): Promise<number> {
  let count = 0
  let waiting: StoreWrite[] = []
  for await (const write of step.writes(store)) {
    count += 1
    if (dryRun) continue
    waiting.push(write)
    if (waiting.length < writesPerBatch) continue
    await store.batch(waiting, { sync: true })
    waiting = []
  }
  if (!dryRun) await store.batch([...waiting, mark(step.from + 1)], { sync: true })
  return count
}

const mark = (format: number): StoreWrite => ({ key: formatKey, value: utf8(String(format)) })

/**
 * Opens the store of a node, in the newest format from then on.
 *
 * @param migrated told when the store was of an older format
 * @throws Failure as `openStore`, and `store/newer-format`
 */
export async function openNodeStore(
  folder: string,
  options: StoreOptions = {},
  migrated?: (migration: Migration) => void,
): Promise<Store> {
  const store = await openStore(folder, options)
  try {
    const migration = await migrateStore(store, folder)
    if (migration !== undefined) migrated?.(migration)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}
