// The report of built results: every number that is drawn can be read, nothing is fetched, and the
// same results give the same bytes.
import { describe, expect, test } from 'vitest'
import { methodOf } from '../../../../src/sim/experiment/report/method.ts'
import { reportFiles } from '../../../../src/sim/experiment/report/report.ts'
import type { RouterSpec, Scenario } from '../../../../src/sim/experiment/scenario.ts'
import { reported } from './reported-runs.ts'

const swept = reported({ 'attack.fraction': [0, 0.1, 0.3] })
const files = await reportFiles(swept)
const page = files['report.html']!

const plots = ['success', 'messages', 'hops', 'contamination', 'contamination-by-row', 'endings']

describe('the files', () => {
  test('are the page, and each plot as drawing, data and specification', () => {
    const expected = plots.flatMap((name) => [`${name}.svg`, `${name}.csv`, `${name}.vl.json`])
    expect(Object.keys(files).sort()).toEqual(
      ['report.html', ...expected.map((name) => `plots/${name}`)].sort(),
    )
  })

  test('are the same bytes again, whatever was drawn in between', async () => {
    await reportFiles(reported({}))
    expect(await reportFiles(reported({ 'attack.fraction': [0, 0.1, 0.3] }))).toEqual(files)
  })

  test('give the figures of each point in the data of the plot', () => {
    const rows = files['plots/success.csv']!.split('\n')
    expect(rows[0]).toBe('attack.fraction,router,success_mean,success_low,success_high,runs')
    // Seeds 1, 2 and 3 of pastry without attack: 499, 498 and 500 of 500 lookups.
    expect(rows[1]).toBe('0,pastry,0.998,0.993031,1,3')
    expect(rows).toHaveLength(3 * 4 + 2)
  })

  test('embed the data in the specification, so that it draws anywhere', () => {
    const specification = JSON.parse(files['plots/success.vl.json']!)
    expect(specification.$schema).toMatch(/vega-lite\/v6/)
    expect(specification.vconcat[1].data.values).toHaveLength(12)
  })

  test('draw with literal colours, which any program shows', () => {
    expect(files['plots/success.svg']).toMatch(/stroke="#000000"/)
    for (const name of plots) expect(files[`plots/${name}.svg`]).not.toMatch(/var\(|\bid="|NaN/)
  })
})

test('the tables show the interval of every figure', () => {
  const cellsOf = (caption: string) =>
    page
      .split(`<caption>${caption}`)[1]!
      .split('</table>')[0]!
      .match(/<t[hd][^>]*>[^<]*/g)!
      .map((cell) => cell.replace(/^<[^>]*>/, ''))
  const withEnds = /^[\d.]+%? \([\d.]+–[\d.]+\)$/
  const results = cellsOf('Means over seeds')
  const pastry = results.slice(results.indexOf('pastry'))
  // Router, point, then delivered, hops, requests and enemies.
  for (const at of [2, 4, 5]) expect(pastry[at]).toMatch(withEnds)
  const further = cellsOf('Further figures')
  expect(further).toEqual(expect.arrayContaining(['hops', 'bytes a node']))
  const again = further.slice(further.indexOf('pastry'))
  for (const at of [2, 3]) expect(again[at]).toMatch(withEnds)
})

describe('a report of one seed', () => {
  const single = reportFiles(reported({}, { seeds: 1 }))

  test('draws no whisker of a figure that has no interval, and says so', async () => {
    const drawn = await single
    const whiskers = (name: string) =>
      drawn[`plots/${name}.svg`]!.match(/<line [^>]*stroke-width="1.5"/g)
    expect(whiskers('success')).toHaveLength(4)
    expect(whiskers('messages')).toBeNull()
    expect(drawn['plots/messages.svg']).not.toContain('NaN')
    // Router, mean, no ends, one run.
    expect(drawn['plots/messages.csv']!.split('\n')[1]).toMatch(/^pastry,[\d.]+,,,1$/)
    expect(drawn['report.html']).toContain('One seed: no intervals.')
    expect(drawn['report.html']).toContain('Wilson’s 95% intervals of the lookups of the one run')
  })

  test('says in its method and over its table what the one interval is of', async () => {
    const told = (await single)['report.html']!
    expect(told).toContain('One seed tells nothing of how figures vary from run to run')
    expect(told).toContain('which is no interval over seeds')
    expect(methodOf(swept.plan, [1, 2, 3]).at(-1)).toContain('Student’s t')
    expect(methodOf(swept.plan, [1, 2, 3, 4, 5, 6]).at(-1)).toContain('bootstrap')
  })
})

describe('the page', () => {
  test('fetches nothing and runs nothing', () => {
    expect(page).toContain("default-src 'none'")
    expect(page).not.toMatch(/<script|<img|<link|@import|url\(|(?:src|href)="(?:https?:)?\/\//)
  })

  test('names and describes each drawing, and gives it as a table too', () => {
    expect(page.match(/<svg role="img"/g)).toHaveLength(plots.length)
    for (const name of plots) {
      expect(page).toContain(`aria-labelledby="plot-${name}-title plot-${name}-desc"`)
      expect(page).toMatch(new RegExp(`<desc id="plot-${name}-desc">[^<]{20,}</desc>`))
    }
    expect(page.match(/<summary>The same as a table/g)).toHaveLength(plots.length)
  })

  test('takes its colours from the theme of the reader', () => {
    const drawings = page.slice(page.indexOf('<main>')).match(/(?:fill|stroke)="#[0-9a-f]{6}"/g)
    expect(drawings).toBeNull()
  })

  test('says every parameter, what is varied, the seeds, the versions and the digest', () => {
    for (const said of [
      'varied: 0, 0.1, 0.3',
      'ratings.negative',
      'Seeds: 1, 2, 3.',
      '24.21.0',
      `SHA-256 of results.csv: ${'ab'.repeat(32)}`,
      'cd'.repeat(32),
      'Holme–Kim',
    ])
      expect(page).toContain(said)
  })

  test('shows text of the scenario as text', async () => {
    const hostile = reported({}, { about: '<script>alert("x")</script>' })
    const made = (await reportFiles(hostile))['report.html']!
    expect(made).toContain('&lt;script&gt;alert(&quot;x&quot;)')
    expect(made).not.toContain('<script')
  })

  test('says that runs are missing', async () => {
    const interrupted = { ...swept, results: swept.results.slice(0, 7) }
    expect((await reportFiles(interrupted))['report.html']).toContain('7 of 36 runs are done')
    expect(page).not.toContain('Unfinished')
  })
})

describe('the method', () => {
  const methodWith = (routers: readonly RouterSpec[], given: Partial<Scenario> = {}) => {
    const { plan } = swept
    const scenario = { ...plan.scenario, routers, ...given }
    return methodOf({ ...plan, scenario }, [1]).join(' ')
  }

  test('says what all routers are judged by, and which are judged otherwise or helped', () => {
    const plain = methodWith([{ name: 'pastry' }, { name: 'kademlia', root: 'numeric' }])
    expect(plain).toContain('the honest node numerically nearest to it, among those that a message')
    expect(plain).not.toMatch(/exclusive or|pastVetoes/)
    const told = methodWith([
      ...[
        { name: 'kademlia', root: 'xor' },
        { name: 's-kademlia', root: 'xor' },
      ],
      ...[
        { name: 'trustnet', pastVetoes: true },
        { name: 'distnet', pastVetoes: false },
      ],
    ])
    expect(told).toContain(
      'Of kademlia, s-kademlia the root is the honest node nearest by exclusive or',
    )
    expect(told).toContain('leave the tables of trustnet no way')
  })

  test('does not say that whole nodes hand messages along past vetoes', () => {
    const routers = [{ name: 'trustnet', pastVetoes: true }]
    expect(methodWith(routers, { engine: 'protocol' })).not.toContain('pastVetoes')
  })

  test('says where people stand', () => {
    expect(methodWith([{ name: 'pastry' }])).toContain('Ids are uniform on the ring')
    expect(methodWith([{ name: 'pastry' }], { ids: { kind: 'clustered' } })).toContain(
      'People stand crowded on the ring of 128 bits, behind 16 random points',
    )
  })
})

test('a report without any run is a page without plots', async () => {
  const none = await reportFiles({ ...swept, results: [] })
  expect(Object.keys(none)).toEqual(['report.html'])
  expect(none['report.html']).toContain('0 of 36 runs are done')
})
