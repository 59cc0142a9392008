// How the network takes a node, as one node tells another (transport/standing.ts): JSON of the same
// fields as `own` of a status, with the height at which that held.
import type { Parameters } from '../../../trustchain/ledger/parameters.ts'
import type { LedgerView } from '../../../trustchain/ledger/view.ts'
import { utf8, utf8Text } from '../../core/bytes.ts'
import type { NodeId } from '../../core/id.ts'
import type { Question } from '../transport/passing.ts'
import { ownView, type ToldStanding } from './ledger-views.ts'

/** What to say of a node; undefined where no chain is kept. */
export function encodeStanding(
  chain: { readonly ledger: LedgerView; readonly parameters: Parameters } | undefined,
  node: NodeId,
): Uint8Array | undefined {
  if (chain === undefined) return undefined
  const { ledger, parameters } = chain
  const own = ownView(ledger, node, parameters)
  return utf8(JSON.stringify({ schemaVersion: 1, height: ledger.height, ...own }))
}

/** Asks the node at an address (with its PeerId); undefined where no sound answer comes. */
export async function askStanding(
  address: string,
  node: NodeId,
  how: Pick<Question, 'signal' | 'transports'> = {},
): Promise<ToldStanding | undefined> {
  const { fetchStanding } = await import('../transport/standing.ts')
  const bytes = await fetchStanding(address, node, how)
  return bytes && decodeStanding(bytes, address)
}

/** Reads what somebody said; undefined where that is no such answer. */
export function decodeStanding(bytes: Uint8Array, from: string): ToldStanding | undefined {
  let said: Partial<Record<keyof ToldStanding['own'] | 'schemaVersion' | 'height', unknown>>
  try {
    said = JSON.parse(utf8Text(bytes)) ?? {}
  } catch {
    return undefined
  }
  const { height, status, reputation, warned, convicted, warnBelow, banBelow, healAbove } = said
  const sound =
    said.schemaVersion === 1 &&
    isCount(height) &&
    (status === null || ['ACTIVE', 'INACTIVE', 'BANNED'].includes(status as string)) &&
    (reputation === null || isPoints(reputation)) &&
    [warned, convicted].every((one) => typeof one === 'boolean') &&
    [warnBelow, banBelow, healAbove].every((line) => isPoints(line) && isCount(line))
  if (!sound) return undefined
  const own = { status, reputation, warned, convicted, warnBelow, banBelow, healAbove }
  return { from, height, own: own as ToldStanding['own'] }
}

const isCount = (said: unknown): said is number => Number.isSafeInteger(said) && Number(said) >= 0

const isPoints = (said: unknown): boolean => typeof said === 'number' && said >= 0 && said <= 100
