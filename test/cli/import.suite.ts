// `trust import`: whose ratings, which peers, nothing signed before all of it is clear.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { member } from '../api/members.ts'
import { MemoryNode } from '../api/memory-node.ts'
import { type Ran, Terminal } from './terminal.ts'

let terminal: Terminal
let node: MemoryNode
let home: string
let close: () => Promise<void>

beforeEach(async () => {
  terminal = await Terminal.open()
  node = new MemoryNode(['self', 'bob', 'carol'])
  ;({ home, close } = await terminal.serve(node, 'served'))
})

afterEach(async () => {
  await close()
  await terminal.close()
})

const importing = (...args: string[]): Promise<Ran> =>
  terminal.run(['trust', 'import', ...args, '--json', '--home', home])

const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  await writeFile(join(terminal.folder, name), content)
  return name
}

const own = (): readonly (readonly [string, number])[] =>
  node
    .ratings({ author: node.self.nodeId, subject: undefined, overlay: undefined }, true)
    .map(({ subject, value }) => [subject.owner, value] as const)

describe('trust import', () => {
  test('signs one author’s latest ratings, and a second time nothing', async () => {
    const csv = await file(
      'r.csv',
      `anna,bob,0.2\nanna,bob,0.9\nbob,carol,1\nanna,${member('carol').peerId},-0.5\nanna,anna,1\n`,
    )
    const dry = await importing(csv, '--as', 'anna', '--dry-run')
    expect([dry.code, dry.json]).toMatchObject([0, { dryRun: true, imported: 0 }])
    expect(own()).toEqual([])
    expect((await importing(csv, '--as', 'anna')).json).toMatchObject({ imported: 2, unchanged: 0 })
    expect(own()).toEqual([
      ['bob', 0.9],
      ['carol', -0.5],
    ])
    expect((await importing(csv, '--as', 'anna')).json).toMatchObject({ imported: 0, unchanged: 2 })
  })

  test('asks whose ratings when several rate and takes its own without asking', async () => {
    const strangers = await file('s.csv', 'anna,bob,1\neve,bob,1\n')
    const asked = await importing(strangers)
    expect([asked.code, asked.json]).toMatchObject([2, { error: { code: 'cli/whose-ratings' } }])
    expect((await importing(strangers, '--as', 'zoe')).json).toMatchObject({
      error: { code: 'cli/no-such-author' },
    })
    const mine = await file('m.csv', 'self,bob,0.4\neve,carol,1\n')
    expect((await importing(mine)).json).toMatchObject({ author: 'self', imported: 1 })
  })

  test('signs nothing while an id is nobody, unless told to leave it out', async () => {
    const csv = await file('u.csv', 'anna,bob,1\nanna,nobody,1\n')
    const refused = await importing(csv)
    expect([refused.code, refused.json]).toMatchObject([
      1,
      { error: { code: 'cli/unknown-subjects' } },
    ])
    expect(own()).toEqual([])
    const skipped = await importing(csv, '--skip-unknown')
    expect(skipped.json).toMatchObject({ imported: 1, unknown: ['nobody'] })
  })

  test('maps ids by a names file and values by a named mapping, from gzip', async () => {
    const otc = await file('otc.csv.gz', gzipSync('6,2,4,1289241911\n6,5,-10,1289241912\n'))
    const names = await file('names.csv', '# id,peer\n2,bob\n5,carol\n')
    const how = ['--format', 'snap-signed', '--as', '6', '--names', names]
    expect((await importing(otc, ...how)).json).toMatchObject({
      error: { code: 'ratings/needs-map' },
    })
    expect((await importing(otc, ...how, '--map', 'sign:0.8')).code).toBe(0)
    expect(own()).toEqual([
      ['bob', 0.8],
      ['carol', -0.8],
    ])
  })

  test('refuses an overlay of no hand-made ratings before it signs', async () => {
    const csv = await file('o.csv', 'anna,bob,1,social\nanna,carol,1,open\n')
    expect((await importing(csv)).json).toMatchObject({ error: { code: 'overlay/not-manual' } })
    expect((await importing(csv, '--overlay', 'nowhere')).json).toMatchObject({
      error: { code: 'overlay/unknown' },
    })
    expect(own()).toEqual([])
  })

  test('says which line of which file is wrong', async () => {
    const names = await file('names.csv', '2,bob\nfoo\n')
    const csv = await file('r.csv', '2,bob,1\n')
    const bad = await importing(csv, '--names', names)
    expect([bad.code, bad.json]).toMatchObject([2, { error: { code: 'cli/bad-names-line' } }])
    expect(bad.out).toContain('Line 2')
    expect((await importing('missing.csv')).code).not.toBe(0)
  })
})
