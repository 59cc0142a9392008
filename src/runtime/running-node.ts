// A node in the real world: the pure NodeMachine, its host, the store, the transport and the home
// folder put together. Everything that happens on disk or on the wire happens here.
import { type Millis, type NodeId, nodeIdOf, type PublicKey } from '../core/id.ts'
import { formatInvite } from '../core/invite.ts'
import type { Answer } from '../core/machine.ts'
import { decodeNodeMessage, encodeNodeMessage, type NodeMessage } from '../node/message.ts'
import type { NodeMachine } from '../node/node-machine.ts'
import type { NodeCommand, NodeEvent, NodeOverlay } from '../node/node-ports.ts'
import { Alone } from './alone.ts'
import { asFailure } from './chain/corruption.ts'
import { InboundBlocks } from './chain/inbound-blocks.ts'
import { encodeStanding } from './chain/told-standing.ts'
import { VerifiedAhead } from './ed25519/ahead.ts'
import { verify } from './ed25519/fastest.ts'
import { Ending } from './ending.ts'
import { type Ground, groundAtHome, groundInMemory } from './ground.ts'
import type { Network } from './home/genesis.ts'
import { Host } from './host.ts'
import { KeptLinks } from './kept-links.ts'
import { announced } from './listening.ts'
import { LogRate } from './log-rate.ts'
import { makeMachine, unheardAddressesMax, type Whereabouts, whereabouts } from './make-machine.ts'
import { Meter } from './metrics/meter.ts'
import { type HomeSettings, judgeSettings, type NodeSettings } from './settings.ts'
import type { Store } from './store/store.ts'
import { createTransport, type Transport } from './transport/transport.ts'
import { adviceOn, type OtherVersion, VersionsMet } from './transport/versions.ts'
import { waysOf } from './ways.ts'

/** Starts a node on a home. Throws a Failure that says why it cannot (home locked, address taken, no such network…). */
export async function startNode(settings: HomeSettings): Promise<RunningNode> {
  const overlays = await judgeSettings(settings)
  return startOn(await groundAtHome(settings), settings, overlays)
}

/** Starts a node that keeps everything in memory, under a new key. Throws like `startNode`. */
export async function startNodeInMemory(settings: NodeSettings): Promise<RunningNode> {
  const overlays = await judgeSettings(settings)
  return startOn(await groundInMemory(settings), settings, overlays)
}

async function startOn(
  ground: Ground,
  settings: NodeSettings,
  overlays: readonly NodeOverlay[],
): Promise<RunningNode> {
  try {
    return await RunningNode.assemble({ settings, overlays, ground })
  } catch (error) {
    await ground.close().catch(() => {})
    throw asFailure(error, nameOf(ground))
  }
}

/** How failures name what a node stands on. */
const nameOf = ({ folder }: Ground): string => folder ?? 'in memory'

interface Parts {
  readonly settings: NodeSettings
  readonly overlays: readonly NodeOverlay[]
  readonly ground: Ground
}

export class RunningNode {
  readonly nodeId: NodeId
  readonly peerId: string
  readonly publicKey: PublicKey
  readonly settings: NodeSettings
  /** Of its home; undefined in memory. */
  readonly folder: string | undefined
  readonly network: Network
  readonly machine: NodeMachine
  readonly transport: Transport
  readonly meter = new Meter()
  readonly startedAt: Millis = Date.now()
  readonly #host: Host<NodeMessage, NodeCommand, NodeEvent>
  readonly #ground: Ground
  readonly #verified: VerifiedAhead
  readonly #inbound: InboundBlocks
  /** Versions of the protocol that peers speak and this node does not. */
  readonly versions = new VersionsMet()
  /** What others say of this node while nobody is linked with it. */
  readonly alone: Alone
  readonly kept: KeptLinks
  readonly #watchers = new Set<(event: NodeEvent) => void>()
  readonly #logRate = new LogRate()
  readonly #ending: Ending

