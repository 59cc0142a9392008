// The flags of `provision`: what they may be, judged before anything is touched or told, and what the node
// is started with by them.
import { parseInvite } from '../../src/core/invite.ts'
import type { ManagerKind, Service } from './service.ts'
import { judgeWord } from './units.ts'

export interface ProvisionFlags {
  readonly home: string | undefined
  /** `here`, or what npm understands; undefined: the program that runs now, packed. */
  readonly from: string | undefined
  readonly programs: string | undefined
  /** The folder of the command `trustnet`. */
  readonly bin: string | undefined
  readonly registry: string | undefined
  readonly manager: ManagerKind | undefined
  /** undefined: where the registry is known to have this very program. */
  readonly 'auto-update': boolean | undefined
  readonly within: number
  /** Keeps nothing of the flags that the service was set up with before. */
  readonly anew: boolean
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
  const { home, programs, bin, from, registry, join, owner, listen, overlay } = flags
  if (join !== undefined) parseInvite(join)
  const { judgeSettings } = await import('../../src/runtime/settings.ts')
  await judgeSettings({
    ...(owner === undefined ? {} : { owner }),
    ...(listen === undefined ? {} : { listen }),
    ...(overlay === undefined ? {} : { overlays: overlay }),
  })
  const words = [home, programs, bin, from, registry].filter((word) => word !== undefined)
  for (const word of [...words, ...startFlags(flags)]) judgeWord(word)
}

/** In the order in which the node gets them. */
const ofStart = ['overlay', 'listen', 'owner', 'api-port', 'join'] as const

/**
 * The flags of `node start` that the node gets, as words.
 *
 * @param before what it is started with so far: kept where a flag is not given
 */
export function startFlags(flags: ProvisionFlags, before: readonly string[] = []): string[] {
  const kept = pairsIn(before)
  return ofStart.flatMap((name) => {
    const given = [flags[name] ?? []].flat().map((value) => [`--${name}`, String(value)])
    return (given.length > 0 ? given : kept.filter(([flag]) => flag === `--${name}`)).flat()
  })
}

/** `--name value`, as `startFlags` makes them. */
const pairsIn = (words: readonly string[]): (readonly [flag: string, value: string])[] =>
  words.flatMap((flag, at) => (at % 2 === 0 ? [[flag, words[at + 1] ?? ''] as const] : []))

/** What a service is started with and updated from: all that its flags decide for good. */
type Flagged = Pick<Service, 'arguments' | 'registry' | 'autoUpdate'>

/**
 * What became of the flags of an earlier `provision`, as the end of a sentence; '' where each was given again
 * as it was, or there was no earlier one.
 */
export function toldOfFlags(
  flags: ProvisionFlags,
  before: Flagged | undefined,
  now: Flagged,
): string {
  if (before === undefined) return ''
  const told = [...ofStart.map((name) => `--${name}`), '--registry'].map((flag) => {
    const [old, new_] = [valuesOf(before, flag), valuesOf(now, flag)]
    const given = flags[flag.slice(2) as (typeof ofStart)[number] | 'registry'] !== undefined
    if (old === new_) return given || old === '' ? '' : `; keeps ${flag} ${old}`
    if (old === '') return `; new: ${flag} ${new_}`
    return new_ === '' ? `; without ${flag} ${old}` : `; ${flag} ${new_} instead of ${old}`
  })
  const updates = now.autoUpdate ? 'updates by itself' : 'updates by hand'
  return `${told.join('')}${before.autoUpdate === now.autoUpdate ? '' : `; ${updates} now`}`
}

function valuesOf({ arguments: words, registry }: Flagged, flag: string): string {
  if (flag === '--registry') return registry ?? ''
  const values = pairsIn(words).flatMap(([name, value]) => (name === flag ? [value] : []))
  // Nobody reads an invite, and a line of steps is to stay one.
  return values.map((value) => (flag === '--join' ? shortened(value) : value)).join(' ')
}

const shortened = (invite: string): string =>
  invite.length > 40 ? `${invite.slice(0, 30)}…${invite.slice(-8)}` : invite
