// The flags of `provision`: what they may be, judged before anything is touched or told, and what the node
// is started with by them.
import { parseInvite } from '../../src/core/invite.ts'
import type { ManagerKind } from './service.ts'
import { judgeWord } from './units.ts'

export interface ProvisionFlags {
  readonly home: string | undefined
  /** `here`, or what npm understands; undefined: the program that runs now, packed. */
  readonly from: string | undefined
  readonly programs: string | undefined
  readonly registry: string | undefined
  readonly manager: ManagerKind | undefined
  /** undefined: where the registry is known to have this very program. */
  readonly 'auto-update': boolean | undefined
  readonly within: number
  readonly join: string | undefined
  readonly listen: readonly string[] | undefined
  readonly overlay: readonly string[] | undefined
  readonly owner: string | undefined
  readonly 'api-port': number | undefined
}

/**
 * Judges what can be wrong with the flags by themselves, wherever they are meant for.
 *
 * @throws Failure `invite/malformed`, `service/bad-word`, and what a start refuses of its settings
 */
export async function judgeFlags(flags: ProvisionFlags): Promise<void> {
  const { home, programs, from, registry, join, owner, listen, overlay } = flags
  if (join !== undefined) parseInvite(join)
  const { judgeSettings } = await import('../../src/runtime/settings.ts')
  await judgeSettings({
    ...(owner === undefined ? {} : { owner }),
    ...(listen === undefined ? {} : { listen }),
    ...(overlay === undefined ? {} : { overlays: overlay }),
  })
  const words = [home, programs, from, registry].filter((word) => word !== undefined)
  for (const word of [...words, ...startFlags(flags)]) judgeWord(word)
}

/** The flags of `node start` that the node gets. */
export function startFlags(flags: ProvisionFlags): readonly string[] {
  const given = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name}`, String(value)]
  return [
    ...(flags.overlay ?? []).flatMap((name) => given('overlay', name)),
    ...(flags.listen ?? []).flatMap((address) => given('listen', address)),
    ...given('owner', flags.owner),
    ...given('api-port', flags['api-port']),
    ...given('join', flags.join),
  ]
}
