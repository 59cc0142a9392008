// Acceptance 4 at its full size: a thousand values on fifty real nodes, ten in each of five processes.
// One process is killed: a fifth of the nodes crash at once. In the other run its nodes drop and forget.
import { test } from 'vitest'
import { afterCrash, besideDroppers } from './live-trials.ts'

const routing = 'trustnet'
const size = { routing, processes: 5, nodesEach: 10, values: 1_000, within: 900_000 } as const

test('1,000 values on 50 nodes are all read after ten were killed at once', async () => {
  await afterCrash(size)
}, 2_400_000)

test('of 1,000 values on 50 nodes, ten of which drop and forget, 99.9% are read', async () => {
  await besideDroppers(size)
}, 2_400_000)
