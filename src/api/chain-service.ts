// What the API asks of a node about its chain. src/runtime/chain implements it over the live ledger;
// heights and ids have been read and bounded before.
import type { TSchema } from 'typebox'
import type {
  Block,
  Blocks,
  Committee,
  chainStatus,
  Reputation,
  Succession,
} from './chain-shapes.ts'
import type { Shape } from './shape-words.ts'

export type ReputationView = Shape<typeof Reputation>
export type SuccessionView = Shape<typeof Succession>
export type CommitteeView = Shape<typeof Committee>
export type BlockHeadView = Shape<typeof Blocks>['blocks'][number]
export type BlockView = Shape<typeof Block>
export type ChainStatusView = {
  readonly [Name in keyof typeof chainStatus]: (typeof chainStatus)[Name] extends TSchema
    ? Shape<(typeof chainStatus)[Name]>
    : never
}

/** The part of a status where the node keeps no chain. */
export const noChainStatus: ChainStatusView = {
  ...{ height: null, lastBlockAgeMs: null, nodes: [], census: null, committee: null, own: null },
  ownToldBy: null,
}

/** Seconds that a rating may wait for its block: below the five minutes after which fetch gives up. */
export const waitSecondsMax = 290

export interface ChainService {
  status(): ChainStatusView

  /** @param nodeId of any node: where its key was succeeded, the answer is of whoever has its name; one without a record has no status and joined at no time */
  reputation(nodeId: string): ReputationView

  /** Of this node. */
  succession(): SuccessionView

  /** Who has the name of this node now; null where it has it itself. */
  successorOf(nodeId: string): SuccessionView['successor']

  committee(): CommitteeView

  /** Blocks below `before` (from the latest on when undefined) that this node holds, newest first. */
  blocks(before: number | undefined, limit: number): Promise<readonly BlockHeadView[]>

  /**
   * @param height the latest unless given
   * @throws Failure `block/unknown`
   */
  block(height: number | undefined): Promise<BlockView>

  /**
   * Waits until an entry of this node's own log is final.
   *
   * @returns the height of the block that holds it
   * @throws Failure `chain/not-final` after so many seconds
   */
  finalAt(seq: number, seconds: number): Promise<number>
}
