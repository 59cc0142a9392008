// The shapes of what the node API answers about blocks, committee and reputation. Numbers are as
// people read them: reputation 0 to 100, stars 1 to 5, uptime in percent, standing as a fraction of
// all standing; the chain itself counts in integers. What is not known is null.
import { Type } from 'typebox'
import { count, id, kind, naming, nullable, text, when } from './shape-words.ts'

const named = Type.Object(naming)
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const percent = Type.Number({ minimum: 0, maximum: 100 })
const stars = Type.Number({ minimum: 1, maximum: 5 })
const fraction = Type.Number({ minimum: 0, maximum: 1 })

export const Reputation = Type.Object({
  ...naming,
  /** Null while nobody with standing rated. */
  reputation: nullable(percent),
  /** The plain mean of the latest rating of each (rater, category). */
  stars: nullable(stars),
  /** The mean weighted by the raters' standing: what reputation is made of. */
  weightedStars: nullable(stars),
  ratings: count,
  uptime: nullable(percent),
  /** ACTIVE, INACTIVE or BANNED; null of a node without a record. */
  status: nullable(text),
  standing: fraction,
  warned: Type.Boolean(),
  frozen: Type.Boolean(),
  convicted: Type.Boolean(),
  /** Has a seat. */
  committee: Type.Boolean(),
  lastHeartbeat: nullable(when),
  transactionsValidated: count,
  joinDate: nullable(when),
  /** The key that had this name before. */
  predecessor: nullable(named),
  /** Who was asked for, where that key handed its name over: all of this is of whoever has it now. */
  handedOver: nullable(named),
  /** Of the block that this is the state after. */
  height: count,
})

/** What a hand-over of this node's name to another key has to say. */
export const Succession = Type.Object({
  ...naming,
  /** The least number that its next transaction may have. */
  number: count,
  /** Who has its name now; null while it has it itself. */
  successor: nullable(named),
})

/** The part of the status that tells of the chain: null and empty where the node keeps none. */
export const chainStatus = {
  height: nullable(count),
  /** By this node's clock; null before the first block. */
  lastBlockAgeMs: nullable(count),
  /** Members first, then by reputation; at most a thousand. */
  nodes: Type.Array(
    Type.Object({
      name: text,
      nodeId: id,
      status: text,
      reputation: nullable(percent),
      warned: Type.Boolean(),
      committee: Type.Boolean(),
    }),
  ),
  /** Of all records, listed or not. */
  census: nullable(Type.Object({ nodes: count, active: count })),
  committee: nullable(
    Type.Object({
      size: count,
      /** Votes (weight) that a block takes. */
      quorum: count,
      epoch: count,
      /** How much weight may fail while blocks are still made. */
      spare: count,
      /** Has this very node a seat? */
      member: Type.Boolean(),
    }),
  ),
  /** How the network takes this very node, and the lines that decide it, in points of reputation. */
  own: nullable(
    Type.Object({
      /** ACTIVE, INACTIVE or BANNED; null while it is on no record. */
      status: nullable(text),
      reputation: nullable(percent),
      warned: Type.Boolean(),
      convicted: Type.Boolean(),
      warnBelow: count,
      banBelow: count,
      healAbove: count,
    }),
  ),
  /** Whose word `own` is: an address that was asked while nobody was linked; null where it is from this node's chain. */
  ownToldBy: nullable(text),
}

export const Committee = Type.Object({
  /** This committee decides the block after this one. */
  height: count,
  size: count,
  seatsMax: count,
  total: count,
  quorum: count,
  spare: count,
  epoch: Type.Object({ number: count, startedHeight: count, startedAt: when }),
  members: Type.Array(
    Type.Object({
      ...naming,
      power: count,
      status: nullable(text),
      reputation: nullable(percent),
      standing: fraction,
      uptime: nullable(percent),
    }),
  ),
  /** Newcomers of the last election, while not all of them have said that they are ready. */
  handover: nullable(
    Type.Object({ elected: Type.Array(Type.Object({ ...naming, ready: Type.Boolean() })) }),
  ),
})

const head = {
  height: count,
  id: hash,
  time: when,
  proposer: named,
  transactions: count,
}

export const Blocks = Type.Object({
  /** Newest first. */
  blocks: Type.Array(Type.Object(head)),
  /** `before` of the next page; null on the last. */
  next: nullable(count),
})

const Transaction = Type.Object({
  hash,
  /** entry, fork-proof, evidence, registration, …; `unreadable` where this version cannot read it. */
  kind: text,
  bytes: count,
  author: nullable(named),
  /** In a sentence, for people. */
  says: text,
})

export const Block = Type.Object({
  height: count,
  id: hash,
  header: Type.Object({
    chainId: text,
    height: count,
    time: when,
    previous: hash,
    lastCommitHash: hash,
    transactionsRoot: hash,
    stateHash: hash,
    committeeHash: hash,
    nextCommitteeHash: hash,
    proposer: named,
  }),
  transactions: Type.Array(Transaction),
  commit: Type.Object({
    round: count,
    /** Precommits for this block; `signature` in hex. */
    votes: Type.Array(Type.Object({ ...naming, signature: text })),
  }),
})

export const BlockEvent = Type.Object({
  event: kind('block'),
  at: when,
  height: count,
  id: hash,
  transactions: count,
  round: count,
  proposer: named,
  /** Since the block before was seen; null of the first one. */
  sinceMs: nullable(count),
})

export const VoteEvent = Type.Object({
  event: kind('vote'),
  at: when,
  voter: named,
  kind: text,
  height: count,
  round: count,
  block: nullable(hash),
})

/** `banned`: a node's reputation fell below the line. `healed`: it is back. */
export const StandingEvent = Type.Object({
  event: Type.Union([kind('banned'), kind('healed')]),
  at: when,
  node: named,
  height: count,
  reputation: nullable(percent),
})

/** An election chose these newcomers; they take their seats when all are ready. */
export const ElectedEvent = Type.Object({
  event: kind('elected'),
  at: when,
  height: count,
  epoch: count,
  elected: Type.Array(named),
})
