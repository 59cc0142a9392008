// The nodes of the devnet that runs, as a measurement needs them: their API, their place on the ring,
// what they do, and who rates whom.
import { type ApiClient, apiClient } from '../../../src/api/client.ts'
import { readConnection } from '../../../src/api/connection-file.ts'
import { Failure } from '../../../src/core/failure.ts'
import type { NodeId } from '../../../src/core/id.ts'
import { parseTrust } from '../../../src/core/trust.ts'
import { devnetPointerFile, readDevnetPointer } from '../../home.ts'

type StandingRating = import('../../../src/sim/experiment/stage-of-nodes.ts').StandingRating

export interface LiveNode {
  readonly name: string
  readonly nodeId: NodeId
  readonly api: ApiClient
  /** As `devnet up --adversary` told it; undefined of an honest node. */
  readonly adversary: string | undefined
  readonly routing: string
  /** The overlay that its lookups take. */
  readonly overlay: string
}

/** @throws Failure `node/not-running` where no devnet runs, or one of its nodes does not */
export async function liveNodes(timeoutSeconds: number): Promise<LiveNode[]> {
  const nodes = await readDevnetPointer()
  if (nodes.length === 0) throw new Failure('node/not-running', { home: devnetPointerFile() })
  return Promise.all(
    nodes.map(async ({ name, home, adversary }) => {
      const connection = await readConnection(home)
      if (connection === undefined) throw new Failure('node/not-running', { home })
      const { url, token } = connection
      const api = apiClient({ url, token, home, timeoutSeconds })
      const { nodeId, routing, overlays } = await api.status()
      const overlay = overlays[0]!.name
      return { name, nodeId: nodeId as NodeId, api, adversary, routing, overlay }
    }),
  )
}

/** The trust ratings that hold in an overlay, as one node holds them. */
export async function ratingsAt({ api, overlay }: LiveNode): Promise<StandingRating[]> {
  const found: StandingRating[] = []
  let after: string | undefined
  for (;;) {
    const page = await api.ratings({ overlay, ...(after === undefined ? {} : { after }) })
    for (const { author, subject, kind, value, latest } of page.ratings)
      if (kind === 'trust' && latest)
        found.push({
          author: author.nodeId as NodeId,
          subject: subject.nodeId as NodeId,
          value: parseTrust(String(value)),
        })
    if (page.next === null) return found
    after = page.next
  }
}
