// "Can you dial me?" at /trustnet/dial-back/1.0.0: the question behind AutoNAT. Request: the TCP ports
// asked about, two bytes each, most significant first, in one frame. Answer: one byte a port, 1 when a
// handshake with the asker succeeded there, else 0. Only the IP address that the question came from is
// dialled, so nobody can be made to knock at somebody else's door.
//
// @libp2p/autonat is not used: it leaves out every address observed over TCP, its dial-back returns
// the connection that is already open and calls that a failure, and it wants four peers in as many
// /8 networks before it believes anything (docs/decisions/0021).
import type { Connection, Stream } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Millis } from '../../../core/id.ts'
import { Remembered } from '../../../core/remembered.ts'
import { encodeFrames, readOne } from '../framing.ts'
import { hostOf, isPublicHost } from './address.ts'

export const dialBackProtocol = '/trustnet/dial-back/1.0.0'

/** Ports in one question: v4 and v6 listeners and what a router maps. */
export const portsAskedMax = 4

/** The question, once its stream is open. */
const questionMs: Millis = 5_000

/** One dial-back. A host that does not answer at all costs this long. */
const dialBackMs: Millis = 3_000

/** The whole answer, for the asker: every port in turn, and the way there and back. */
const answerMs: Millis = portsAskedMax * dialBackMs + 5_000

/** Between two questions of one peer that are answered. */
const askAgainMs: Millis = 10_000

/** Dial-backs under way for all peers together: each is a handshake. */
const atOnceMax = 4

const askersRememberedMax = 1_024

export interface DialBackPorts {
  /** Opens a further connection; rejects when nobody with that key answers. */
  readonly dial: (address: Multiaddr, signal: AbortSignal) => Promise<Connection>
  readonly now: () => Millis
}

/** Answers the question. */
export class DialBack {
  readonly #ports: DialBackPorts
  readonly #questionMs: Millis
  readonly #asked = new Remembered<string, Millis>(askersRememberedMax)
  #underWay = 0

  /** @param patienceMs how long a question may take, once its stream is open */
  constructor(ports: DialBackPorts, patienceMs = questionMs) {
    this.#ports = ports
    this.#questionMs = patienceMs
  }

  /** The libp2p handler. */
  readonly handler = async (stream: Stream, connection: Connection): Promise<void> => {
    try {
      const question = await within(stream, AbortSignal.timeout(this.#questionMs), () =>
        readOne(stream, 2 * portsAskedMax),
      )
      const answer = await this.#answer(question, connection)
      stream.send(encodeFrames([answer]))
      await stream.close({ signal: AbortSignal.timeout(dialBackMs) })
    } catch (error) {
      stream.abort(error as Error)
    }
  }

  async #answer(question: Uint8Array, connection: Connection): Promise<Uint8Array> {
    const peer = connection.remotePeer.toString()
    const host = hostOf(connection.remoteAddr.toString())
    if (question.length % 2 !== 0) throw new Error('a port has two bytes')
    if (connection.limits !== undefined || host === undefined || !isPublicHost(host))
      throw new Error('only who comes straight from the Internet can be dialled back')
    const now = this.#ports.now()
    if (now - (this.#asked.get(peer) ?? Number.NEGATIVE_INFINITY) < askAgainMs)
      throw new Error('asked a moment ago')
    if (this.#underWay >= atOnceMax) throw new Error('too many ask')
    this.#asked.set(peer, now)
    this.#underWay += 1
    try {
      const verdicts = new Uint8Array(question.length / 2)
      for (const [index, port] of portsIn(question).entries())
        verdicts[index] = (await this.#reaches(host, port, peer)) ? 1 : 0
      return verdicts
    } finally {
      this.#underWay -= 1
    }
  }

  async #reaches(host: string, port: number, peer: string): Promise<boolean> {
    const family = host.includes(':') ? 'ip6' : 'ip4'
    try {
      const address = multiaddr(`/${family}/${host}/tcp/${port}/p2p/${peer}`)
      const back = await this.#ports.dial(address, AbortSignal.timeout(dialBackMs))
      // The asker sees it come in; that is its proof that we did not make the answer up.
      await back.close().catch((error: Error) => back.abort(error))
      return true
    } catch {
      return false
    }
  }
}

const portsIn = (question: Uint8Array): number[] =>
  Array.from(
    { length: question.length / 2 },
    (_, i) => question[2 * i]! * 256 + question[2 * i + 1]!,
  )

/**
 * Asks a peer.
 *
 * @param ports one to `portsAskedMax` TCP ports
 * @returns those of the ports where the peer says that it reached us
 * @throws when the peer does not answer, or refuses to try
 */
export async function askDialBack(
  connection: Connection,
  ports: readonly number[],
): Promise<number[]> {
  const signal = AbortSignal.timeout(answerMs)
  const stream = await connection.newStream(dialBackProtocol, { signal })
  return within(stream, signal, async () => {
    const question = new Uint8Array(ports.flatMap((port) => [port >> 8, port & 0xff]))
    stream.send(encodeFrames([question]))
    const answer = await readOne(stream, portsAskedMax)
    if (answer.length !== ports.length) throw new Error('the answer has another length')
    await stream.close({ signal })
    return ports.filter((_, index) => answer[index] === 1)
  })
}

/** What is done over a stream; when it fails, or takes longer than the signal allows, the stream ends with it. */
async function within<T>(stream: Stream, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const late = (): void => stream.abort(new Error('not within the time'))
  signal.addEventListener('abort', late)
  try {
    return await work()
  } catch (error) {
    stream.abort(error as Error)
    throw error
  } finally {
    signal.removeEventListener('abort', late)
  }
}
