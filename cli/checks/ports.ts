// What `doctor` asks of a node that does not run: are the addresses free on which it would listen?
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { whyNotListening } from '../../src/core/listen-reasons.ts'
import { type Ruling, settle } from '../settings.ts'
import { type Check, note, ok, wrong } from './check.ts'

interface Place {
  readonly host: string
  readonly port: number
}

/** The TCP place of a multiaddr with a fixed port; undefined of any other. */
export function placeOf(address: string): Place | undefined {
  const [, host, port] = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d+)/.exec(address) ?? []
  return host === undefined || Number(port) === 0 ? undefined : { host, port: Number(port) }
}

/** Why nobody can listen there; undefined when it is free. */
function taken({ host, port }: Place): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

async function lastListened(home: string): Promise<readonly string[]> {
  try {
    const said = JSON.parse(await readFile(join(home, 'config.json'), 'utf8')) as {
      readonly listen?: readonly string[]
    }
    return said.listen ?? []
  } catch {
    return []
  }
}

/**
 * Only for a node that does not run: it would hold them itself.
 *
 * @param service what the flags of its service say
 */
export async function portChecks(home: string, service: Ruling = {}): Promise<readonly Check[]> {
  const settings = await settle(home, {}, process.env, service).catch((error: Error) => error)
  if (settings instanceof Error) return [wrong('settings', settings.message)]
  const settled = (name: string) => settings.find((one) => one.name === name)
  /** How another value is given. */
  const flagFor = (name: string): string =>
    settled(name)?.origin === 'service' ? `'trustnet provision --${name}'` : `--${name}`
  const asked = settled('listen')?.value as readonly string[] | undefined
  const api = Number(settled('api-port')?.value)
  const checks: Check[] = []
  for (const address of asked ?? (await lastListened(home))) {
    const place = placeOf(address)
    const why = place === undefined ? undefined : await taken(place)
    if (why === undefined) continue
    const told = `${address} cannot be listened on (${whyNotListening(why)}; ss -ltnp 'sport = :${place!.port}' names it)`
    // A home's last address is only preferred: the node then takes a free port.
    checks.push(
      asked === undefined
        ? note('port', `${told}: it will listen elsewhere, and invites given out lead nowhere`)
        : wrong(
            'port',
            `${told}: stop that program, or give another address with ${flagFor('listen')}.`,
          ),
    )
  }
  const why = api === 0 ? undefined : await taken({ host: '127.0.0.1', port: api })
  if (why !== undefined)
    checks.push(
      wrong(
        'port',
        `Port ${api} of the API is not free (${whyNotListening(why)}): give another one with ${flagFor('api-port')}.`,
      ),
    )
  return checks.length > 0 ? checks : [ok('port', 'what it would listen on is free')]
}
