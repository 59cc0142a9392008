// Does the node take part? It has joined, its disk takes writes, and it holds the latest block that it
// has heard of. The disk is asked by writing and syncing a small file in the home, at most every few
// seconds, however often somebody looks.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadinessView } from '../../api/service.ts'
import { nameBeside, secretMode, writeFresh } from '../home/atomic-file.ts'
import type { RunningNode } from '../running-node.ts'
import { Recent } from './recent.ts'

/** How old an answer of the disk may be. */
const diskAgeMsMax = 5_000

export class Readiness {
  readonly #node: RunningNode
  readonly #disk: Recent<Promise<string | undefined>>

  constructor(node: RunningNode) {
    this.#node = node
    this.#disk = new Recent(() => complaintOfDisk(node.folder), diskAgeMsMax)
  }

  async view(): Promise<ReadinessView> {
    const { membership, finality } = this.#node.machine
    const disk = await this.#disk.get()
    const joined = membership.joined
    const caughtUp = finality?.consensus.isCatchingUp !== true
    return {
      ...{ ready: joined && disk === undefined && caughtUp },
      ...{ joined, storeWritable: disk === undefined, caughtUp },
      why: [
        ...(joined ? [] : ['It has not found its place among its peers yet.']),
        ...(disk === undefined ? [] : [`Its home cannot be written (${disk}).`]),
        ...(caughtUp ? [] : ['Its peers are at a later block, which it fetches.']),
        ...this.#node.versions.advice(),
      ],
    }
  }
}

/** Why a file cannot be written and synced in a folder; undefined when it can, or when there is none. */
async function complaintOfDisk(folder: string | undefined): Promise<string | undefined> {
  if (folder === undefined) return undefined
  const file = nameBeside(join(folder, 'writable'))
  try {
    await writeFresh(file, 'x', secretMode)
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    await rm(file, { force: true }).catch(() => {})
  }
}
