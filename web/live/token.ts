// The bearer token of the node's API: rating, routing and stopping want it, reading on the same
// machine does not. The address that `trustnet dashboard` prints carries it in the
// fragment, which browsers send to nobody; it is taken out of the address (and so out of the history)
// at once, and kept for this tab alone.
const slot = 'trustnet/token'

let token = ''

export const tokenNow = (): string => token

/** Reads `#token=…`, else what the tab kept before a reload. */
export function takeTokenFromAddress(): void {
  if (!takeShownToken()) setToken(sessionStorage.getItem(slot) ?? '')
}

/**
 * Takes a token that stands in the address, as after the address of a node started anew was pasted
 * into the open tab.
 *
 * @returns whether one stood there
 */
export function takeShownToken(): boolean {
  const shown = /^#token=([\w-]+)$/.exec(location.hash)?.[1]
  if (shown === undefined) return false
  history.replaceState(null, '', `${location.pathname}#/`)
  setToken(shown)
  return true
}

/** Also of a pasted address, of which the token is taken. */
export function setToken(given: string): void {
  token = given.trim().replace(/^.*#token=/, '')
  if (token === '') sessionStorage.removeItem(slot)
  else sessionStorage.setItem(slot, token)
}
