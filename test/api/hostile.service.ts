// Hostile HTTP clients at a node that makes blocks: connections that dribble, a flood of the dearest
// request without the token, listeners that do not read. The node keeps finalizing what its owner
// rates, answers the owner, and its memory stays bounded. Prints what it saw.
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { burstSeconds, defaultApiBounds } from '../../src/api/bounds.ts'
import { endpoints } from '../../src/api/endpoints.ts'
import { LiveNetwork, type LiveNode } from '../live/harness.ts'
import { member } from './members.ts'

const ratings = 60
const slowConnections = 300
const floodWorkers = 12
const deafListeners = 40

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Rates so many strangers, one after another; ms until each was final. */
async function rateAll({ api }: LiveNode, name: string): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < ratings; i++) {
    const { peerId } = member(`${name} ${i}`)
    const { final } = await api.rate({ peer: peerId, value: '0.5', wait: 15 })
    times.push(final!.afterMs)
  }
  return times
}

class Attack {
  readonly #port: number
  readonly #sockets = new Set<Socket>()
  readonly #agent = new Agent({ keepAlive: true, maxSockets: floodWorkers })
  /** Answers by status. */
  readonly answers = new Map<number, number>()
  #over = false

  constructor(url: string) {
    this.#port = Number(new URL(url).port)
    for (let i = 0; i < slowConnections; i++) this.#dribble()
    for (let i = 0; i < deafListeners; i++) this.#listenDeaf()
    for (let i = 0; i < floodWorkers; i++) void this.#flood()
  }

  stop(): void {
    this.#over = true
    this.#agent.destroy()
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Half a request, and another one as soon as it is cut. */
  #dribble(): void {
    const socket = this.#open(() => this.#dribble())
    socket.write('GET /v1/status HTTP/1.1\r\nhost: ')
  }

  #listenDeaf(): void {
    const socket = this.#open(() => {})
    socket.pause()
    socket.write(`GET /v1/events HTTP/1.1\r\nhost: 127.0.0.1:${this.#port}\r\n\r\n`)
  }

  #open(again: () => void): Socket {
    const socket = connect(this.#port, '127.0.0.1')
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#sockets.delete(socket)
      // A real attacker has a round trip too.
      if (!this.#over) setTimeout(() => this.#over || again(), 20)
    })
    return socket
  }

  async #flood(): Promise<void> {
    while (!this.#over) {
      const status = await this.#ask().catch(() => 0)
      this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
    }
  }

  #ask(): Promise<number> {
    return new Promise((resolve, reject) => {
      const path = '/v1/trust/graph?aggregate=true'
      const asked = { host: '127.0.0.1', port: this.#port, path, agent: this.#agent }
      request(asked, (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
        response.once('error', reject)
      })
        .once('error', reject)
        .end()
    })
  }
}

test('hostile HTTP clients do not hold up what the owner rates', async () => {
  await using network = await LiveNetwork.open()
  const node = await network.node('n1')
  const before = await rateAll(node, 'calm')
  const memoryBefore = (await node.api.status()).memoryBytes
  const attack = new Attack(node.started.api)
  const begun = performance.now()
  await delay(1_000)
  const during = await rateAll(node, 'attacked')
  const { memoryBytes, height } = await node.api.status()
  const ready = await node.api.ready()
  const seconds = (performance.now() - begun) / 1_000
  attack.stop()
  const after = await rateAll(node, 'after')
  const [calm, attacked, later] = [before, during, after].map(median)
  const grown = (memoryBytes - memoryBefore) / 2 ** 20
  const told = [...attack.answers].map(([status, count]) => `${count} × ${status}`).join(', ')
  console.log(
    `final after ${calm} ms calm, ${attacked} ms attacked, ${later} ms after; ${grown.toFixed(0)} MiB more; answers ${told}`,
  )
  expect(ready.ready).toBe(true)
  expect(height).toBeGreaterThan(0)
  // What a guest may have, and no more.
  const { guestRequestsPerSecondMax } = defaultApiBounds
  const due = (guestRequestsPerSecondMax / endpoints.trustGraph.cost) * (seconds + burstSeconds)
  expect(attack.answers.get(200) ?? 0).toBeLessThan(due + floodWorkers)
  expect(attacked!).toBeLessThan(calm! + 1_000)
  expect(grown).toBeLessThan(256)
})
