// Fuzzing a whole node: honest messages of a small simulated network are mutated in their bytes or
// turned into lies, decoded by their protocol's codec, and what is accepted goes into a NodeMachine
// that stands in the middle of that network. Nothing may throw, nothing that the node says may be
// unencodable or too long, and what it remembers stays bounded. The seed replays a run.
import { policyFor, policyKindOf } from '../../overlay/policy/policy-for.ts'
import { equalBytes, hex, utf8 } from '../../src/core/bytes.ts'
import type { Millis, NodeId } from '../../src/core/id.ts'
import { messageBytesMax } from '../../src/core/limits.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import { contentKeyOf } from '../../src/core/value-key.ts'
import {
  decodeNodeMessage,
  encodeNodeMessage,
  type NodeMessage,
  type Protocol,
  protocols,
} from '../../src/node/message.ts'
import { type NodeInput, NodeMachine } from '../../src/node/node-machine.ts'
import { signerFrom, verify } from '../../src/runtime/ed25519/fastest.ts'
import type { LedgerGenesis } from '../../trustchain/ledger/view.ts'
import { chainId, SimulatedNetwork } from '../node/simulated-network.ts'
import { lie, mutated } from './mutation.ts'

export interface Captured {
  readonly from: NodeId
  readonly message: NodeMessage
  readonly bytes: Uint8Array
}

export interface FuzzOutcome {
  readonly runs: number
  /** Messages by protocol that decoded and went into the node. */
  readonly accepted: Record<Protocol, number>
  readonly refused: Record<Protocol, number>
  /** How many of the runs keep the form of a message and change what it says; the rest change bytes. */
  readonly lies: number
  readonly sent: number
  readonly persisted: number
  /** What the node holds in the end. */
  readonly contacts: number
  readonly entries: number
  /** Resident memory after the first tenth of the runs and at the end, MiB. */
  readonly rssMiB: readonly [number, number]
}

const overlays = ['social', 'measured']

/** Everything that six nodes say to each other while they join, rate, look up, send and leave. */
export function captureConversation(seed: number): {
  readonly said: readonly Captured[]
  readonly ids: readonly NodeId[]
  readonly founding: LedgerGenesis
} {
  const settings = { seed, nodes: 6, overlays, founders: 4 }
  const network = new SimulatedNetwork(settings)
  const said: Captured[] = []
  const { world, ids } = network
  ids.forEach((id) => {
    world.add(id)
    world.wrap(id, (honest) => ({
      refuses: (peer) => honest.refuses(peer),
      step: (input, now) => {
        const effects = honest.step(input, now)
        for (const effect of effects)
          if (effect.do === 'send')
            said.push({
              from: id,
              message: effect.message,
              bytes: encodeNodeMessage(effect.message),
            })
        return effects
      },
    }))
    world.runFor(500)
  })
  network.untilRingIsConsistent(60_000)
  for (const from of ids)
    for (const to of ids) if (from !== to) network.rate(from, to, from < to ? 900_000 : 400_000)
  world.runFor(5_000)
  for (let i = 0; i < 40; i++) {
    const key = hex(network.random.bytes(16)) as never
    const from = network.random.pick(ids)!
    network.lookup(from, key)
    const bytes = network.random.bytes(50)
    world.command(from, { command: 'send', key, overlay: 'social', routes: 2, bytes })
    const named = i % 2 === 0 ? {} : { name: `n${i}` }
    world.command(from, { command: 'put-value', bytes, ...named })
    world.command(from, { command: 'get-value', key: contentKeyOf(bytes) })
  }
  world.runFor(30_000)
  world.stop(ids[5]!)
  world.runFor(5_000)
  return { said, ids, founding: network.foundingOf(settings) }
}

const roundKinds = ['proposal', 'prevote', 'precommit'].map((kind) => utf8(`trustnet/${kind}/1`))

/** Signed by members in rounds: proposals and votes. */
const isOfRound = (message: Uint8Array): boolean =>
  roundKinds.some((kind) => equalBytes(kind, message.subarray(0, kind.length)))

/** The node under fire: its timers fire in virtual time, and whatever it says must be sayable. */
class Target {
  readonly machine: NodeMachine
  readonly #timers = new Map<string, Millis>()
  /** Of peers that were shut out: the key under which they are back. */
  readonly names = new Map<NodeId, NodeId>()
  sent = 0
  persisted = 0
  now: Millis = 2_000_000

