// What must hold of links whatever happens: random dials, hang-ups, cuts, partitions, pauses,
// crashes and loss, judged by a machine that checks each input against what it was told before.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import type { Effect, Input } from '../../src/core/machine.ts'
import { uniformLatency } from '../../src/sim/latency.ts'
import type { SimulatedNode } from '../../src/sim/simulated-node.ts'
import { World } from '../../src/sim/world.ts'
import { node } from './toy-machines.ts'

type Order = { readonly say: number; readonly to: NodeId } | { readonly hangUp: NodeId }

/** Throws when its host breaks a law. Numbers said rise over the whole run. */
class Lawyer implements SimulatedNode<number, Order> {
  readonly #open = new Set<NodeId>()
  readonly #last = new Map<NodeId, number>()

  step(input: Input<number, Order>): readonly Effect<number>[] {
    switch (input.on) {
      case 'connected':
        this.#claim(!this.#open.has(input.peer), 'a link opens once')
        this.#open.add(input.peer)
        return []
      case 'dropped':
        if (input.why === 'closed')
          this.#claim(this.#open.has(input.peer), 'only an open link closes')
        else this.#claim(!this.#open.has(input.peer), 'only a closed link cannot be dialled')
        this.#open.delete(input.peer)
        return []
      case 'message':
        this.#claim(this.#open.has(input.from), 'messages come over open links')
        this.#claim(input.message > (this.#last.get(input.from) ?? -1), 'in order, and once')
        this.#last.set(input.from, input.message)
        return []
      case 'command':
        if ('say' in input.command)
          return [{ do: 'send', to: input.command.to, message: input.command.say }]
        this.#open.delete(input.command.hangUp)
        return [{ do: 'disconnect', peer: input.command.hangUp, why: 'told to' }]
      default:
        return []
    }
  }

  refuses(): boolean {
    return false
  }

  #claim(holds: boolean, law: string): void {
    if (!holds) throw new Error(`broken law: ${law}`)
  }
}

const ids = [1, 2, 3].map(node)
const who = fc.integer({ min: 0, max: 2 })
/** What may happen, and how often among the rest: what goes wrong must also come right again. */
const weights = {
  say: 60,
  hangUp: 3,
  crash: 1,
  reset: 1,
  stop: 1,
  restart: 9,
  pause: 1,
  resume: 5,
  split: 1,
  cut: 1,
  heal: 4,
  rest: 2,
} as const
type What = keyof typeof weights
const what = fc.oneof(
  ...(Object.entries(weights) as [What, number][]).map(([name, weight]) => ({
    weight,
    arbitrary: fc.constant(name),
  })),
)
const happening = fc.record({ after: fc.integer({ min: 0, max: 400 }), what, from: who, to: who })
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

test('links open once, close once, and carry each message at most once and in order', () => {
  const totals = { delivered: 0, links: 0 }
  const run = (seed: number, loss: number, script: readonly Happening[]): string => {
    const world = new World<number, Order, Lawyer>({
      seed,
      boot: () => new Lawyer(),
      network: { latency: uniformLatency(1, 120), loss, dialTimeoutMs: 700, silenceMs: 1500 },
    })
    for (const id of ids) world.add(id)
    script.forEach(({ after, what, from, to }, i) => {
      world.runFor(what === 'rest' ? after * 10 : after)
      const [a, b] = [ids[from]!, ids[to]!]
      const live = world.isLive(a)
      if (what === 'heal') world.heal()
      else if (what === 'split') world.partition([a])
      else if (what === 'cut') world.cut([a], [b])
      else if (what === 'restart' && !live) world.restart(a)
      else if (!live || what === 'rest' || what === 'restart') return
      else if (what === 'crash') world.crash(a)
      else if (what === 'reset') world.crash(a, { resets: true })
      else if (what === 'pause') world.pause(a)
      else if (what === 'resume') world.resume(a)
      else if (what === 'stop') world.stop(a)
      else if (a !== b) world.command(a, what === 'say' ? { say: i, to: b } : { hangUp: b })
    })
    world.heal()
    for (const id of ids) if (world.isLive(id)) world.resume(id)
    world.runFor(60_000)
    totals.delivered += world.statistics.delivered
    totals.links += world.statistics.links
    expect(world.idle).toBe(true)
    return world.digest
  }
  fc.assert(
    fc.property(
      fc.integer(),
      fc.constantFrom(0, 0.2, 0.6),
      fc.array(happening, { minLength: 1, maxLength: 300, size: 'max' }),
      (seed, loss, script) => {
        expect(run(seed, loss, script)).toBe(run(seed, loss, script))
      },
    ),
    { numRuns: 500 },
  )
  console.log(`${totals.delivered} messages over ${totals.links} links`)
  expect(totals.delivered).toBeGreaterThan(10_000)
})
