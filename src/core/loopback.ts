// Which addresses only this machine reaches. Read from their text: no look-up, no parsing of the rest.

/** An IP address: version 4, version 6, or the one written in the other's form. */
export const isLoopbackIp = (ip: string): boolean => /^(127\.|::1$|::ffff:127\.)/.test(ip)

/** A multiaddr as text. */
export function isLoopback(address: string): boolean {
  const ip = /^\/ip[46]\/([^/]+)/.exec(address)?.[1]
  return ip !== undefined && isLoopbackIp(ip)
}
