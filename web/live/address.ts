// Which view is shown, as the fragment says: `#/trust?node=…`. Links are plain anchors, so the
// browser's own back, forward and open-in-a-tab work.
import { useEffect, useState } from 'preact/hooks'

export interface Place {
  readonly view: string
  readonly asked: Readonly<Record<string, string>>
}

const placeNow = (): Place => {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?')
  return { view: path, asked: Object.fromEntries(new URLSearchParams(query)) }
}

export const linkTo = (view: string, asked: Readonly<Record<string, string>> = {}): string => {
  const query = new URLSearchParams(asked).toString()
  return `#/${view}${query === '' ? '' : `?${query}`}`
}

/** Shows another place; undefined values are left out. */
export function goTo(view: string, asked: Readonly<Record<string, string | undefined>>): void {
  const given = Object.entries(asked).filter((pair): pair is [string, string] => Boolean(pair[1]))
  location.hash = linkTo(view, Object.fromEntries(given))
}

export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow)
  useEffect(() => {
    const moved = (): void => setPlace(placeNow())
    addEventListener('hashchange', moved)
    // The address may have changed between the first drawing and this.
    moved()
    return () => removeEventListener('hashchange', moved)
  }, [])
  return place
}
