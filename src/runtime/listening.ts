// Where a node listens and what it names to others. A home keeps the address of its last start: the
// contacts and invites out in the network name that one, so that a network whose nodes all restart
// finds itself again. Of an address that was asked for it keeps the port alone: beyond loopback a node
// listens only where it is asked to each time.
import { utf8 } from '../core/bytes.ts'
import { Failure } from '../core/failure.ts'
import { addressBytesMax, addressesPerContactMax } from '../core/limits.ts'
import { isLoopback } from '../core/loopback.ts'
import { type HomePaths, readDocument, writeDocument } from './home/home.ts'
import type { Transport } from './transport/transport.ts'

/** Opens a transport that listens at these multiaddrs. */
export type OpenAt = (listen: readonly string[]) => Promise<Transport>

/** A free port on loopback. */
export const anyPort: readonly string[] = ['/ip4/127.0.0.1/tcp/0']

/**
 * The addresses that a contact and an invite name: no more than they hold, and those that only this
 * machine reaches last.
 */
export function announced(addresses: readonly string[]): string[] {
  const fitting = [...new Set(addresses)].filter(
    (address) => utf8(address).length <= addressBytesMax,
  )
  return [
    ...fitting.filter((address) => !isLoopback(address)),
    ...fitting.filter(isLoopback),
  ].slice(0, addressesPerContactMax)
}

/**
 * Opens a transport where it was asked to listen; else where the home listened last, else, when
 * somebody else is there now, at a free port, which the home then keeps.
 *
 * @param asked the port of the first one is kept for starts that ask for none, on loopback; no free one (0) is
 * @param left told when the address of the last start was given up, and why
 * @throws Failure `transport/cannot-listen`, `home/malformed`
 */
export async function listenAt(
  home: Pick<HomePaths, 'config'>,
  asked: readonly string[] | undefined,
  open: OpenAt,
  left: (addresses: readonly string[], why: string) => void,
): Promise<Transport> {
  if (asked !== undefined) return kept(home, await open(asked), onLoopback(asked))
  const config = (await readDocument(home.config)) ?? {}
  const transport = await openAgain(keptAddresses(config.listen, home.config), open, left)
  return kept(home, transport, transport.addresses())
}

/** Where a start listens that asks for nothing, after one that asked for this. */
function onLoopback(asked: readonly string[]): readonly string[] | undefined {
  const ports = asked.map((address) =>
    Number(/^\/ip[46]\/[^/]+\/tcp\/(\d+)$/.exec(address)?.[1] ?? 0),
  )
  const port = ports.find((one) => one > 0)
  return port === undefined ? undefined : [`/ip4/127.0.0.1/tcp/${port}`]
}

/** The home keeps these addresses; none, what it has. */
async function kept(
  home: Pick<HomePaths, 'config'>,
  transport: Transport,
  addresses: readonly string[] | undefined,
): Promise<Transport> {
  try {
    const config = (await readDocument(home.config)) ?? {}
    if (addresses !== undefined && JSON.stringify(config.listen) !== JSON.stringify(addresses))
      await writeDocument(home.config, { ...config, listen: addresses })
    return transport
  } catch (error) {
    await transport.stop()
    throw error
  }
}

async function openAgain(
  kept: readonly string[],
  open: OpenAt,
  left: (addresses: readonly string[], why: string) => void,
): Promise<Transport> {
  if (kept.length === 0) return open(anyPort)
  try {
    return await open(kept)
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'transport/cannot-listen')) throw error
    left(kept, error.message)
    return open(anyPort)
  }
}

function keptAddresses(listen: unknown, file: string): readonly string[] {
  if (listen === undefined) return []
  if (Array.isArray(listen) && listen.every((address) => typeof address === 'string')) return listen
  throw new Failure('home/malformed', { file, why: 'its `listen` is no list of addresses' })
}
