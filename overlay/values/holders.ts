// Who holds a value: the k nodes nearest its key, chosen by trust among the 2k nearest. The window keeps
// trust from carrying a value away to where nobody looks for it; within it a node puts what it wants to
// find again on those whom it has reason to believe.
import type { NodeId } from '../../src/core/id.ts'
import { holdersWanted, holderWindow } from './limits.ts'

/**
 * The holders of a key, best first: the trusted of the window, then the others, each nearest first.
 *
 * @param nearest nodes that may be spoken to, nearest to the key first, distinct
 */
export function holdersOf(
  nearest: readonly NodeId[],
  isTrusted: (node: NodeId) => boolean,
  wanted: number = holdersWanted,
): NodeId[] {
  return byTrust(nearest.slice(0, holderWindow), isTrusted).slice(0, wanted)
}

/**
 * Who holds a key once a node is gone, and did not while it was here.
 *
 * @param near as `nearest` of `holdersOf`, one more than the window: with the node itself where it is near
 */
export function takersOf(
  near: readonly NodeId[],
  leaving: NodeId,
  isTrusted: (node: NodeId) => boolean,
): NodeId[] {
  const holders = new Set(holdersOf(near, isTrusted))
  const others = near.filter((node) => node !== leaving)
  return holdersOf(others, isTrusted).filter((node) => !holders.has(node))
}

/** The trusted first, each part in the order that it had. */
export function byTrust(nodes: readonly NodeId[], isTrusted: (node: NodeId) => boolean): NodeId[] {
  const trusted = nodes.filter(isTrusted)
  const isOne = new Set(trusted)
  return [...trusted, ...nodes.filter((node) => !isOne.has(node))]
}

/** How many of the holders must have a value on disk before its writer says so: more than half. */
export const quorumOf = (holders: number): number => Math.floor(holders / 2) + 1
