// The child process of the store's crash tests: writes numbered batches and prints each number once
// its batch was acknowledged. Arguments: folder, engine, sync|nosync, first, count (0: until killed).
import { writeSync } from 'node:fs'
import { openStore } from '../../src/runtime/store/open-store.ts'
import type { StoreEngine } from '../../src/runtime/store/store.ts'

const [folder, engine, mode, first, count] = process.argv.slice(2)
const store = await openStore(folder!, { engine: engine as StoreEngine })
const end = Number(count) === 0 ? Number.POSITIVE_INFINITY : Number(first) + Number(count)
for (let n = Number(first); n < end; n++) {
  const name = String(n).padStart(8, '0')
  const value = new Uint8Array(200).fill(n % 251)
  await store.batch(
    ['a', 'b', 'c'].map((part) => ({ key: `${name}/${part}`, value })),
    { sync: mode === 'sync' },
  )
  // A direct write: what the parent has read was acknowledged, whatever dies afterwards.
  writeSync(1, `${n}\n`)
}
await store.close()
