// A loopback proxy for one direction of dialling between two members: the kernel here has no netem,
// so links are cut, delayed and reset here. Bytes are never reordered or lost within a connection,
// as TCP would have it: a cut holds them back, a reset ends the connection.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

interface Pair {
  readonly near: Socket
  readonly far: Socket
}

export class LoopbackProxy {
  readonly port: number
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  readonly #target: () => number
  #cut = false
  #delayMs = 0

  /** @param target the port behind it, asked at every dial: a restarted member may listen elsewhere */
  static async open(target: () => number): Promise<LoopbackProxy> {
    const server = createServer({ allowHalfOpen: false })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new LoopbackProxy(server, target)
  }

  private constructor(server: Server, target: () => number) {
    this.#server = server
    this.#target = target
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (near) => this.#join(near))
  }

  /** Connections through it now. */
  get connections(): number {
    return this.#pairs.size
  }

  /** Holds back every byte, of connections to come too, until `heal`. */
  cut(): void {
    this.#cut = true
    for (const { near, far } of this.#pairs) {
      near.pause()
      far.pause()
    }
  }

  heal(): void {
    this.#cut = false
    for (const { near, far } of this.#pairs) {
      near.resume()
      far.resume()
    }
  }

  /** From now on every chunk arrives later by so much. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** Ends every connection at once. */
  reset(): void {
    for (const { near, far } of this.#pairs) {
      near.destroy()
      far.destroy()
    }
    this.#pairs.clear()
  }

  async close(): Promise<void> {
    this.reset()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(near: Socket): void {
    const far = connect(this.#target(), '127.0.0.1')
    const pair = { near, far }
    this.#pairs.add(pair)
    const end = () => {
      this.#pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', end)
    }
    near.on('data', (bytes) => this.#pass(bytes, far))
    far.on('data', (bytes) => this.#pass(bytes, near))
    if (this.#cut) {
      near.pause()
      far.pause()
    }
  }

  /** Delays keep their order: a timer set later with the same delay fires later. */
  #pass(bytes: Buffer, to: Socket): void {
    if (this.#delayMs === 0) to.write(bytes)
    else setTimeout(() => !to.destroyed && to.write(bytes), this.#delayMs)
  }
}
