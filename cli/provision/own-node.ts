// The Node that runs a service: the one that provisions, or a copy of it among the programs where whoever
// runs the service could not come to it (as below /root, where version managers of root's put it).
//
//     <programs>/node/24.21.0/node
import { constants, existsSync } from 'node:fs'
import { chmod, copyFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { canReach } from './reach.ts'
import type { Service } from './service.ts'

const nodesFolder = (programs: string): string => join(programs, 'node')
const copyIn = (programs: string): string =>
  join(nodesFolder(programs), process.versions.node, 'node')

/**
 * Which Node runs a service. Nothing is copied yet.
 *
 * @param before the service as it was
 * @param own the Node that runs now
 */
export async function nodeFor(
  service: Pick<Service, 'manager' | 'home' | 'user' | 'programs'>,
  before: Service | undefined,
  own: string = process.execPath,
): Promise<Pick<Service, 'node' | 'updatesBy'>> {
  const { programs } = service
  if (programs === null) return { node: own }
  const copy = copyIn(programs)
  if (own !== copy && (await canReach(service, own))) return { node: own }
  // The copy itself provisions: what it was made of still has npm beside it.
  const original = own === copy ? before?.updatesBy : own
  return original === undefined || !existsSync(original)
    ? { node: copy }
    : { node: copy, updatesBy: original }
}

/** Copies the Node that runs now where the service has one of its own; a copy that is there stays. */
export async function placeNode(
  { node, programs }: Pick<Service, 'node' | 'programs'>,
  own: string = process.execPath,
): Promise<void> {
  if (programs === null || node !== copyIn(programs) || node === own) return
  const [there, wanted] = [await stat(node).catch(() => undefined), await stat(own)]
  if (there?.size === wanted.size) return
  const { makeFolder } = await import('../../src/runtime/home/atomic-file.ts')
  const folder = dirname(node)
  await makeFolder(folder, undefined, 0o755)
  const beside = join(folder, `.new-${process.pid}`)
  try {
    // Some 120 MB; shared with the original where the file system can.
    await copyFile(own, beside, constants.COPYFILE_FICLONE)
    await chmod(beside, 0o755)
    await rename(beside, node)
  } finally {
    await rm(beside, { force: true })
  }
}

/** Drops the copies that a service does not run. */
export async function pruneNodes({ node, programs }: Pick<Service, 'node' | 'programs'>) {
  if (programs === null) return
  const folder = nodesFolder(programs)
  for (const name of await readdir(folder).catch(() => []))
    if (join(folder, name, 'node') !== node) await rm(join(folder, name), { recursive: true })
}
