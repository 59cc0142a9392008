// The look of the report: light and dark, screen and print. Colours of plots are custom properties,
// so that an inline plot follows the reader's theme while its SVG file keeps its literal colours.
import { endingColors, seriesStyles, themed } from './series-styles.ts'

/** Literal colour → its dark counterpart. */
const darkOf = new Map<string, string>([
  ...Object.entries(themed).map(([color, { dark }]): [string, string] => [color, dark]),
  ...seriesStyles.map(({ color, dark }): [string, string] => [color, dark]),
  ...Object.values(endingColors).map(({ color, dark }): [string, string] => [color, dark]),
])

const propertyOf = (color: string): string => `--c${color.slice(1)}`

/** An SVG whose known colours are the page's custom properties. */
export const followingTheme = (svg: string): string =>
  svg.replace(/="(#[0-9a-f]{6})"/g, (whole, color: string) =>
    darkOf.has(color) ? `="var(${propertyOf(color)})"` : whole,
  )

const properties = (colorOf: (color: string, dark: string) => string): string =>
  [...darkOf].map(([color, dark]) => `${propertyOf(color)}:${colorOf(color, dark)}`).join(';')

const light = `color-scheme:light;--ink:#1a1a1a;--soft:#555b61;--ground:#ffffff;--line:#d5d9dd;--tint:#f4f6f8;--link:#005a9c;${properties((color) => color)}`
const dark = `color-scheme:dark;--ink:#ececec;--soft:#b2b8bf;--ground:#16181c;--line:#3a3d42;--tint:#1f2227;--link:#7cc0f5;${properties((_, other) => other)}`

export const pageStyle = `
:root{${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
@media print{:root{${light}}}
*{box-sizing:border-box}
html{background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:2rem 1.25rem 4rem;max-width:54rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem;text-wrap:balance}
h2{font-size:1.3rem;margin:2.8rem 0 .8rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
p{margin:.6rem 0;max-width:46rem}
a{color:var(--link)}
.about{font-size:1.1rem;color:var(--soft);white-space:pre-line}
.facts{display:flex;flex-wrap:wrap;gap:.4rem 2rem;margin:1.4rem 0;padding:0;list-style:none}
.facts strong{display:block;font-size:1.25rem;line-height:1.3;font-variant-numeric:tabular-nums}
.facts span{color:var(--soft);font-size:.9rem}
.warning{border-left:4px solid #b85c00;padding:.5rem .9rem;background:var(--tint)}
figure{margin:2rem 0 2.6rem}
figure h3{font-size:1.05rem;margin:0 0 .3rem}
.drawing{overflow-x:auto}
.drawing svg{display:block;height:auto;max-width:100%}
figcaption{margin-top:.5rem;font-size:.95rem;max-width:46rem}
.files{font-size:.85rem;color:var(--soft)}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--link);font-size:.9rem}
.wide{overflow-x:auto;margin:.8rem 0}
table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums;min-width:50%}
caption{text-align:left;color:var(--soft);padding-bottom:.35rem}
th,td{text-align:left;padding:.28rem .8rem .28rem 0;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap}
thead th{border-bottom:2px solid var(--soft)}
tbody th{font-weight:600}
.number{text-align:right;padding-left:.8rem;padding-right:0}
.text td,.text th{white-space:normal;overflow-wrap:anywhere}
pre{background:var(--tint);padding:.9rem 1rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem;line-height:1.45;border-radius:4px}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em}
footer{margin-top:3rem;color:var(--soft);font-size:.85rem}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
@media (max-width:44rem){body{padding:1.2rem .9rem 3rem}h1{font-size:1.5rem}.drawing svg{max-width:none;min-width:34rem;width:34rem}}
@page{size:A4;margin:18mm 16mm}
@media print{
html{font-size:10pt}
body{padding:0;max-width:none}
figure,tr,.facts{break-inside:avoid}
h2,figure h3{break-after:avoid}
.drawing,.wide,pre{overflow:visible}
.drawing svg{max-width:100%}
pre{white-space:pre-wrap;border:1px solid var(--line)}
table{font-size:8pt}
thead th,.text td{white-space:normal;overflow-wrap:anywhere}
td{white-space:normal}
th,td{padding:.15rem .5rem .15rem 0}
thead{display:table-header-group}
figure details{display:none}
a{color:inherit;text-decoration:none}
}
`.trim()
