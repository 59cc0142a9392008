// An invite as a QR code: drawn with half blocks in a terminal, or as a picture. Medium error
// correction: the code still reads from a screen with a reflection on it.
import { create, toBuffer, toString as toText } from 'qrcode'

const options = { errorCorrectionLevel: 'M' } as const

/** Rows of dark and light; true is dark. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  const { modules } = create(text, options)
  return Array.from({ length: modules.size }, (_, row) =>
    Array.from({ length: modules.size }, (_, column) => modules.get(row, column) === 1),
  )
}

/** For a terminal: two rows in one line, light drawn as ink, as most terminals are dark. */
export async function qrText(text: string): Promise<string> {
  const rows = qrModules(text)
  const margin = 2
  const light = (row: number, column: number): boolean =>
    !(rows[row - margin]?.[column - margin] ?? false)
  const side = rows.length + 2 * margin
  const lines = Array.from({ length: Math.ceil(side / 2) }, (_, line) =>
    Array.from({ length: side }, (_, column) => {
      const above = light(2 * line, column)
      const below = 2 * line + 1 < side && light(2 * line + 1, column)
      return above ? (below ? '█' : '▀') : below ? '▄' : ' '
    }).join(''),
  )
  return `${lines.join('\n')}\n`
}

export async function qrPicture(text: string, kind: 'svg' | 'png'): Promise<string | Buffer> {
  return kind === 'svg'
    ? toText(text, { ...options, type: 'svg' })
    : toBuffer(text, { ...options, type: 'png', scale: 6 })
}
