// Acceptance on real graphs: on Advogato and on Bitcoin-OTC with each mapping, what one
// rating at a time leads to, what a rebuild says and what the naive implementation says are the same
// in every field. `npm run test:graphs` looks at 200 roots each.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Random, seededRandom } from '../../../src/core/random.ts'
import type { NodeIndex } from '../../../trustchain/graph/node-index.ts'
import type { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'
import { TrustFromRoot } from '../../../trustchain/graph/trust-from-root.ts'
import { parseMapping } from '../../../trustchain/rating-file/mapping.ts'
import { type RatingFormat, readRatings } from '../../../trustchain/rating-file/rating-reader.ts'
import { defaultOverlay } from '../../../trustchain/rating-file/rating-table.ts'
import { sharedPath } from '../../core/shared-folder.ts'
import { naiveTrust, type Ratings, ratingsOf } from './naive-trust.ts'
import { factsOf, naiveFacts } from './viewpoint.ts'

const rootsPerCase = Number(process.env.TRUSTNET_ROOTS ?? 20)
const changesPerRoot = 12

const cases: [file: string, format: RatingFormat, map: string | undefined][] = [
  ['advogato/out.advogato', 'konect', undefined],
  ['bitcoin-otc/soc-sign-bitcoinotc.csv', 'snap-signed', 'linear'],
  ['bitcoin-otc/soc-sign-bitcoinotc.csv', 'snap-signed', 'half'],
  ['bitcoin-otc/soc-sign-bitcoinotc.csv', 'snap-signed', 'sign:0.8'],
]

interface Change {
  readonly author: number
  readonly subject: number
  readonly value: number
}

/** A rating that exists is replaced or withdrawn, or a new one is made; a third are the root's own. */
function drawChange(graph: RatingGraph, root: number, random: Random): Change {
  const author = random.below(3) === 0 ? root : random.below(graph.nodeCount)
  const given = graph.length[author]!
  const subject =
    given === 0 || random.below(3) === 0
      ? random.below(graph.nodeCount)
      : graph.subjects[graph.start[author]! + random.below(given)]!
  const value = [0, 0, -500_000, 600_000, 650_000, 900_000, 1_000_000][random.below(7)]!
  return { author, subject, value }
}

/** The naive implementation's ratings, changed alongside the graph. */
function rateNaively(ratings: Ratings, index: NodeIndex, { author, subject, value }: Change): void {
  const given = ratings.get(index.idOf(author)) ?? new Map<string, number>()
  ratings.set(index.idOf(author), given)
  if (value === 0) given.delete(index.idOf(subject))
  else given.set(index.idOf(subject), value)
}

const text = (facts: unknown): string => JSON.stringify(facts)

describe('incremental = rebuild = naive on real graphs', () => {
  for (const [file, format, map] of cases) {
    test(`${file}${map === undefined ? '' : ` with ${map}`}, ${rootsPerCase} roots`, ({ skip }) => {
      const path = sharedPath(`data/${file}`)
      if (path === undefined) return skip(`${file} is not on this machine`)
      const mapping = map === undefined ? undefined : parseMapping(map)
      const table = readRatings(readFileSync(path), { file, format, mapping })
      const { index, graph } = table.graph(defaultOverlay)
      const ratings = ratingsOf(table.ratings())
      const random = seededRandom(7)
      for (let i = 0; i < rootsPerCase; i++) {
        const root = random.below(graph.nodeCount)
        const view = new TrustFromRoot(graph, root)
        const before = text(factsOf(index, view))
        const undone: Change[] = []
        for (let k = 0; k < changesPerRoot; k++) {
          const change = drawChange(graph, root, random)
          const shown = Array.from({ length: index.size }, (_, node) => view.trust(node))
          const was = graph.rate(change.author, change.subject, change.value)
          const changed = view.follow(change.author, change.subject, was, change.value)
          const differ = [...shown.keys()].filter((node) => shown[node] !== view.trust(node))
          expect(text(changed.toSorted((a, b) => a - b))).toBe(text(differ))
          if (change.author === change.subject) continue
          rateNaively(ratings, index, change)
          undone.unshift({ ...change, value: was })
        }
        const facts = text(factsOf(index, view))
        expect(facts).toBe(text(factsOf(index, new TrustFromRoot(graph, root))))
        expect(facts).toBe(text(naiveFacts(naiveTrust(ratings, index.idOf(root)))))
        for (const change of undone) {
          const was = graph.rate(change.author, change.subject, change.value)
          view.follow(change.author, change.subject, was, change.value)
          rateNaively(ratings, index, change)
        }
        expect(text(factsOf(index, view))).toBe(before)
      }
    })
  }
})
