// A light client over sources of light blocks: follows the first one to a height and has the others
// confirm what it found. All decisions are those of pursuit.ts, trust.ts and attack.ts; this only
// fetches. Nothing here needs Node.js: it runs in a browser as it is.
import type { Millis } from '../../src/core/id.ts'
import type { Verify } from '../../src/core/signature.ts'
import { blockIdOf } from '../block.ts'
import type { Height } from '../vote.ts'
import { type Attack, attackOf } from './attack.ts'
import type { LightBlock } from './light-block.ts'
import { Pursuit, type PursuitMode, type PursuitState } from './pursuit.ts'
import { type LightRule, type Trusted, type TrustOptions, trustIn } from './trust.ts'

/** The light block of a height from some node; rejects when it cannot be had. */
export type FetchLightBlock = (height: Height) => Promise<LightBlock>

export interface LightClientPorts {
  readonly verify: Verify
  readonly now: () => Millis
  /** Whom we follow. */
  readonly fetch: FetchLightBlock
  /** Who is asked for the same height. Without any, whoever controls the source and a third of an old committee deceives us. */
  readonly witnesses?: readonly FetchLightBlock[]
}

export type Followed =
  /** @property unheard places of witnesses that could not be asked, or whose own answer was no good */
  | {
      readonly is: 'verified'
      readonly block: LightBlock
      readonly trusted: Trusted
      readonly trace: readonly LightBlock[]
      readonly unheard: readonly number[]
    }
  | { readonly is: 'refused'; readonly height: Height; readonly rule: LightRule }
  /** Two chains were decided. Trust neither; show the evidence around. `culprits` may be empty when nobody signed both. */
  | { readonly is: 'attacked'; readonly witness: number; readonly attack: Attack }

/**
 * Follows the source from what is trusted to a height above it.
 *
 * @throws what `ports.fetch` rejects with; a witness that rejects is `unheard`
 */
export async function follow(
  ports: LightClientPorts,
  options: TrustOptions,
  trusted: Trusted,
  target: Height,
  mode: PursuitMode = 'skipping',
): Promise<Followed> {
  const end = await pursue(ports, ports.fetch, options, trusted, target, mode)
  if (end.is !== 'reached') return end
  const unheard: number[] = []
  for (const [place, witness] of (ports.witnesses ?? []).entries()) {
    const said = await confirm(ports, witness, options, trusted, end.trace)
    if (said === 'unheard') unheard.push(place)
    else if (said !== 'confirmed') return { is: 'attacked', witness: place, attack: said }
  }
  const block = end.trace.at(-1)!
  return { is: 'verified', block, trusted: trustIn(block), trace: end.trace, unheard }
}

/** Until the height is reached or something is wrong. */
async function pursue(
  { verify, now }: LightClientPorts,
  fetch: FetchLightBlock,
  options: TrustOptions,
  trusted: Trusted,
  target: Height,
  mode: PursuitMode,
): Promise<Exclude<PursuitState, { readonly is: 'wanting' }>> {
  const pursuit = new Pursuit(verify, options, trusted, target, mode)
  for (;;) {
    const { state } = pursuit
    if (state.is !== 'wanting') return state
    pursuit.give(await fetch(state.height), now())
  }
}

/**
 * Does a witness know the same block? If not: at the first verified height on which it differs, can it
 * be followed from the one before, on which both agree? Then two chains were decided.
 */
async function confirm(
  ports: LightClientPorts,
  witness: FetchLightBlock,
  options: TrustOptions,
  trusted: Trusted,
  trace: readonly LightBlock[],
): Promise<'confirmed' | 'unheard' | Attack> {
  const agrees = async (block: LightBlock): Promise<boolean> =>
    blockIdOf((await witness(block.header.height)).header) === blockIdOf(block.header)
  try {
    if (await agrees(trace.at(-1)!)) return 'confirmed'
    let common = trusted
    for (const block of trace) {
      if (await agrees(block)) {
        common = trustIn(block)
        continue
      }
      const { height } = block.header
      const end = await pursue(ports, witness, options, common, height, 'skipping')
      return (end.is === 'reached' && attackOf(block, end.trace.at(-1)!)) || 'unheard'
    }
    return 'unheard'
  } catch {
    // It could not be asked.
    return 'unheard'
  }
}
