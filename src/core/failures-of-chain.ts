// What can be wrong with blocks, the committee and a chain on disk.
// See failure.ts for how these become errors.
import { entry } from './failure-entry.ts'

export const failuresOfChain = {
  'chain/none': entry<Record<string, never>>(
    'failure',
    () =>
      'This node keeps no chain, so it knows no blocks, committee or reputation: start it with this version of trustnet, or ask another node with --home or --node.',
  ),
  'chain/not-final': entry<{ seq: number; seconds: number }>(
    'timeout',
    (f) =>
      `The rating is signed and kept as entry ${f.seq}, but no block holds it after ${f.seconds} s: it becomes final when the committee agrees again ('trustnet committee' shows who is there); wait longer with --timeout.`,
  ),
  'chain/nothing-to-read': entry<{ folder: string }>(
    'failure',
    (f) =>
      `There is no chain in ${f.folder}: no node ever ran there. Name the home of a stopped node with --home.`,
  ),
  'chain/faulty': entry<{ height: number; why: string }>(
    'failure',
    (f) =>
      `Block ${f.height} on disk is not what the committee certified (${f.why}): move the store folder of this home away and start the node, it fetches the chain from its peers again.`,
  ),
  'chain/unwritable': entry<{ file: string; why: string }>(
    'failure',
    (f) => `The chain cannot be written to ${f.file} (${f.why}): check its folder and its rights.`,
  ),
  /** `why` is the whole sentence of the consensus machine, with what to do. */
  'chain/corrupt': entry<{ folder: string; why: string }>(
    'failure',
    (f) =>
      `The node of ${f.folder} stops, or it might sign what contradicts itself: ${f.why}. Its key alone is worth keeping; never restore an older copy of the store while the network goes on.`,
  ),
  'block/unknown': entry<{ height: number; latest: number }>('failure', (f) =>
    f.height > f.latest
      ? `There is no block ${f.height} yet: the latest is ${f.latest}.`
      : `This node does not hold block ${f.height}: it began from a snapshot. Ask a node that holds the whole chain.`,
  ),
} as const
