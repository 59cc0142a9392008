// A block, a committee and a reputation for the documentation's examples.
import type { AnswerOf } from './endpoints.ts'
import { ada, alan, at, grace, hash } from './examples-of-people.ts'

export const reputation: AnswerOf<'reputation'> = {
  ...grace,
  ...{ reputation: 95.5, stars: 4.8, weightedStars: 4.82, ratings: 12, uptime: 99.7 },
  ...{ status: 'ACTIVE', standing: 0.31, warned: false, frozen: false, convicted: false },
  ...{ committee: true, lastHeartbeat: at, transactionsValidated: 128, joinDate: at, height: 42 },
  ...{ predecessor: null, handedOver: null },
}

export const succession: AnswerOf<'succession'> = { ...ada, number: 3, successor: null }

const member = {
  ...{ power: 1, status: 'ACTIVE', reputation: 95.5, standing: 0.31, uptime: 99.7 },
}

export const committee: AnswerOf<'committee'> = {
  ...{ height: 42, size: 2, seatsMax: 64, total: 2, quorum: 2, spare: 0 },
  epoch: { number: 1, startedHeight: 30, startedAt: at },
  members: [
    { ...ada, ...member },
    { ...grace, ...member },
  ],
  handover: { elected: [{ ...alan, ready: false }] },
}

export const blockHead: AnswerOf<'blocks'>['blocks'][number] = {
  ...{ height: 42, id: hash('b'), time: at, proposer: ada, transactions: 1 },
}

export const block: AnswerOf<'block'> = {
  ...{ height: 42, id: hash('b') },
  header: {
    ...{ chainId: '6d7c3f0a55e1b2c4', height: 42, time: at, previous: hash('c') },
    ...{ lastCommitHash: hash('d'), transactionsRoot: hash('e'), stateHash: hash('f') },
    ...{ committeeHash: hash('0'), nextCommitteeHash: hash('0'), proposer: ada },
  },
  transactions: [
    {
      ...{ hash: hash('1'), kind: 'entry', bytes: 212, author: ada },
      says: 'ada trusts grace 0.9 in social',
    },
  ],
  commit: { round: 0, votes: [{ ...grace, signature: '2'.repeat(128) }] },
}
