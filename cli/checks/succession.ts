// What `doctor` says of a key whose name went, or is about to go, to another key.
import { access } from 'node:fs/promises'
import type { ApiClient } from '../../src/api/client.ts'
import { type Check, note, wrong } from './check.ts'

/** Nothing where the running key has its name and is to keep it. */
export async function succession(api: ApiClient, home: string): Promise<readonly Check[]> {
  const { successorPaths } = await import('../../src/runtime/home/successor.ts')
  const { next, final } = successorPaths(home)
  const { successor } = await api.succession()
  const isThere = (file: string): Promise<boolean> =>
    access(file).then(
      () => true,
      () => false,
    )
  const begun = await isThere(next)
  if (successor === null)
    return begun
      ? [
          note(
            'succession',
            `A hand-over to a new key was begun (${next}): trustnet keys succeed ends it.`,
          ),
        ]
      : []
  const whose = successor.peerId ?? successor.nodeId
  const how = (await isThere(final))
    ? 'Restart the node: it starts with the new key.'
    : begun
      ? 'Run trustnet keys succeed again, then restart the node.'
      : 'Import the new key (trustnet keys import FILE --replace), or, if somebody else did that, tell those who rate you.'
  return [
    wrong(
      'succession',
      `This key handed its name over to ${whose}, and nothing that it signs counts any more. ${how}`,
    ),
  ]
}
