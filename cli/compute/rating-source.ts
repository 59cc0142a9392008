// Where a ratings file comes from: a path or standard input, packed with gzip or not (told by its
// first two bytes, not by its name). It is read as a stream, so only its ratings are held.
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Failure } from '../../src/core/failure.ts'
import { gzipMagicBytes, isGzip } from '../../src/core/gzip.ts'
import { RatingReader, type ReaderOptions } from '../../trustchain/rating-file/rating-reader.ts'
import type { RatingTable } from '../../trustchain/rating-file/rating-table.ts'

/**
 * Reads all ratings of FILE, or of standard input for `-`.
 *
 * @throws Failure `ratings/unreadable`, `ratings/bad-line`, `ratings/needs-map`, `ratings/nothing-to-map`
 */
export async function readRatingFile(
  path: string,
  options: Omit<ReaderOptions, 'file'>,
): Promise<RatingTable> {
  const file = path === '-' ? 'stdin' : path
  const reader = new RatingReader({ ...options, file })
  const source: AsyncIterable<Uint8Array> = path === '-' ? process.stdin : createReadStream(path)
  try {
    for await (const chunk of unpacked(source)) reader.push(chunk)
  } catch (error) {
    throw error instanceof Failure
      ? error
      : new Failure('ratings/unreadable', { file, why: whyOf(error) })
  }
  return reader.end()
}

/** The bytes, unpacked when they are gzip. */
async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  let head = new Uint8Array(0)
  let over = false
  while (head.length < gzipMagicBytes && !over) {
    const { done, value } = await chunks.next()
    over = done === true
    if (!over) head = Buffer.concat([head, value])
  }
  const whole = (async function* () {
    yield head
    yield* { [Symbol.asyncIterator]: () => chunks }
  })()
  yield* isGzip(head) ? gunzipped(whole) : whole
}

async function* gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  const input = Readable.from(packed, { objectMode: false })
  input.on('error', (error) => gunzip.destroy(error))
  try {
    yield* input.pipe(gunzip)
  } finally {
    input.destroy()
  }
}

function whyOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EACCES') return 'it may not be read'
  if (code?.startsWith('Z_') === true) return `its gzip data are damaged: ${message}`
  return message
}
