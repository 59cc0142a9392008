// What a node may be started with, judged before anything is touched: a name or an overlay that its
// contact cannot carry would otherwise end it half-way.
import { multiaddr } from '@multiformats/multiaddr'
import { utf8 } from '../core/bytes.ts'
import { Failure } from '../core/failure.ts'
import { ownerBytesMax } from '../core/limits.ts'
import type { NodeOverlay } from '../node/node-ports.ts'
import { overlaysOf } from './overlays.ts'

// An owner's name is shown in terminals: control characters could move the cursor or hide text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** What of the settings can be wrong by itself. */
export interface CheckedSettings {
  readonly overlays?: readonly string[]
  readonly owner?: string
  readonly listen?: readonly string[]
}

/**
 * Judges the settings of a start and reads its overlays.
 *
 * @throws Failure `node/malformed-owner`, `node/malformed-listen`, and those of `overlaysOf`
 */
export function judgeSettings(settings: CheckedSettings): Promise<NodeOverlay[]> {
  judgeOwner(settings.owner ?? '')
  for (const address of settings.listen ?? [])
    if (!isListenable(address)) throw new Failure('node/malformed-listen', { text: address })
  return overlaysOf(settings.overlays ?? ['social'])
}

function judgeOwner(owner: string): void {
  const bytes = utf8(owner).length
  const why = !owner.isWellFormed()
    ? 'it is no well-formed text'
    : control.test(owner)
      ? 'it has control characters'
      : bytes > ownerBytesMax
        ? `it takes ${bytes} bytes, ${ownerBytesMax} are allowed`
        : undefined
  if (why !== undefined) throw new Failure('node/malformed-owner', { why })
}

/** An address of a TCP port; whether it is there and free shows when it is taken. */
function isListenable(address: string): boolean {
  try {
    return multiaddr(address)
      .getComponents()
      .some(({ name }) => name === 'tcp')
  } catch {
    return false
  }
}
