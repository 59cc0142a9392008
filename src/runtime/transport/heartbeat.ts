// The heartbeat of 6-operations: every half minute each connection must answer something small, or
// it is dead, whatever TCP believes, and is cut. libp2p's own connection monitor would do the same,
// but it cuts with a call that can throw where nobody catches it, and then takes the process along.
import type { Connection } from '@libp2p/interface'
import type { Millis } from '../../core/id.ts'

/** Every libp2p speaks it. Agreeing on the protocol takes a round trip, which is all that is wanted. */
const echoProtocol = '/ipfs/ping/1.0.0'

export interface HeartbeatOptions {
  readonly connections: () => readonly Connection[]
  /** Ends a connection whose peer does not answer; must not throw. */
  readonly cut: (connection: Connection, why: string) => void
  readonly everyMs: Millis
  /** How long an answer may take; under `everyMs`. */
  readonly patienceMs: Millis
}

/** Beats until the returned function is called. */
export function startHeartbeat(options: HeartbeatOptions): () => void {
  const { connections, cut, everyMs, patienceMs } = options
  const timer = setInterval(() => {
    for (const connection of connections())
      void answers(connection, patienceMs).then((alive) => {
        if (!alive) cut(connection, 'it does not answer')
      })
  }, everyMs)
  return () => clearInterval(timer)
}

/** Never rejects. A connection that is closing already is somebody else's to end. */
async function answers(connection: Connection, patienceMs: Millis): Promise<boolean> {
  if (connection.status !== 'open') return true
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const stream = await connection.newStream(echoProtocol, {
      signal,
      runOnLimitedConnection: true,
    })
    void stream.close({ signal }).catch((error: Error) => stream.abort(error))
    return true
  } catch (error) {
    // A peer that says that it does not speak this has spoken; so have we when too many wait.
    return /^(UnsupportedProtocol|TooMany)/.test((error as Error).name)
  }
}

/** Ends a connection at once. */
export function cut(connection: Connection, why: string): void {
  const error = new Error(why)
  try {
    connection.abort(error)
  } catch {
    // Its multiplexer wanted to say goodbye over a socket that is closed on our side already. It
    // counts as ended now, so the second call goes on to the socket.
    try {
      connection.abort(error)
    } catch {
      // Nothing is left to end.
    }
  }
}
