// Small patches, each of which breaks one of the 24 rules of consensus (docs/decisions names them).
// mutate-consensus.ts applies one at a time to a copy and looks who notices. `find` stands once in
// `file`; when the code moves on, the runner says so.

export interface Mutation {
  /** 1 to 24. */
  readonly rule: number
  /** What the patched code does wrong. */
  readonly patch: string
  readonly file: string
  readonly find: string
  readonly replace: string
  /** A test file that knows the rule by another name; run after the named tests. */
  readonly also?: string
}

const round = 'consensus/round.ts'
const driver = 'consensus/driver.ts'
const keeper = 'consensus/vote-keeper.ts'
const tally = 'consensus/vote-tally.ts'
const commit = 'consensus/commit.ts'
const run = 'consensus/engine-run.ts'
const vote = 'consensus/vote.ts'
const committee = 'src/core/committee.ts'

export const mutations: readonly Mutation[] = [
  {
    ...{ rule: 1, patch: 'a nil polka unlocks', file: round },
    find: "return state.step === 'prevote' ? precommit(state, null) : { state, output: refuse }",
    replace:
      "return state.step === 'prevote' ? precommit({ ...state, lockedValue: null, lockedRound: -1 }, null) : { state, output: refuse }",
  },
  {
    ...{ rule: 1, patch: 'a new round unlocks', file: round },
    find: "const entered: RoundState = { ...state, round, step: 'propose' }",
    replace:
      "const entered: RoundState = { ...state, round, step: 'propose', lockedValue: null, lockedRound: -1 }",
  },
  {
    ...{ rule: 2, patch: 'a late polka sets no valid value', file: round },
    find: "if (step === 'precommit') return { state: valid, output: nothing }",
    replace: "if (step === 'precommit') return { state, output: nothing }",
  },
  {
    ...{ rule: 2, patch: 'a late polka locks', file: round },
    find: "if (step === 'precommit') return { state: valid, output: nothing }",
    replace:
      "if (step === 'precommit') return { state: { ...valid, lockedValue: block, lockedRound: round }, output: nothing }",
  },
  {
    ...{ rule: 3, patch: 'a proposer forgets its valid value', file: round },
    find: 'if (state.validValue !== null)',
    replace: 'if (state.round > 1_000_000 && state.validValue !== null)',
  },
  {
    ...{ rule: 3, patch: 'a valid round below the lock frees from it', file: round },
    find: 'const free = state.lockedRound <= validRound || state.lockedValue === block',
    replace: 'const free = validRound >= 0 || state.lockedValue === block',
  },
  {
    ...{ rule: 3, patch: 'a valid round needs no polka', file: driver },
    find: "if (validRound >= round || !this.votes.hasQuorum('prevote', validRound, block)) return undefined",
    replace: 'if (validRound >= round) return undefined',
  },
  {
    ...{ rule: 4, patch: 'only the current round decides', file: driver },
    find: 'this.#commits.find(({ round, block }) => this.proposals.valid(round, block))',
    replace:
      'this.#commits.find((one) => one.round === round && this.proposals.valid(round, one.block))',
  },
  {
    ...{ rule: 5, patch: 'prevotes alone skip', file: keeper },
    find: '!tally.skipReached && isSkip(tally.weight, total)',
    replace: "!tally.skipReached && isSkip(tally.of('prevote').weight, total)",
  },
  {
    ...{ rule: 5, patch: 'a member counts once for each kind', file: tally },
    find: 'if (this.#prevotes.votes[member] === undefined && this.#precommits.votes[member] === undefined)\n      this.weight += power',
    replace: 'this.weight += power',
  },
  {
    ...{ rule: 6, patch: 'a vote that comes again counts again', file: keeper },
    find: 'if (first.block === vote.block) return known',
    replace:
      'if (first.block === vote.block)\n        return this.#reached(tally, vote, kept.change(vote.block, this.#committee.members[member]!.power))',
  },
  {
    ...{ rule: 6, patch: 'the prevote timeout runs once per height', file: driver },
    find: '      this.#prevoteTimeout = false\n',
    replace: '',
  },
  {
    ...{ rule: 7, patch: 'timeouts do not grow', file: 'consensus/timeouts.ts' },
    find: ' + round * timeouts.step',
    replace: ' + 0 * round * timeouts.step',
  },
  {
    ...{ rule: 7, patch: 'a timeout of an earlier round still counts', file: round },
    find: 'if (round !== state.round) return { state, output: refuse }',
    replace: 'if (round > state.round) return { state, output: refuse }',
  },
  {
    ...{ rule: 8, patch: 'two thirds are a quorum', file: committee },
    find: '3 * weight > 2 * total',
    replace: '3 * weight >= 2 * total',
  },
  {
    ...{ rule: 8, patch: 'one third skips', file: committee },
    find: '=> 3 * weight > total',
    replace: '=> 3 * weight >= total',
  },
  {
    ...{ rule: 9, patch: 'ties go to the higher id', file: 'consensus/proposer.ts' },
    find: 'if (turn.priority > next.priority) next = turn',
    replace: 'if (turn.priority >= next.priority) next = turn',
  },
  {
    ...{ rule: 9, patch: 'a change does not centre', file: 'consensus/proposer.ts' },
    find: 'return new ProposerRotation(centred(rescaled(turns, total)), this.proposer)',
    replace: 'return new ProposerRotation(rescaled(turns, total), this.proposer)',
  },
  {
    ...{ rule: 15, patch: 'nil votes weigh nothing', file: tally },
    find: '    this.weight += by\n    const at',
    replace: '    if (block !== null) this.weight += by\n    const at',
  },
  {
    ...{ rule: 15, patch: 'a commit may be made of nil votes', file: commit },
    find: 'if (first === undefined || first.block === null) return undefined',
    replace: 'if (first === undefined) return undefined',
  },
  {
    ...{ rule: 16, patch: 'a voter counts as often as it stands there', file: commit },
    find: "if (commit.votes.some(({ voter }, i) => i > 0 && voter <= commit.votes[i - 1]!.voter))\n    return invalid('order')",
    replace: '',
  },
  {
    ...{ rule: 16, patch: 'signatures are not looked at', file: commit },
    find: "if (!verify(committee.member(voter)!.publicKey, message, signature)) return invalid('signature')",
    replace: "if (signature.length !== 64) return invalid('signature')",
  },
  {
    ...{ rule: 16, patch: 'a commit of another block passes', file: commit },
    find: "if (commit.block !== block) return invalid('block')",
    replace: '',
  },
  {
    ...{ rule: 17, patch: 'the round is not signed', file: vote },
    find: 'view.setUint32(8, round)',
    replace: 'view.setUint32(8, 0 * round)',
  },
  {
    ...{ rule: 17, patch: 'the kind is not signed', file: 'src/core/signature.ts' },
    find: 'kind}/1',
    replace: 'kind.length > 0}/1',
  },
  {
    ...{ rule: 17, patch: 'the chain is not signed', file: 'src/core/signature.ts' },
    find: 'chainId}`)',
    replace: 'chainId.length}`)',
  },
  {
    ...{ rule: 18, patch: 'the check is cofactored', file: 'src/core/ed25519.ts' },
    find: 'return equalBytes(expected.toBytes(), r)',
    replace: 'return expected.subtract(Point.fromBytes(r)).clearCofactor().equals(Point.ZERO)',
  },
  {
    ...{ rule: 18, patch: 'points of small order pass', file: 'src/core/ed25519.ts' },
    also: 'test/core/ed25519.test.ts',
    find: ' && !smallOrderHeights.some((y) => equalBytes(y, height))',
    replace: '',
  },
  {
    ...{ rule: 11, patch: 'earlier places are signed again', file: 'consensus/last-signed.ts' },
    find: 'if (order < 0) return undefined',
    replace: '',
  },
  {
    ...{ rule: 11, patch: 'a place is signed twice', file: 'consensus/last-signed.ts' },
    find: 'const order = this.#last === null ? 1 : compare(place, this.#last)',
    replace: 'const order = this.#last === null ? 1 : compare(place, this.#last) || 1',
  },
  {
    ...{ rule: 11, patch: 'forgotten own words are passed over', file: 'consensus/engine.ts' },
    find: 'if (speaker === this.#run.signing.self) this',
    replace: 'if (speaker === this.#run.signing.self && height < 0) this',
  },
  {
    ...{ rule: 11, patch: 'peers are not heard out', file: 'consensus/listening.ts' },
    find: 'this.#until = now + listenMsMax',
    replace: 'this.#until = now',
  },
  {
    ...{ rule: 19, patch: 'any vote starts a height', file: 'consensus/engine.ts' },
    find: 'if (this.#run.at === at && isSkip(at.driver.votes.weightIn(round), at.committee.total))',
    replace: 'if (this.#run.at === at)',
  },
  {
    ...{ rule: 12, patch: 'checksums are not looked at', file: 'consensus/wal-bytes.ts' },
    find: 'return crc32(payload) === checksum ? payload : undefined',
    replace: 'return checksum >= 0 ? payload : undefined',
  },
  {
    ...{ rule: 12, patch: 'a corrupt middle is cut out', file: 'consensus/wal.ts' },
    find: 'if (record !== undefined && torn !== undefined)\n',
    replace: 'if (record !== undefined && torn !== undefined && height < 0)\n',
  },
  {
    ...{ rule: 13, patch: 'evidence is not bounded', file: 'consensus/engine-height.ts' },
    find: 'if (this.#convicted.has(culprit)) return false',
    replace: 'if (this.#convicted.size > 1_000) return false',
  },
  {
    ...{ rule: 13, patch: 'evidence does not expire', file: 'trustchain/ledger/admission.ts' },
    find: 'if (state.chain.height + 1 - height > evidenceBlocksMax)',
    replace: 'if (state.chain.height + 1 - height > 1_000 * evidenceBlocksMax)',
  },
  {
    ...{ rule: 13, patch: 'evidence needs no signatures', file: 'consensus/evidence.ts' },
    find: 'if (!messages.every(',
    replace: 'if (messages.length > 2 && !messages.every(',
  },
  {
    ...{ rule: 14, patch: 'votes of two rounds make an accusation', file: keeper },
    find: '    const first = kept.votes[member]\n    if (first !== undefined) {\n      if (first.block === vote.block) return known\n      const news',
    replace:
      '    const first =\n      kept.votes[member] ?? this.#rounds.get(vote.round - 1)?.of(vote.kind).votes[member]\n    if (first !== undefined) {\n      if (first.block === vote.block && first.round === vote.round) return known\n      const news',
  },
  {
    ...{ rule: 19, patch: 'votes of any round are kept', file: keeper },
    find: 'if (round < highest) return false',
    replace: 'if (round < highest || round > highest) return true',
  },
  {
    ...{ rule: 22, patch: 'a block that is not held is decided', file: driver },
    find: 'this.#commits.find(({ round, block }) => this.proposals.valid(round, block))',
    replace: 'this.#commits.at(0)',
  },
  {
    ...{ rule: 23, patch: 'authors have no quota', file: 'consensus/pool.ts' },
    find: 'if (known !== undefined && known.count >= perAuthorMax)',
    replace: 'if (known !== undefined && known.count >= 1_000 * perAuthorMax)',
  },
  {
    ...{ rule: 23, patch: 'what stands behind a gap is offered', file: 'consensus/pool-author.ts' },
    find: '      if (waiting === undefined) break\n',
    replace:
      '      if (waiting === undefined && sequence > this.next + 64) break\n      if (waiting === undefined) continue\n',
  },
  {
    ...{ rule: 23, patch: 'a transaction may have any size', file: 'consensus/pool.ts' },
    find: 'if (bytes.length > transactionBytesMax)',
    replace: 'if (bytes.length > 1_000 * transactionBytesMax)',
  },
  {
    ...{ rule: 24, patch: 'a half is a quorum', file: committee },
    find: '3 * weight > 2 * total',
    replace: '2 * weight >= total',
  },
  {
    ...{
      rule: 20,
      patch: 'a committee changes a height too early',
      file: 'trustchain/ledger/committees.ts',
    },
    find: 'install(state, height + 2, isComplete',
    replace: 'install(state, height + 1, isComplete',
  },
  {
    ...{
      rule: 21,
      patch: 'the stars that are read last count',
      file: 'trustchain/ledger/state.ts',
    },
    find: 'if (seq < row.seqs[place]!) continue',
    replace: '',
  },
  {
    ...{ rule: 10, patch: 'votes leave before they are durable', file: run },
    find: "return [{ do: 'persist', writes: this.writes.splice(0) }, ...effects]",
    replace: "return [...effects, { do: 'persist', writes: this.writes.splice(0) }]",
  },
  {
    ...{ rule: 10, patch: 'the log is never written', file: run },
    find: 'if (this.#speaks) this.writes.push',
    replace: 'if (this.#speaks && this.now < 0) this.writes.push',
  },
  {
    ...{ rule: 11, patch: 'a node that catches up signs', file: run },
    find: 'if (this.behind || this.#options.signs === false)',
    replace: 'if (this.#options.signs === false)',
  },
  {
    ...{ rule: 20, patch: 'the next committee decides already', file: run },
    find: 'const { height, committee } = this.#ports.application',
    replace: 'const { height, nextCommittee: committee } = this.#ports.application',
  },
]
