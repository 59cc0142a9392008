// Which nodes of a devnet attack, and how: the last ones, so that the founder, whom all others join
// through, stays honest. What each is told goes on its command line.
import { join } from 'node:path'
import { Failure } from '../../src/core/failure.ts'

/**
 * The attacks of the nodes by their names.
 *
 * @param texts KIND:COUNT[@…], each for nodes of its own
 * @throws Failure `devnet/bad-adversary`
 */
export async function plannedAdversaries(
  texts: readonly string[],
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const planned = new Map<string, string>()
  if (texts.length === 0) return planned
  const { formatAdversary, parseAdversary } = await import('../../src/sim/adversary/by-name.ts')
  for (const text of texts) {
    const parsed = parseAdversary(text)
    if (!parsed.ok) throw new Failure('devnet/bad-adversary', { text, why: parsed.why })
    const { spec } = parsed
    const left = names.length - planned.size - 1
    if (spec.count > left) {
      const why = `of ${names.length} nodes one at least is honest, so at most ${left} are left to attack`
      throw new Failure('devnet/bad-adversary', { text, why })
    }
    for (let i = 0; i < spec.count; i++)
      planned.set(names.at(-1 - planned.size)!, formatAdversary(spec))
  }
  return planned
}

/** PeerIds of the identities that lie in these homes. */
export async function peerIdsOf(homes: readonly string[]): Promise<string[]> {
  if (homes.length === 0) return []
  const { loadOrCreateIdentity } = await import('../../src/runtime/home/identity.ts')
  return Promise.all(
    homes.map(async (home) => (await loadOrCreateIdentity(join(home, 'identity'))).peerId),
  )
}
