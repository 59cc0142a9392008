// How wide a text is when drawn, from the published advance widths of Helvetica (which Arial and
// Liberation Sans share), so that plots are laid out alike on every machine, whatever fonts it has.
// Where none of them is there, DejaVu Sans is a seventh wider: room is kept for it.

/** Advance widths in thousandths of the font size, grouped by width. */
const groups: readonly (readonly [number, string])[] = [
  [191, "'"],
  [222, 'ijl'],
  [260, '|'],
  [278, ' !,./:;I[]\\ft'],
  [333, '()-`r'],
  [334, '{}'],
  [355, '"'],
  [389, '*'],
  [469, '^'],
  [500, 'Jcksvxyz'],
  [556, '#$0123456789L_abdeghnopqu?'],
  [584, '+<=>~'],
  [611, 'FTZ'],
  [667, '&ABEKPSVXY'],
  [722, 'CDHNRUw'],
  [778, 'GOQ'],
  [833, 'Mm'],
  [889, '%'],
  [944, 'W'],
  [1015, '@'],
]
const widths = new Map(
  groups.flatMap(([width, characters]) => [...characters].map((c) => [c, width])),
)
/** Of characters outside the table: as wide as a digit. */
const otherWidth = 556

/** DejaVu Sans against Helvetica, over ordinary text. */
const widestFont = 1.15

/** Width in pixels; bold type is about a twelfth wider. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  let thousandths = 0
  for (const character of text) thousandths += widths.get(character) ?? otherWidth
  return (thousandths * fontSize * widestFont * (bold ? 1.08 : 1)) / 1000
}
