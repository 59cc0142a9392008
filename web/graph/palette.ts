// Colours of drawings, for light and dark grounds. The hues are told apart with any colour vision
// (Okabe and Ito's set, darkened or lightened to a contrast of 3 to the ground), and none of them is
// the only sign of anything: size, symbol, label and table say the same.
export interface Palette {
  readonly ink: string
  readonly edge: string
  readonly self: string
  readonly member: string
  readonly active: string
  readonly inactive: string
  readonly banned: string
  readonly unknown: string
}

const light: Palette = {
  ...{ ink: '#1c2128', edge: '#b9c2cc', self: '#111418', member: '#0072b2', active: '#3f8fc0' },
  ...{ inactive: '#7d7d7d', banned: '#c44600', unknown: '#8a7a9c' },
}

const dark: Palette = {
  ...{ ink: '#e6ebf1', edge: '#3a4654', self: '#ffffff', member: '#56b4e9', active: '#3d85b5' },
  ...{ inactive: '#8d8d8d', banned: '#f08a3c', unknown: '#9a8bb0' },
}

const darkScheme = matchMedia('(prefers-color-scheme: dark)')

export const paletteNow = (): Palette => (darkScheme.matches ? dark : light)

/** Calls `act` whenever light turns dark or back. */
export function onSchemeChange(act: () => void): () => void {
  darkScheme.addEventListener('change', act)
  return () => darkScheme.removeEventListener('change', act)
}

export const wantsLessMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
