// Keeps connections few and moving. One whose answer is not read for too long is cut: it holds memory
// and a place. When there are too many, the oldest makes room for the newest, so that whoever holds
// connections open cannot keep others out; listeners to events, which have a bound of their own, and
// connections on which the token was shown stay.
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { ApiBounds } from './bounds.ts'

export interface Connections {
  readonly open: number
}

export interface Spared {
  /** Events are written to it. */
  readonly listens: (socket: Socket) => boolean
  readonly isOwner: (socket: Socket) => boolean
}

export function boundConnections(
  server: Server,
  bounds: ApiBounds,
  { listens, isOwner }: Spared,
): Connections {
  /** Since when something waits for each open connection, the oldest first; undefined while nothing does. */
  const waiting = new Map<Socket, number | undefined>()
  const makeRoom = (): void => {
    for (const socket of waiting.keys()) {
      if (waiting.size <= bounds.connectionsMax) return
      if (listens(socket) || isOwner(socket)) continue
      waiting.delete(socket)
      socket.destroy()
    }
  }
  server.on('connection', (socket) => {
    waiting.set(socket, undefined)
    socket.once('close', () => waiting.delete(socket))
    makeRoom()
  })
  const sweep = (): void => {
    const now = performance.now()
    for (const [socket, since] of waiting) {
      if (socket.writableLength === 0 || listens(socket)) waiting.set(socket, undefined)
      else if (since === undefined) waiting.set(socket, now)
      else if (now - since > bounds.unreadMsMax) socket.destroy()
    }
  }
  const timer = setInterval(sweep, bounds.sweepMs)
  timer.unref()
  server.once('close', () => clearInterval(timer))
  return {
    get open() {
      return waiting.size
    },
  }
}
