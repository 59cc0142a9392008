// Runs inside a page: texts, of HTML and of drawings, whose contrast with their ground is too low
// (WCAG 2.2, "contrast ratio" and "relative luminance"). Self-contained, since the browser gets its
// source text.

export interface Faint {
  readonly text: string
  readonly contrast: number
}

export const faintTexts = `(contrastMin) => {
  const numbers = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number)
  const channel = (value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  const luminance = ([r, g, b]) =>
    0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
  const groundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor)
      if (r !== undefined && a > 0) return [r, g, b]
    }
    return [255, 255, 255]
  }
  const faint = []
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join('')
    if (own === '' || element.getClientRects().length === 0) continue
    if (element.closest('title, desc, style') !== null) continue
    const style = getComputedStyle(element)
    const ink = numbers(element.closest('svg') === null ? style.color : style.fill)
    const [one, other] = [luminance(ink), luminance(groundOf(element))]
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    if (contrast < contrastMin) faint.push({ text: own.slice(0, 40), contrast: Number(contrast.toFixed(2)) })
  }
  return faint
}`
