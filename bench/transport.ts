// The reason for long-lived streams, measured: sequential round trips over the transport's one
// stream per neighbour against a new stream for each request, on the same machine in the same run,
// turn about; and what the transport carries when the sender does not wait.
//
//   node bench/transport.ts [--json] [--rounds 7] [--seconds 1]
import type { Connection, Stream } from '@libp2p/interface'
import { signerFrom } from '../src/core/ed25519.ts'
import { type ChainId, type NodeId, nodeIdOf, type PublicKey } from '../src/core/id.ts'
import { defaultBounds } from '../src/runtime/transport/bounds.ts'
import { decodeFrames, encodeFrames } from '../src/runtime/transport/framing.ts'
import { createSwarm, type Swarm } from '../src/runtime/transport/swarm.ts'
import { createTransport, type Transport } from '../src/runtime/transport/transport.ts'
import { flagsOf, medianOf, progress, report } from './report.ts'

const options = flagsOf({
  json: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '7' },
  seconds: { type: 'string', default: '1' },
})
const rounds = Number(options.rounds)
const roundMs = Number(options.seconds) * 1_000
const messageBytes = 200
const chainId = '0123456789abcdef' as ChainId
const listen = ['/ip4/127.0.0.1/tcp/0']
// The bench is a flood by design.
const bounds = { ...defaultBounds, inboundMessagesPerSecondMax: 10_000_000 }
const echoProtocol = '/trustnet/bench/1.0.0'

interface End {
  readonly transport: Transport
  readonly nodeId: NodeId
  onMessage: (bytes: Uint8Array) => void
}

const contacts = new Map<NodeId, { publicKey: PublicKey; addresses: readonly string[] }>()

async function transportEnd(n: number): Promise<End> {
  const seed = new Uint8Array(32).fill(n)
  const { publicKey } = signerFrom(seed)
  const nodeId = nodeIdOf(publicKey)
  const ports = {
    contactOf: (node: NodeId) => contacts.get(node),
    refuses: () => false,
    onMessage: (_from: NodeId, _protocol: string, bytes: Uint8Array) => end.onMessage(bytes),
    onConnected: () => {},
    onDropped: (peer: NodeId, why: string) => progress(`dropped ${peer}: ${why}`),
  }
  const transport = await createTransport({ seed, chainId, listen, ports, bounds })
  const end: End = { transport, nodeId, onMessage: () => {} }
  contacts.set(nodeId, { publicKey, addresses: transport.addresses() })
  return end
}

/** Round trips a second, one after the other, over the long-lived streams. */
async function longLived(a: End, b: End, message: Uint8Array): Promise<number> {
  b.onMessage = (bytes) => b.transport.send(a.nodeId, 'routing', bytes)
  const until = performance.now() + roundMs
  const from = performance.now()
  let trips = 0
  await new Promise<void>((resolve) => {
    a.onMessage = () => {
      trips += 1
      if (performance.now() < until) a.transport.send(b.nodeId, 'routing', message)
      else resolve()
    }
    a.transport.send(b.nodeId, 'routing', message)
  })
  return (trips * 1_000) / (performance.now() - from)
}

/** Messages a second that arrive when the sender does not wait for answers, only for room. */
async function pipelined(a: End, b: End, message: Uint8Array): Promise<number> {
  const until = performance.now() + roundMs
  const from = performance.now()
  let heard = 0
  let sent = 0
  b.onMessage = () => {
    heard += 1
  }
  while (performance.now() < until) {
    for (let i = 0; i < 500 && sent - heard < 10_000; i++, sent++)
      a.transport.send(b.nodeId, 'routing', message)
    await new Promise(setImmediate)
  }
  while (heard < sent) await new Promise(setImmediate)
  return (heard * 1_000) / (performance.now() - from)
}

async function echo(stream: Stream): Promise<void> {
  for await (const message of decodeFrames(stream, messageBytes)) {
    stream.send(encodeFrames([message]))
    await stream.close()
    return
  }
}

async function swarmEnd(n: number): Promise<Swarm> {
  const swarm = await createSwarm({
    ...{ seed: new Uint8Array(32).fill(n), listen, chainId, bounds },
    gater: {},
    onNearby: undefined,
  })
  await swarm.handle(echoProtocol, echo)
  await swarm.start()
  return swarm
}

/** Round trips a second, one after the other, each over a stream of its own on one connection. */
async function streamEach(connection: Connection, message: Uint8Array): Promise<number> {
  const until = performance.now() + roundMs
  const from = performance.now()
  let trips = 0
  while (performance.now() < until) {
    const stream = await connection.newStream(echoProtocol)
    stream.send(encodeFrames([message]))
    for await (const _ of decodeFrames(stream, messageBytes)) break
    await stream.close()
    trips += 1
  }
  return (trips * 1_000) / (performance.now() - from)
}

const [a, b] = [await transportEnd(1), await transportEnd(2)]
const [c, d] = [await swarmEnd(3), await swarmEnd(4)]
const connection = await c.dial(d.getMultiaddrs())
const message = new Uint8Array(messageBytes).fill(1)
const long: number[] = []
const each: number[] = []
const piped: number[] = []
// The first round warms up and does not count.
for (let round = 0; round <= rounds; round++) {
  const figures = [
    await longLived(a, b, message),
    await streamEach(connection, message),
    await pipelined(a, b, message),
  ] as const
  if (round === 0) continue
  long.push(figures[0])
  each.push(figures[1])
  piped.push(figures[2])
  progress(`round ${round} of ${rounds}: ${figures.map(Math.round).join(', ')} a second`)
}
await Promise.all([a.transport.stop(), b.transport.stop(), c.stop(), d.stop()])
const params = { messageBytes, processes: 1, secondsPerRound: roundMs / 1_000 }
report(
  [
    { name: 'round trips, one long-lived stream', unit: '1/s', values: long, params },
    { name: 'round trips, a new stream each', unit: '1/s', values: each, params },
    { name: 'messages, one long-lived stream, pipelined', unit: '1/s', values: piped, params },
    {
      name: 'long-lived over new stream, ratio of medians',
      unit: 'x',
      values: [medianOf(long) / medianOf(each)],
      params,
    },
  ],
  options.json,
)
