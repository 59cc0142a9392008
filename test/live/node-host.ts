// A process of several whole nodes, each with its home, store, libp2p and API, as `node start` serves
// them in a process each: sixty of those would spend their time starting. It is told what to run as JSON
// in its first argument, prints a line for each node, and ends when its standard input does.
import { writeDevnetPointer } from '../../cli/home.ts'
import { aroundMachine } from '../../cli/serve/adversary.ts'
import { parseInvite } from '../../src/core/invite.ts'
import { type Served, serveNode } from '../../src/runtime/serve.ts'
import type { NodeSettings } from '../../src/runtime/settings.ts'

/** A node of a network in few processes. */
export interface Hosted {
  readonly name: string
  readonly home: string
  /** As `devnet up` formats it. */
  readonly adversary?: string
}

export interface Hosting {
  readonly nodes: readonly Hosted[]
  readonly policy: NonNullable<NodeSettings['routing']>
  /** An invite; null at the first host, whose homes hold the genesis. */
  readonly join: string | null
  /** PeerIds of the attacker's nodes. */
  readonly accomplices: readonly string[]
  /** Everybody, for commands that look for the devnet that runs; of one host alone. */
  readonly devnet?: readonly Hosted[]
}

export interface HostedStart {
  readonly name: string
  readonly nodeId: string
  readonly peerId: string
  readonly invite: string
}

const { nodes, policy, join, accomplices, devnet } = JSON.parse(process.argv[2]!) as Hosting
const served: Served[] = []
let stopping = false

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await Promise.all(served.map(({ node }) => node.stop()))
  await Promise.all(served.map(({ ended }) => ended))
  process.exit(0)
}

process.stdin.resume()
for (const ending of ['end', 'close', 'error'] as const) process.stdin.once(ending, stop)

for (const { name, home, adversary } of nodes) {
  const invite = join ?? served[0]?.node.invite
  const around =
    adversary === undefined ? {} : { around: await aroundMachine(adversary, accomplices, 'social') }
  const one = await serveNode(
    {
      ...{ home, owner: name, routing: policy, ...around },
      ...(invite === undefined ? {} : { join: parseInvite(invite) }),
    },
    { router: 'trust', port: 0 },
  )
  served.push(one)
  const { nodeId, peerId, invite: invited } = one.node
  const start: HostedStart = { name, nodeId, peerId, invite: invited }
  console.log(JSON.stringify(start))
}
if (devnet !== undefined) await writeDevnetPointer(devnet)
