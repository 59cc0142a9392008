// The state before the first block: founding members with their seats and records, the roots, the
// standing that follows when nobody has rated yet, and the first epoch.
import { Committee } from '../../src/core/committee.ts'
import type { StoreWrite } from '../../src/core/machine.ts'
import { identityOf } from '../identity.ts'
import { weighByStanding } from './epochs.ts'
import { committeeKey } from './leaves.ts'
import type { Parameters } from './parameters.ts'
import type { State } from './state.ts'
import { newNode } from './succession.ts'
import type { LedgerGenesis } from './view.ts'

/**
 * Fills an empty state; its leaves are a pure function of the genesis.
 *
 * @returns the writes that make it durable
 */
export function founded(
  state: State,
  rules: Parameters,
  genesis: LedgerGenesis,
): readonly StoreWrite[] {
  const { createdAt, members } = genesis
  const byId = (keys: readonly Uint8Array[]): readonly Uint8Array[] =>
    [...new Map(keys.map((key) => [identityOf(key).id, identityOf(key).key])).entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, key]) => key)
  state.chains.set('', { height: 0, time: createdAt, transactions: 0 })
  state.epochs.set('', {
    ...{ number: 0, startedHeight: 0, startedAt: createdAt, reported: -1, handover: null },
  })
  const roots = genesis.roots.length === 0 ? members : genesis.roots
  state.rootSets.set('', { version: 0, keys: byId(roots) })
  const committee = new Committee(byId(members).map((publicKey) => ({ publicKey })))
  state.committees.set(committeeKey(1), { from: 1, committee })
  for (const { nodeId, publicKey } of committee.members)
    state.nodes.set(nodeId, newNode(publicKey, createdAt))
  weighByStanding(state, rules, [])
  return state.adopt(state.take())
}