  static async assemble(parts: Parts): Promise<RunningNode> {
    const { settings, ground } = parts
    const { identity, network, invites, store } = ground
    const bootstraps = new Map(
      invites.map((invite) => [nodeIdOf(invite.publicKey), invite] as const),
    )
    bootstraps.delete(identity.nodeId)
    // The transport exists before the node, which needs its addresses; nobody gets in between.
    let node: RunningNode | undefined
    const open = (listen: readonly string[]) =>
      createTransport({
        seed: identity.seed,
        chainId: network.chainId,
        genesis: network.bytes,
        mdns: settings.mdns ?? false,
        listen,
        ...(settings.transports === undefined ? {} : { transports: settings.transports }),
        ...waysOf(settings, listen, invites, {
          trust: (peer) => node?.machine.trust.aggregate(peer) ?? 0,
          changed: () => void node?.moved(),
        }),
        ports: {
          contactOf: (peer) => {
            const at = whereabouts(node?.knownAt(peer), bootstraps.get(peer))
            const { dialThrough } = settings
            return at && dialThrough ? { ...at, addresses: dialThrough(peer, at.addresses) } : at
          },
          refuses: (peer) => node?.machine.refuses(peer) ?? true,
          onMessage: (from, protocol, bytes) => node?.received(from, protocol, bytes),
          onConnected: (peer) => void node?.post({ on: 'connected', peer }),
          onDropped: (peer, why) => void node?.post({ on: 'dropped', peer, why }),
          onOtherVersion: (other) => node?.met(other),
          standingOf: (peer) => encodeStanding(node?.machine.finality, peer),
        },
      })
    const transport = await ground.listen(open)
    try {
      const verified = new VerifiedAhead(verify)
      const inbound = new InboundBlocks(network.chainId, store, verified)
      const machine = await makeMachine(
        { ...parts, ...ground, verify: verified.verify, storedBlock: inbound.storedBlock },
        announced(transport.addresses()),
        [...bootstraps.keys()],
      )
      node = new RunningNode(parts, machine, transport, verified, inbound)
    } catch (error) {
      await transport.stop()
      throw error
    }
    void node.post({ on: 'start' })
    return node
  }

