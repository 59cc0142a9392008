// Why a value of the node in memory is what it is, from its real trust graphs.
import type { RatingView, TrustGraphView } from '../../src/api/service.ts'
import type { NodeId } from '../../src/core/id.ts'
import { trustNumber } from '../../src/core/trust.ts'
import type { TrustBook } from '../../trustchain/graph/trust-book.ts'

export const explanationOf = (
  book: TrustBook,
  node: NodeId,
  named: (id: NodeId) => RatingView['subject'],
): NonNullable<TrustGraphView['explanation']> => ({
  ...named(node),
  overlays: book.overlays().flatMap((overlay) => {
    const why = book.explain(overlay, node)
    if (why === undefined) return []
    return [
      {
        overlay,
        trust: trustNumber(why.trust),
        raw: trustNumber(why.raw),
        vetoed: why.vetoed,
        steps: why.contributions.map(({ from, round, rating, forwarded, carried }) => ({
          round,
          via: named(from),
          viaTrust: trustNumber(forwarded),
          rating: trustNumber(rating),
          adds: trustNumber(carried),
        })),
      },
    ]
  }),
})
