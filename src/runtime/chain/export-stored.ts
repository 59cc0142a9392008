// The chain of a stopped node as JSON lines: one block a line with its header, its transactions (by
// kind, and their bytes in base64) and the commit that made it final.
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FinalBlock } from '../../../consensus/codec-block.ts'
import { hex } from '../../core/bytes.ts'
import { Failure } from '../../core/failure.ts'
import { readTransaction } from './read-transaction.ts'
import { withStoredChain } from './stored-chain.ts'

/**
 * Writes the chain of a home.
 *
 * @param out a file, replaced; undefined for standard output
 * @returns how many blocks were written
 * @throws Failure as `withStoredChain`, `chain/faulty` at a value that is no block, `chain/unwritable`
 */
export function exportStoredChain(folder: string, out: string | undefined): Promise<number> {
  return withStoredChain(folder, async ({ blocks }) => {
    let written = 0
    async function* lines(): AsyncGenerator<string, void, void> {
      for await (const found of blocks()) {
        written++
        yield `${JSON.stringify(lineOf(found))}\n`
      }
    }
    const target = out === undefined ? process.stdout : createWriteStream(out, { mode: 0o644 })
    try {
      await pipeline(Readable.from(lines()), target, { end: out !== undefined })
    } catch (error) {
      if (error instanceof Failure) throw error
      throw new Failure('chain/unwritable', {
        file: out ?? 'standard output',
        why: (error as Error).message,
      })
    }
    return written
  })
}

/** One block as its line says it. */
const lineOf = ({ block, commit }: FinalBlock): object => ({
  schemaVersion: 1,
  height: block.header.height,
  id: block.id,
  header: block.header,
  transactions: block.transactions.map(({ hash, bytes }) => {
    const { kind, author, says } = readTransaction(bytes)
    return { hash, kind, author, says, base64: Buffer.from(bytes).toString('base64') }
  }),
  commit: {
    round: commit.round,
    votes: commit.votes.map(({ voter, signature }) => ({ voter, signature: hex(signature) })),
  },
})