  private constructor(
    parts: Parts,
    machine: NodeMachine,
    transport: Transport,
    verified: VerifiedAhead,
    inbound: InboundBlocks,
  ) {
    const { ground } = parts
    const { identity, network, store } = ground
    this.#ground = ground
    this.#verified = verified
    this.#inbound = inbound
    this.nodeId = identity.nodeId
    this.peerId = identity.peerId
    this.publicKey = identity.signer.publicKey
    this.settings = parts.settings
    this.folder = ground.folder
    this.network = network
    this.machine = machine
    this.transport = transport
    this.#ending = new Ending((error) => asFailure(error, nameOf(ground)))
    this.alone = new Alone(machine, ground.invites, parts.settings)
    this.kept = new KeptLinks(machine, transport, parts.settings.timing?.keepEvery)
    const encoded = new WeakMap<object, Uint8Array>()
    const own = { nodeId: this.nodeId, signer: identity.signer, chainId: network.chainId }
    this.#host = new Host(parts.settings.around?.(machine, own) ?? machine, {
      persist: (writes) => this.meter.writing(writes, () => store.batch(writes, { sync: true })),
      send: (to, message) => {
        // One message often goes to several neighbours: it is encoded once.
        const bytes = encoded.get(message.message) ?? encodeNodeMessage(message)
        encoded.set(message.message, bytes)
        this.meter.gaveOut(message.protocol, bytes.length)
        transport.send(to, message.protocol, bytes)
      },
      disconnect: (peer) => void transport.disconnect(peer).catch(() => {}),
      tell: (event) => this.#tell(event),
      clock: () => Date.now(),
      failed: (error) => void this.#failed(error),
    })
  }

  /** The durable value of a key; what a step has just written may not be there yet. */
  stored(key: string): Promise<Uint8Array | undefined> {
    return this.#ground.store.get(key)
  }

  get store(): Pick<Store, 'engine' | 'memoryBytes'> {
    return this.#ground.store
  }

  /** The text with which somebody joins this network through this node. */
  get invite(): string {
    return formatInvite({
      addresses: announced(this.transport.addresses()),
      publicKey: this.publicKey,
      genesisHash: this.network.genesisHash,
    })
  }

  post(input: Parameters<NodeMachine['step']>[0]): Promise<void> | undefined {
    return this.#host.post(input)
  }

  /** Asks the node something; a refusal becomes its Failure. */
  command(command: NodeCommand): Promise<Answer> {
    return this.#host.command(command)
  }

  /** Calls `watcher` for every event until the returned function is called. */
  watch(watcher: (event: NodeEvent) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  received(
    from: NodeId,
    protocol: NodeMessage['protocol'],
    bytes: Uint8Array,
  ): Promise<void> | undefined {
    this.meter.tookIn(protocol, bytes.length)
    const decoded = decodeNodeMessage(protocol, bytes, this.network.chainId)
    if (decoded.ok) {
      const { message } = decoded
      const { ledger } = this.machine
      const post = () => this.#host.post({ on: 'message', from, message })
      if (message.protocol !== 'consensus' || ledger === undefined) return post()
      return this.#inbound.prepare(message.message, ledger)?.then(post) ?? post()
    }
    this.meter.malformed += 1
    if (this.#logRate.admits(from, performance.now()))
      this.settings.log?.('warn', 'a peer sent what is no message', {
        ...{ from, protocol, why: decoded.why },
      })
    this.transport.expel(from)
    return undefined
  }

  /** A peer speaks another version of the protocol: said once in the log. */
  met(other: OtherVersion): void {
    if (this.versions.isNew(other)) this.settings.log?.('warn', adviceOn(other), { ...other })
  }

  /** Where a peer says that it is. Of one never heard only the first addresses are tried: anybody can name any. */
  knownAt(peer: NodeId): Whereabouts | undefined {
    const { contacts } = this.machine
    const contact = contacts.contact(peer)
    if (contact === undefined || contacts.wasHeard(peer)) return contact
    return { ...contact, addresses: contact.addresses.slice(0, unheardAddressesMax) }
  }

  /** Tells the peers where they find this node now. */
  async moved(): Promise<void> {
    const addresses = announced(this.transport.addresses())
    const { reachability } = this.transport
    if (addresses.join(' ') === this.machine.membership.contact?.addresses.join(' ')) return
    this.settings.log?.('info', 'where peers find this node', { reachability, addresses })
    await this.command({ command: 'move', addresses })
  }

  /** Resolves when the node has stopped, with the reason if it failed. */
  get ended(): Promise<unknown> {
    return this.#ending.ended
  }

  /** Leaves gracefully: hands its values over, tells the neighbours, flushes, closes. Idempotent. */
  stop(): Promise<void> {
    // Bounded by the machine (handOverMsMax); a host that has failed answers at once.
    const handOver = () => this.command({ command: 'hand-over' })
    return this.#ending.begin([handOver, () => this.#host.stop(), ...this.#parts()])
  }

  async #failed(error: unknown): Promise<void> {
    this.settings.log?.('error', 'the node stops: it can no longer remember what it does', {
      why: error instanceof Error ? error.message : String(error),
    })
    this.#ending.failed(error)
    // What fails now follows from it.
    await this.#ending.begin(this.#parts()).catch(() => {})
  }

  #parts(): (() => unknown)[] {
    const close = [() => this.#verified.close(), () => this.#ground.close()]
    const lookers = [() => this.alone.stop(), () => this.kept.stop()]
    return [...lookers, () => this.transport.stop(), ...close]
  }

  #tell(event: NodeEvent): void {
    for (const watcher of this.#watchers)
      try {
        watcher(event)
      } catch (error) {
        // Whoever looks on must not be able to stop what it looks at.
        this.settings.log?.('error', 'a watcher failed over an event', {
          ...{ event: event.event, why: error instanceof Error ? error.message : String(error) },
        })
      }
  }
}