  constructor(random: Random, ids: readonly NodeId[], founding: LedgerGenesis) {
    const signer = signerFrom(random.bytes(32))
    this.machine = new NodeMachine(
      {
        signer,
        // Mutants carry false signatures; taking every eighth for true tries what lies behind. Not of
        // votes: what more than a third of false votes does is no claim of ours.
        verify: (key, message, signature) =>
          verify(key, message, signature) || (!isOfRound(message) && random.below(8) === 0),
        random: random.fork(1),
      },
      {
        ...{ chainId, owner: 'target', addresses: [], bootstraps: ids, freshKey: true },
        ...{ routing: 'distnet', stored: [], founding },
        overlays: overlays.map((name) => ({
          name,
          makePolicy: (ports) => policyFor(policyKindOf(name), ports),
        })),
      },
    )
  }

  step(input: NodeInput): void {
    for (const effect of this.machine.step(input, this.now)) {
      if (effect.do === 'schedule') this.#timers.set(effect.timer, this.now + effect.after)
      if (effect.do === 'cancel') this.#timers.delete(effect.timer)
      if (effect.do === 'persist') this.persisted += effect.writes.length
      if (effect.do !== 'send') continue
      const { length } = encodeNodeMessage(effect.message)
      if (length === 0 || length > messageBytesMax) throw new Error(`it sends ${length} bytes`)
      this.sent++
    }
  }

  rename(peer: NodeId, name: NodeId): void {
    this.names.set(peer, name)
    this.step({ on: 'connected', peer: name })
  }

  pass(time: Millis): void {
    this.now += time
    for (const [timer, at] of [...this.#timers])
      if (at <= this.now && this.#timers.delete(timer)) this.step({ on: 'timer', timer })
  }
}

const mebibytes = (): number => Math.round(process.memoryUsage.rss() / 2 ** 20)

/**
 * Fires `runs` messages at a node.
 *
 * @param onProgress told the number of runs behind us, ten times
 * @throws Error naming seed, run and bytes when anything throws
 */
export function fuzzNode(runs: number, seed: number, onProgress = (_: number) => {}): FuzzOutcome {
  const random = seededRandom(seed)
  const { said, ids, founding } = captureConversation(seed)
  const byProtocol = protocols.map((protocol) =>
    said.filter(({ message }) => message.protocol === protocol),
  )
  const texts = [...ids, ...overlays, hex(random.bytes(16)), '', 'x'.repeat(300)]
  const target = new Target(random, ids, founding)
  target.step({ on: 'start' })
  for (const peer of ids) target.step({ on: 'connected', peer })
  for (const { from, message } of said.slice(0, 500)) target.step({ on: 'message', from, message })
  const outcome = {
    accepted: { trustchain: 0, overlay: 0, routing: 0, consensus: 0, values: 0 },
    refused: { trustchain: 0, overlay: 0, routing: 0, consensus: 0, values: 0 },
  }
  let lies = 0
  let early = 0
  for (let run = 0; run < runs; run++) {
    const group = random.pick(byProtocol)!
    const { from, message, bytes } = random.pick(group)!
    let mutant = bytes
    try {
      const others = [random.pick(group)!.bytes, random.pick(said)!.bytes]
      const lied = random.below(2) === 0 ? undefined : spoken(lie(message, texts, random))
      if (lied !== undefined) lies++
      mutant = lied ?? mutated(bytes, others, random)
      const decoded = decodeNodeMessage(message.protocol, mutant, chainId)
      outcome[decoded.ok ? 'accepted' : 'refused'][message.protocol]++
      const named = random.below(4) === 0 ? random.pick(ids)! : from
      // Who was shut out for its lies goes on under another key.
      if (target.machine.refuses(target.names.get(named) ?? named))
        target.rename(named, hex(random.bytes(16)) as NodeId)
      const peer = target.names.get(named) ?? named
      if (decoded.ok) target.step({ on: 'message', from: peer, message: decoded.message })
      if (run % 16 === 0) target.pass(1 + random.below(200))
      if (run % 1_024 === 0) reconnect(target, random.pick(ids)!)
    } catch (error) {
      const what = `seed ${seed}, run ${run}, ${message.protocol}: ${hex(mutant)}`
      throw new Error(what, { cause: error })
    }
    if (run === Math.floor(runs / 10)) early = mebibytes()
    if ((run + 1) % Math.ceil(runs / 10) === 0) onProgress(run + 1)
  }
  return {
    ...{ runs, ...outcome, lies, sent: target.sent, persisted: target.persisted },
    contacts: [...target.machine.contacts.all()].length,
    entries: target.machine.trustchain.trustchains.entriesHeld,
    rssMiB: [early, mebibytes()],
  }
}

function reconnect(target: Target, peer: NodeId): void {
  target.step({ on: 'dropped', peer, why: 'closed' })
  target.step({ on: 'connected', peer })
}

/** The bytes of a lie; undefined when it cannot be put into any. */
function spoken(message: NodeMessage): Uint8Array | undefined {
  try {
    return encodeNodeMessage(message)
  } catch {
    return undefined
  }
}
