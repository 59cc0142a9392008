// The trial of a new program beside the one that runs: does it start on this machine, and could the old one
// still read the store after it?
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { entryOf, versionOf } from './programs.ts'
import { runProgram } from './run-program.ts'
import type { Updatable } from './swap.ts'

const timeoutMs = 60_000

/**
 * Does it start at all on this machine? Asked before anything that runs is touched.
 *
 * @throws Failure `update/broken`
 */
export async function tried({ node, programs }: Updatable, installation: string): Promise<void> {
  const to = versionOf(installation)
  const ended = await runProgram(node, [entryOf(programs, installation), '--version'], {
    timeoutMs,
  })
  if (ended.code !== 0 || !ended.out.includes(to))
    throw new Failure('update/broken', {
      to,
      why: ended.code === 0 ? `it says that it is ${ended.out.trim()}` : ended.why,
    })
}

/**
 * Refuses a program that would write the store in a newer format than this one reads: there is no way back
 * from it. A copy of the older store is none, for what the node signed since then is not in it, and signing
 * other things in their place is a fork.
 *
 * @param known the newest format that this program reads
 * @throws Failure `update/raises-format`, `update/broken` where it does not tell
 */
export async function wayBackStays(
  { node, programs }: Updatable,
  installation: string,
  known: number,
): Promise<void> {
  const to = versionOf(installation)
  const { format, why } = await formatOf(node, entryOf(programs, installation))
  if (format === undefined) throw new Failure('update/broken', { to, why })
  if (format > known) throw new Failure('update/raises-format', { to, format, known })
}

/** The format that a program writes: what it tells of an empty store in a home made for the question. */
async function formatOf(node: string, entry: string) {
  const home = await mkdtemp(join(tmpdir(), 'trustnet-trial-'))
  try {
    await mkdir(join(home, 'store'))
    const { code, out, why } = await runProgram(
      node,
      [entry, 'store', 'migrate', '--dry-run', '--json', '--home', home],
      { timeoutMs },
    )
    return { format: code === 0 ? newestIn(out) : undefined, why }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

function newestIn(out: string): number | undefined {
  try {
    const { newest } = JSON.parse(out) as { readonly newest?: unknown }
    return typeof newest === 'number' ? newest : undefined
  } catch {
    return undefined
  }
}
