// How each router is drawn: a colour (Okabe and Ito 2008, "Color Universal Design", the palest three
// darkened so that they keep a contrast of 3 on white), a shape and a dash pattern, so that lines are
// told apart by the colour-blind, in grey print and in the dark theme. A shipped router looks the
// same in every report; a second variant or a router of one's own takes the next free style.

export interface SeriesStyle {
  readonly color: string
  /** The same hue on a dark ground. */
  readonly dark: string
  readonly shape: string
  readonly dash: readonly number[]
}

export const ink = '#1a1a1a'
export const faint = '#5c5c5c'
export const grid = '#dedede'
export const ground = '#ffffff'
/** Of bars that need no telling apart: pale, so that their whiskers show. */
export const barColor = '#8cc3e8'

/** Literal colour of an SVG file → custom property of the page, which has a light and a dark value. */
export const themed: Readonly<Record<string, { readonly name: string; readonly dark: string }>> = {
  [ink]: { name: 'ink', dark: '#ececec' },
  [faint]: { name: 'faint', dark: '#b4b4b4' },
  [grid]: { name: 'grid', dark: '#3a3d42' },
  [ground]: { name: 'ground', dark: '#16181c' },
  [barColor]: { name: 'bar', dark: '#2f6f9c' },
}

export const seriesStyles: readonly SeriesStyle[] = [
  { color: '#0072b2', dark: '#4fa8e0', shape: 'circle', dash: [1, 0] },
  { color: '#000000', dark: '#fafafa', shape: 'square', dash: [6, 3] },
  { color: '#d55e00', dark: '#ff8440', shape: 'triangle-up', dash: [2, 2] },
  { color: '#00855f', dark: '#2cc79a', shape: 'diamond', dash: [8, 3, 2, 3] },
  { color: '#b8558f', dark: '#e296c1', shape: 'triangle-down', dash: [4, 2] },
  { color: '#b07a00', dark: '#f0b02e', shape: 'cross', dash: [10, 4] },
  { color: '#2a8fc7', dark: '#8ed0f7', shape: 'triangle-right', dash: [2, 4] },
  { color: '#6e6e6e', dark: '#a8a8a8', shape: 'triangle-left', dash: [8, 2, 2, 2, 2, 2] },
]

const preferred: ReadonlyMap<string, number> = new Map(
  Object.entries({
    trustnet: 0,
    pastry: 1,
    distnet: 2,
    'distnet-d3': 2,
    kademlia: 3,
    's-kademlia': 4,
    sprout: 5,
    chord: 6,
    whanau: 7,
  }),
)
/** Where the colours begin again, shapes and dashes do so one step further: no two series are alike. */
const styleNumber = (number: number): SeriesStyle => {
  const { length } = seriesStyles
  const again = number + Math.floor(number / length)
  const { color, dark } = seriesStyles[number % length]!
  const { shape, dash } = seriesStyles[again % length]!
  return { color, dark, shape, dash }
}

/** A style for each router label, in the order given. */
export function stylesOf(routers: readonly string[]): readonly SeriesStyle[] {
  const taken = new Set<number>()
  const chosen = routers.map((router) => {
    const wish = preferred.get(router.split(',')[0]!)
    if (wish === undefined || taken.has(wish)) return undefined
    taken.add(wish)
    return wish
  })
  let next = 0
  return chosen.map((number) => {
    if (number !== undefined) return styleNumber(number)
    while (taken.has(next)) next++
    taken.add(next)
    return styleNumber(next)
  })
}

/** Ways a lookup ends, by luminance as well as by hue, palest first. */
export const endingColors: Readonly<
  Record<string, { readonly color: string; readonly dark: string }>
> = {
  delivered: { color: '#e3e6e8', dark: '#33383f' },
  dropped: { color: '#7fc4ee', dark: '#8ed0f7' },
  lost: { color: '#d9a520', dark: '#f0b02e' },
  'wrong-root': { color: '#d4570b', dark: '#ff7a33' },
  loop: { color: '#00634a', dark: '#2cc79a' },
  'timed-out': { color: '#2b2b2b', dark: '#d0d0d0' },
}
