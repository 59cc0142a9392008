// The engine as the machine around it reads it: always of the height being decided.
import type { EngineChain } from './engine-chain.ts'
import type { EngineHeight } from './engine-height.ts'
import type { EngineView } from './engine-io.ts'

export const engineViewOf = (at: () => EngineHeight, chain: EngineChain): EngineView => ({
  get height() {
    return at().height
  },
  get round() {
    return at().round
  },
  get step() {
    return at().step
  },
  get committee() {
    return at().committee
  },
  get lastCommit() {
    return chain.previous?.commit ?? null
  },
  proposerOf: (round) => at().proposerOf(round),
  rounds: () => at().rounds(),
  vote: (kind, round, voter) => at().vote(kind, round, voter),
  votesFor: (kind, round, block) => at().driver.votes.votesFor(kind, round, block),
  proposal: (round) => at().proposal(round),
})
