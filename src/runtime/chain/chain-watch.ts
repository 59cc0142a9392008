// Watches the chain of a running node: turns what the consensus machine tells into events of the API,
// notices what blocks change (bans, healings, elections), and knows in which block each entry of the
// node's own log became final.
import type { EventView } from '../../api/service.ts'
import type { NodeId } from '../../core/id.ts'
import type { ChainAccess, ChainEvent } from './access.ts'
import { hundredths, type NameOf } from './ledger-views.ts'

/** Blocks with own entries that are remembered: whoever waits asks within seconds. */
const placesMax = 256

/** Own entries up to `seq` are final as of `height`. */
interface Place {
  readonly seq: number
  readonly height: number
}

type Told = Exclude<ChainEvent, { readonly event: 'voted' }>

export class ChainWatch {
  readonly #access: ChainAccess
  readonly #nameOf: NameOf
  readonly #clock: () => number
  readonly #listeners = new Set<(event: EventView) => void>()
  readonly #waiting = new Set<() => void>()
  readonly #banned: Set<NodeId>
  readonly #places: Place[] = []
  #placed: number
  #lastSeen: number | null = null
  #election: string

  /** @param clock ms since the Unix epoch */
  constructor(access: ChainAccess, nameOf: NameOf, clock: () => number = Date.now) {
    this.#access = access
    this.#nameOf = nameOf
    this.#clock = clock
    const { ledger, self } = access
    this.#banned = new Set(bannedOf(access))
    this.#placed = ledger.finalHead(self).seq
    this.#election = electionOf(access)
    access.watch((event) => this.#saw(event))
  }

  /** Calls `listener` for every event until the returned function is called. */
  watch(listener: (event: EventView) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The block with which own entries up to `seq` are final; undefined while they are not. */
  heightOf(seq: number): number | undefined {
    const place = this.#places.find((one) => one.seq >= seq)
    if (place !== undefined) return place.height
    return seq <= this.#placed ? this.#access.ledger.height : undefined
  }

  /** Resolves with the height as soon as the entry is final; undefined when it is not after `ms`. */
  async finalAt(seq: number, ms: number): Promise<number | undefined> {
    const { promise, resolve } = Promise.withResolvers<number | undefined>()
    const look = (): void => {
      const height = this.heightOf(seq)
      if (height !== undefined) resolve(height)
    }
    const timer = setTimeout(() => resolve(undefined), ms)
    this.#waiting.add(look)
    try {
      look()
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(look)
    }
  }

  #saw(event: ChainEvent): void {
    const at = this.#clock()
    if (event.event === 'voted') {
      const { voter, kind, height, round, block } = event.vote
      this.#tell({
        ...{ event: 'vote', at, voter: this.#nameOf(voter), kind, height, round, block },
      })
      return
    }
    if (event.event === 'finalized') this.#tellBlock(event, at)
    this.#place(event)
    this.#tellStandings(event, at)
    this.#tellElection(heightOf(event), at)
    for (const look of [...this.#waiting]) look()
  }

  #tellBlock({ block, commit }: Extract<ChainEvent, { event: 'finalized' }>, at: number): void {
    const { id, header, transactions } = block
    this.#tell({
      ...{ event: 'block', at, height: header.height, id, transactions: transactions.length },
      ...{ round: commit.round, proposer: this.#nameOf(header.proposer) },
      sinceMs: this.#lastSeen === null ? null : Math.max(0, Math.round(at - this.#lastSeen)),
    })
    this.#lastSeen = at
  }

  /** By what the block changed: the ledger may be blocks ahead of what is told. */
  #place(event: Told): void {
    const { ledger, self } = this.#access
    const seq =
      event.event === 'restored'
        ? ledger.finalHead(self).seq
        : Math.max(
            0,
            ...event.changes.entries.map((entry) => (entry.authorId === self ? entry.seq : 0)),
          )
    if (seq <= this.#placed) return
    this.#placed = seq
    this.#places.push({ seq, height: heightOf(event) })
    if (this.#places.length > placesMax) this.#places.shift()
  }

  #tellStandings(event: Told, at: number): void {
    const { ledger } = this.#access
    const judged =
      event.event === 'finalized'
        ? event.changes.records
        : [...new Set([...this.#banned, ...bannedOf(this.#access)])].sort()
    for (const node of judged) {
      const isBanned = ledger.node(node)?.status === 'BANNED'
      if (isBanned === this.#banned.has(node)) continue
      if (isBanned) this.#banned.add(node)
      else this.#banned.delete(node)
      const { reputation } = ledger.reputationOf(node)
      this.#tell({
        ...{ event: isBanned ? 'banned' : 'healed', at, node: this.#nameOf(node) },
        ...{ height: heightOf(event), reputation: hundredths(reputation) },
      })
    }
  }

  #tellElection(height: number, at: number): void {
    const election = electionOf(this.#access)
    if (election === this.#election) return
    this.#election = election
    const { number, handover } = this.#access.ledger.epoch
    if (handover === null) return
    this.#tell({
      ...{ event: 'elected', at, height, epoch: number },
      elected: handover.elected.map(this.#nameOf),
    })
  }

  #tell(event: EventView): void {
    for (const listener of this.#listeners) listener(event)
  }
}

const heightOf = (event: Told): number =>
  event.event === 'finalized' ? event.block.header.height : event.height

const bannedOf = ({ ledger }: ChainAccess): NodeId[] =>
  [...ledger.nodes()].filter(({ status }) => status === 'BANNED').map(({ nodeId }) => nodeId)

/** Tells elections apart: the same newcomers in the next epoch are another one. */
const electionOf = ({ ledger: { epoch } }: ChainAccess): string =>
  epoch.handover === null ? '' : `${epoch.number}/${epoch.handover.elected.join()}`
