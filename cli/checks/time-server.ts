// How far this machine's clock is off, as a time server sees it: one question of SNTP (RFC 4330).
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** Seconds between the epochs of NTP (1900) and Unix (1970). */
const epochSeconds = 2_208_988_800
const answerWithinMs = 3_000

/** A 64-bit NTP time as ms since the Unix epoch. */
const timeAt = (packet: Buffer, at: number): number =>
  (packet.readUInt32BE(at) - epochSeconds) * 1_000 + (packet.readUInt32BE(at + 4) * 1_000) / 2 ** 32

/**
 * Milliseconds to add to this clock.
 *
 * @param server HOST or HOST:PORT
 * @throws Error when there is no sound answer in time
 */
export async function clockOffsetMs(server: string): Promise<number> {
  const [, host = server, port = '123'] = /^(.+?)(?::(\d+))?$/.exec(server) ?? []
  const socket = createSocket('udp4')
  try {
    const question = Buffer.alloc(48)
    // No leap warning, version 4, client.
    question[0] = 0x23
    const sent = Date.now()
    socket.send(question, Number(port), host)
    const [answer] = (await once(socket, 'message', {
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch((error: Error) => {
      throw error.name === 'AbortError' ? new Error('no answer') : error
    })) as [Buffer]
    const received = Date.now()
    // Stratum 0 is a refusal ("kiss of death"), 16 a server that has no time itself.
    if (answer.length < 48 || answer[1] === 0 || answer[1]! > 15) throw new Error('it has no time')
    return (timeAt(answer, 32) - sent + (timeAt(answer, 40) - received)) / 2
  } finally {
    socket.close()
  }
}
