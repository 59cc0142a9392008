// Who may make a node probe how many at one time.
import { describe, expect, test } from 'vitest'
import { Prober } from '../../overlay/prober.ts'
import type { NodeId } from '../../src/core/id.ts'
import {
  probesOfReportedMax,
  probesOutstandingMax,
  probesPerReporterMax,
} from '../../src/core/limits.ts'
import { seededRandom } from '../../src/core/random.ts'

const patience = 3_000

const node = (number: number): NodeId => number.toString(16).padStart(32, '0') as NodeId
const nodes = (count: number, from: number): NodeId[] =>
  Array.from({ length: count }, (_, i) => node(from + i))

function rig(): { prober: Prober; sent: { to: NodeId; nonce: number }[] } {
  const sent: { to: NodeId; nonce: number }[] = []
  const prober = new Prober({ random: seededRandom(1) }, patience, (to, message) => {
    if (message.say === 'probe') sent.push({ to, nonce: message.nonce })
  })
  return { prober, sent }
}

const liars = nodes(20, 1)

/** Every liar names so many nodes; how many of them are probed. */
const flood = (prober: Prober, each: number, now = 0): number =>
  liars
    .flatMap((liar, i) => nodes(each, 1_000 * (i + 1)).map((named) => ({ liar, named })))
    .filter(({ liar, named }) => prober.probe(named, now, liar)).length

describe('probes', () => {
  test('of nodes that one peer names have a share, which an answer frees', () => {
    const { prober, sent } = rig()
    const named = nodes(50, 1_000)
    const first = named.filter((peer) => prober.probe(peer, 0, liars[0]))
    expect(first).toEqual(named.slice(0, probesPerReporterMax))
    expect(prober.probe(named[20]!, 0, liars[1])).toBe(true)
    expect(prober.replied(first[0]!, sent[0]!.nonce, 40)).toBe(40)
    expect(prober.probe(named[30]!, 40, liars[0])).toBe(true)
    expect(prober.probe(named[31]!, 40, liars[0])).toBe(false)
  })

  test('of nodes that others name leave room for those that we know', () => {
    const { prober } = rig()
    expect(flood(prober, 50)).toBe(probesOfReportedMax)
    const known = nodes(100, 900_000).filter((peer) => prober.probe(peer, 0))
    expect(known).toHaveLength(probesOutstandingMax - probesOfReportedMax)
  })

  test('that go out a second time stay in the share of who named the node', () => {
    const { prober } = rig()
    flood(prober, probesPerReporterMax)
    const { again, lost } = prober.overdue(patience)
    expect(lost).toEqual([])
    expect(again).toHaveLength(probesOfReportedMax)
    for (const { peer, reporter } of again)
      expect(prober.probe(peer, patience, reporter)).toBe(true)
    expect(flood(prober, 50, patience)).toBe(0)
    expect(prober.overdue(2 * patience).lost).toEqual(again.map(({ peer }) => peer))
    expect(prober.size).toBe(0)
  })

  test('go out once to a peer, and twice before it counts as lost', () => {
    const { prober, sent } = rig()
    const peer = node(5)
    expect(prober.probe(peer, 0)).toBe(true)
    expect(prober.probe(peer, 10)).toBe(false)
    expect(prober.overdue(patience - 1)).toEqual({ again: [], lost: [] })
    expect(prober.overdue(patience).again).toEqual([{ peer, reporter: undefined }])
    expect(prober.probe(peer, patience)).toBe(true)
    expect(prober.overdue(2 * patience).lost).toEqual([peer])
    expect(sent).toHaveLength(2)
  })

  test('are answered by their own nonce only', () => {
    const { prober, sent } = rig()
    prober.probe(node(5), 0)
    expect(prober.replied(node(5), sent[0]!.nonce ^ 1, 5)).toBeUndefined()
    expect(prober.replied(node(6), sent[0]!.nonce, 5)).toBeUndefined()
    expect(prober.replied(node(5), sent[0]!.nonce, 5)).toBe(5)
    expect(prober.replied(node(5), sent[0]!.nonce, 6)).toBeUndefined()
  })
})
