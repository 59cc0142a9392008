// Mutated ratings files: whatever a file holds, it is read or refused with the line's number in a
// short, printable sentence. Used by mutated-files.test.ts and by `npm run fuzz`.
import { concatBytes, utf8 } from '../../../src/core/bytes.ts'
import { Failure } from '../../../src/core/failure.ts'
import { type Random, seededRandom } from '../../../src/core/random.ts'
import { parseMapping } from '../../../trustchain/rating-file/mapping.ts'
import {
  type RatingFormat,
  RatingReader,
  ratingFormats,
} from '../../../trustchain/rating-file/rating-reader.ts'

const honest: Record<RatingFormat, string> = {
  csv: '# ratings\nanna,bert,0.9,social,1\nbert,carl,-.25,social,1\nanna,dora,1,,2\n',
  snap: '# edges\n0 1\n0 2\n17\t3\n',
  'snap-signed': '6,2,4,1289241911.72836\n6,5,-10,1289241941.53378\n1 15 1 7\n',
  konect: '% asym posweighted\n% 3 3 3\n1 2 .8\n2 3 1\n3\t1\t.6\n',
  metis: '4 3 0\n2 3\n1\n1 4\n3\n',
}
const snippets = [
  '\n',
  '\r',
  ',',
  ' ',
  '-',
  '.',
  '#',
  '%',
  '"',
  '\0',
  '9'.repeat(30),
  '\ufeff',
  'é',
]

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1)
  const [before, after] = [bytes.slice(0, at), bytes.slice(at)]
  switch (random.below(6)) {
    case 0:
      if (after.length > 0) after[0]! ^= 1 << random.below(8)
      return concatBytes([before, after])
    case 1:
      return concatBytes([before, after.subarray(random.below(8))])
    case 2:
      return concatBytes([before, utf8(random.pick(snippets)!), after])
    case 3:
      return concatBytes([before, random.bytes(random.below(6)), after])
    case 4:
      return concatBytes([before, bytes.subarray(random.below(bytes.length + 1)), after])
    default:
      return before
  }
}

/** A file that broke the reader's promise, with what replays it. */
function broken(seed: number, run: number, what: string, cause?: unknown): Error {
  return new Error(`seed ${seed}, run ${run}: ${what}`, { cause })
}

/** Is this how a bad line is told: its number, within the file, in a short printable sentence? */
function isGoodRefusal(error: Failure<'ratings/bad-line'>, lines: number): boolean {
  const { code, facts, message } = error
  return (
    code === 'ratings/bad-line' &&
    facts.line >= 1 &&
    facts.line <= lines + 1 &&
    message.length < 600 &&
    !/[\p{Cc}\p{Cf}]/u.test(message)
  )
}

/**
 * Reads `runs` mutated files of all formats in chunks of any size.
 *
 * @returns how many were refused
 * @throws Error naming seed and run when the reader crashes, refuses in the wrong way, or reads more than there is
 */
export function fuzzRatingFiles(runs: number, seed: number): { refused: number } {
  const random = seededRandom(seed)
  let refused = 0
  for (let run = 0; run < runs; run++) {
    const format = random.pick(ratingFormats)!
    let bytes = utf8(honest[format])
    for (let i = random.below(4); i >= 0; i--) bytes = mutate(bytes, random)
    const mapping = format === 'snap-signed' ? parseMapping('half') : undefined
    const reader = new RatingReader({ file: 'test', format, mapping })
    const lines = bytes.filter((byte) => byte === 0x0a).length + 1
    try {
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + random.below(40)
        reader.push(bytes.subarray(at, at + size))
        at += size
      }
      const { count } = reader.end()
      if (count > 2 * bytes.length) throw broken(seed, run, `${count} ratings in a small file`)
    } catch (error) {
      if (!(error instanceof Failure)) throw broken(seed, run, `${format} crashed`, error)
      if (!isGoodRefusal(error as Failure<'ratings/bad-line'>, lines))
        throw broken(seed, run, `${format} was refused in a bad way: ${error.message}`)
      refused++
    }
  }
  return { refused }
}
