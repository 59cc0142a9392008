// How long a member can be convicted for what it signed, and that one conviction is enough.
import { expect, test } from 'vitest'
import { evidenceBlocksMax } from '../../../src/core/limits.ts'
import { judge } from '../../../trustchain/ledger/admission.ts'
import { founded } from '../../../trustchain/ledger/genesis-state.ts'
import { parametersOf } from '../../../trustchain/ledger/parameters.ts'
import { State } from '../../../trustchain/ledger/state.ts'
import { genesisOf, people } from './chain.ts'

test('rule 13: evidence is heard for its number of blocks and no longer, and convicts once', () => {
  const all = people(4)
  const state = new State()
  const genesis = genesisOf(all)
  founded(state, parametersOf({}), genesis)
  const culprit = all[0]!.id
  const of = 10
  const judgeAt = (height: number) => {
    state.chains.set('', { height, time: genesis.createdAt, transactions: 0 })
    const evidence = { is: 'evidence', culprit, height: of } as const
    return judge(state, parametersOf({}), { transaction: evidence, hash: '' } as never, {} as never)
  }
  // Judged for the next height.
  expect(judgeAt(of)).toBe('applies')
  expect(judgeAt(of + evidenceBlocksMax - 1)).toBe('applies')
  expect(judgeAt(of + evidenceBlocksMax)).toMatchObject({ code: 'evidence/expired' })
  state.nodes.set(culprit, { ...state.nodes.get(culprit)!, convicted: 12 })
  expect(judgeAt(of)).toBe('final')
})
