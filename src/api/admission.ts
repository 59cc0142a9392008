// Who is let in. A web page of another site can make a browser send requests to loopback, even under
// a name of its own that it points here (DNS rebinding), so a request with a foreign Host or Origin,
// or one that the browser says comes from another site, is refused, and no CORS header is ever sent.
// Reading what the network knows anyway is open to programs of this machine; everything else wants
// the bearer token. Every request counts against its client's rate, refused ones more.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Failure } from '../core/failure.ts'
import { isLoopbackIp } from '../core/loopback.ts'
import type { ApiBounds } from './bounds.ts'
import type { Access } from './endpoint.ts'
import { RequestRate } from './request-rate.ts'

/** What a refused request costs beyond one that is served: guessing tokens is slow. */
const refusalCost = 5

export interface AskedFor {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** The other end of the connection; undefined when it is gone. */
  readonly address: string | undefined
  readonly access: Access
  readonly cost: number
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()

/** A proxy on this machine forwards for others. */
const isForwarded = (headers: IncomingHttpHeaders): boolean =>
  headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined

export class Admission {
  /** `host:port` under which this server is reached; known once it listens, and nothing can ask before. */
  readonly hosts = new Set<string>()
  readonly #token: Uint8Array
  readonly #bounds: ApiBounds
  readonly #owner: RequestRate
  readonly #guests: RequestRate

  constructor(token: string, bounds: ApiBounds, now: () => number = () => performance.now()) {
    this.#token = digest(token)
    this.#bounds = bounds
    this.#owner = new RequestRate(bounds.ownerRequestsPerSecondMax, now)
    this.#guests = new RequestRate(bounds.guestRequestsPerSecondMax, now)
  }

  /** Does the request show the token? */
  isOwner({ authorization = '' }: IncomingHttpHeaders): boolean {
    if (!authorization.startsWith('Bearer ')) return false
    return timingSafeEqual(digest(authorization.slice(7)), this.#token)
  }

  /**
   * Lets a request in, or throws.
   *
   * @returns whether it showed the token
   * @throws Failure `api/too-many-requests`, `api/host-refused`, `api/token-refused`
   */
  admit(asked: AskedFor): boolean {
    const { headers, address = '' } = asked
    const isLocal = isLoopbackIp(address) && !isForwarded(headers)
    const isOwner = this.isOwner(headers)
    const client = isLocal ? 'this machine' : address
    const rate = isOwner ? this.#owner : this.#guests
    if (!rate.admits(client, asked.cost)) throw this.#tooMany(isOwner)
    const refusal = this.#refusalOf(asked, isLocal, isOwner)
    if (refusal === undefined) return isOwner
    this.#guests.admits(client, refusalCost)
    throw refusal
  }

  #refusalOf(asked: AskedFor, isLocal: boolean, isOwner: boolean): Failure | undefined {
    const { host = '', origin } = asked.headers
    if (!this.hosts.has(host)) return new Failure('api/host-refused', { host })
    if (origin !== undefined && !this.hosts.has(origin.replace(/^http:\/\//, '')))
      return new Failure('api/host-refused', { host: origin })
    if (isFromElsewhere(asked)) return new Failure('api/host-refused', { host: 'another site' })
    const isFree = asked.access === 'open' || (asked.access === 'local' && isLocal)
    return isFree || isOwner ? undefined : new Failure('api/token-refused', {})
  }

  #tooMany(isOwner: boolean): Failure {
    const { ownerRequestsPerSecondMax, guestRequestsPerSecondMax } = this.#bounds
    const perSecondMax = isOwner ? ownerRequestsPerSecondMax : guestRequestsPerSecondMax
    return new Failure('api/too-many-requests', { perSecondMax })
  }
}

/** What a browser says of the page behind a request. Following a link to here is fine. */
function isFromElsewhere({ method, headers }: AskedFor): boolean {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  const isLink =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return !(method === 'GET' && isLink)
}
