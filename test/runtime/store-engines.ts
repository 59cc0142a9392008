// The store engines that load on this machine: RocksDB is an optional package without builds for
// every one. Its tests do not run where it is absent, and say so.
import { loadRocksDb } from '../../src/runtime/store/rocksdb.ts'
import { type StoreEngine, storeEngines } from '../../src/runtime/store/store.ts'

const rocksDbLoads = await loadRocksDb().then(
  () => true,
  (error: Error) => {
    console.log(`skipped: the tests on RocksDB, as it does not load here (${error.message})`)
    return false
  },
)

export const enginesHere: readonly StoreEngine[] = storeEngines.filter(
  (engine) => engine !== 'rocksdb' || rocksDbLoads,
)
