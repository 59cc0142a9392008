// Ratings page by page from the node, and as CSV in the form that `trust compute` reads.
import type { ApiClient } from '../src/api/client.ts'
import type { RatingView } from '../src/api/service.ts'
import { decimal } from './render/words.ts'

export interface RatingsAsked {
  readonly author?: string | undefined
  readonly all: boolean
  readonly subject?: string
  readonly overlay?: string | undefined
  readonly limit: number
}

/** The largest page that the API gives. */
const pageSize = 1_000

/** Up to `limit` ratings by author and sequence number; this node's own unless others are asked for. */
export async function ratingsOf(
  api: ApiClient,
  from: 'ratings' | 'history',
  { author, all, subject, overlay, limit }: RatingsAsked,
): Promise<{ readonly ratings: readonly RatingView[]; readonly more: boolean }> {
  const by = all ? undefined : (author ?? (await api.status()).nodeId)
  const ratings: RatingView[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<ApiClient['ratings']>> = await api[from]({
      limit: Math.min(pageSize, limit - ratings.length),
      ...(by === undefined ? {} : { author: by }),
      ...(subject === undefined ? {} : { subject }),
      ...(overlay === undefined ? {} : { overlay }),
      ...(after === null ? {} : { after }),
    })
    ratings.push(...page.ratings)
    after = page.next
  } while (after !== null && ratings.length < limit)
  return { ratings, more: after !== null }
}

/** Lines `from,to,value,overlay,seq` with PeerIds where they are known; stars are left out, they are no trust. */
export function csvOf({ ratings }: { readonly ratings: readonly RatingView[] }): string {
  const lines = ratings
    .filter(({ kind }) => kind === 'trust')
    .map(({ author, subject, value, overlay, seq }) =>
      [idOf(author), idOf(subject), decimal(value), overlay, seq].join(','),
    )
  return ['# from,to,value,overlay,seq', ...lines].join('\n')
}

const idOf = ({ nodeId, peerId }: RatingView['author']): string => peerId ?? nodeId
