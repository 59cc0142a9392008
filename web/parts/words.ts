// Numbers and names as people read them.

interface Named {
  readonly nodeId: string
  readonly owner: string
}

export const nameOf = ({ nodeId, owner }: Named): string =>
  owner === '' ? nodeId.slice(0, 10) : owner

export const shortId = (id: string): string => id.slice(0, 10)

/** At most so many decimals, and none that are zeros. */
export const decimal = (value: number | null, digits = 3): string =>
  value === null ? '–' : String(Number(value.toFixed(digits)))

/** What a rating says: stars are told as they were given, trust as the number that it is. */
export const valueWords = (kind: string, value: number): string =>
  kind === 'trust' ? decimal(value, 6) : `${decimal(2 * value + 3, 1)} ★`

export const points = (value: number | null): string =>
  value === null ? 'unrated' : decimal(value, 1)

export const clockTime = (ms: number): string => new Date(ms).toLocaleTimeString()

export const dateTime = (ms: number): string => new Date(ms).toLocaleString()

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

export const bytes = (count: number): string => `${Math.round(count / 1_048_576)} MiB`

/** `812 B`, `1.5 KiB`, `3 MiB`. */
export function amount(count: number): string {
  if (count < 1_024) return `${count} B`
  const kibis = count / 1_024
  return kibis < 1_024 ? `${decimal(kibis, 1)} KiB` : `${decimal(kibis / 1_024, 1)} MiB`
}

/** `1 node`, `2 nodes`. */
export const several = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`

const statusSigns: Readonly<Record<string, string>> = {
  ...{ ACTIVE: '● active', INACTIVE: '○ inactive', BANNED: '✕ banned' },
}

export const statusText = (status: string | null): string =>
  status === null ? 'no record' : (statusSigns[status] ?? status.toLowerCase())
