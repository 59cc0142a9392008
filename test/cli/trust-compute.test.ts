// `trust compute` from the outside: the exact JSON of the contract, files, pipes and gzip, exit codes
// and refusals; and from the inside where starting a process adds nothing.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { computeTrust, parseComputeFlags, remarksOn } from '../../cli/compute/compute.ts'
import { renderComputed } from '../../cli/compute/rendering.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { readRatings } from '../../trustchain/rating-file/rating-reader.ts'
import { projectRoot } from '../core/shared-folder.ts'
import { commandLineEntry } from '../entry.ts'

const folder = mkdtempSync(join(tmpdir(), 'trust-compute-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command in a process of its own. */
function run(args: readonly string[], input: string | Uint8Array = ''): Promise<Outcome> {
  const child = spawn(process.execPath, [commandLineEntry, 'trust', 'compute', ...args], {
    cwd: projectRoot,
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk
  })
  // The command may refuse its input before it has read all of it.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

const defaults = { root: 'A', threshold: '0.6', rounds: 6, format: 'csv' }
type Flags = Partial<Parameters<typeof parseComputeFlags>[0]>

function compute(text: string, flags: Flags = {}) {
  const request = parseComputeFlags({ ...defaults, ...flags })
  const table = readRatings(utf8(text), { file: 'test', ...request.reading })
  return { answer: computeTrust(table, request), remarks: remarksOn(table, request) }
}

const ratings = 'A,B,.9\nA,C,.7\nB,E,.8\nC,D,-1\nA,D,-.1\n'

describe('as a process', () => {
  test('prints exactly the JSON of the contract, from a file', async () => {
    const { code, out, err } = await run([file('r.csv', ratings), '--root', 'A', '--json'])
    expect(out).toBe(
      `{"schemaVersion":1,"root":"A","overlay":"default","threshold":0.6,"rounds":6,"truncated":false,"expanded":3,"nodes":[${[
        '{"id":"B","trust":0.9,"raw":0.9,"round":0,"expanded":true}',
        '{"id":"E","trust":0.72,"raw":0.72,"round":1,"expanded":true}',
        '{"id":"C","trust":0.7,"raw":0.7,"round":0,"expanded":true}',
      ].join(',')}],"vetoed":[{"id":"D","trust":-0.1}],"distrust":[{"id":"D","distrust":0.8}]}\n`,
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test('reads a pipe, packed or not, and a packed file whatever its name', async () => {
    const plain = await run(['-', '--root', 'A', '--json'], ratings)
    const packed = await run(['-', '--root', 'A', '--json'], gzipSync(ratings))
    const named = await run([file('packed', gzipSync(ratings)), '--root', 'A', '--json'])
    expect(JSON.parse(plain.out).nodes.length).toBe(3)
    expect([packed, named]).toEqual([plain, plain])
    const empty = await run(['-', '--root', 'A', '--json'], '')
    expect(JSON.parse(empty.out)).toMatchObject({ nodes: [], vetoed: [], distrust: [] })
    expect(empty.code).toBe(0)
  })

  test('refuses with a sentence, a code and an exit code, the same with --json', async () => {
    const bad = await run(['-', '--root', 'A', '--json'], `${ratings}A,F,1.5\n`)
    const { error } = JSON.parse(bad.out.trim().split('\n').at(-1)!)
    expect(error.code).toBe('ratings/bad-line')
    expect(error.message).toMatch(/^stdin, line 6: "1\.5" is outside \[-1, 1\]/)
    expect(bad.code).toBe(2)
    const absent = await run([join(folder, 'absent.csv'), '--root', 'A'])
    expect(absent).toMatchObject({ code: 1, out: '' })
    expect(absent.err).toContain('there is no such file')
    const unmapped = await run(['-', '--root', '1', '--format', 'snap-signed'], '1,2,5\n')
    expect(unmapped).toMatchObject({ code: 2, out: '' })
    expect(unmapped.err).toContain('add --map linear, --map half or --map sign:0.8')
    const cut = await run(['-', '--root', 'A'], gzipSync(ratings).subarray(0, 30))
    expect(cut.code).toBe(1)
    expect(cut.err).toContain('gzip data are damaged')
  })

  test('a small archive of one endless line is refused without unpacking it all', async () => {
    const bomb = gzipSync(new Uint8Array(100_000_000).fill(0x61))
    const { code, err } = await run(['-', '--root', 'A'], bomb)
    expect(code).toBe(2)
    expect(err).toContain('stdin, line 1: The line is longer than 4096 bytes')
  })
})

test('the aggregate sums overlays and shows the parts', () => {
  const { answer } = compute('A,B,.7,o1\nB,C,.4,o1\nA,C,.3,o2\nA,C,-.2,o3\nA,B,.9,o2', {
    aggregate: true,
  })
  expect(answer).toMatchObject({
    root: 'A',
    aggregate: true,
    overlays: ['o1', 'o2', 'o3'],
    nodes: [
      { id: 'B', trust: 1.6, clamped: 1, overlays: { o1: 0.7, o2: 0.9 } },
      { id: 'C', trust: 0.38, clamped: 0.38, overlays: { o1: 0.28, o2: 0.3, o3: -0.2 } },
    ],
    vetoed: [{ id: 'C', trust: -0.2, overlay: 'o3' }],
  })
})

test('nodes stand by trust, then raw, descending, then id by code units', () => {
  const { answer } = compute('A,Z,1\nA,a,1\nA,é,1\nA,B,1\nA,Q,.8\nB,C,.4\nZ,C,.9\na,10,.5\na,9,.5')
  expect(answer.nodes.map((node) => node.id)).toEqual(['C', 'B', 'Z', 'a', 'é', 'Q', '10', '9'])
})

test('threshold, rounds, overlay, mapping and weight are what they say', () => {
  const chain = 'A,B,.6\nB,C,.5\nC,D,1'
  const ids = (flags: Flags, text = chain) => compute(text, flags).answer.nodes.map(({ id }) => id)
  expect(ids({})).toEqual(['B'])
  expect(ids({ threshold: '0.59' })).toEqual(['B', 'C'])
  expect(ids({ threshold: '0', rounds: 1 })).toEqual(['B', 'C'])
  expect(compute(chain, { threshold: '0', rounds: 1 }).answer.truncated).toBe(true)
  expect(ids({ threshold: '.25' })).toEqual(['B', 'C', 'D'])
  expect(ids({ overlay: 'x' }, 'A,B,1\nA,C,1,x')).toEqual(['C'])
  const signed = { root: '1', format: 'snap-signed', map: 'half' }
  expect(compute('1,2,2\n2,3,10', signed).answer.nodes).toMatchObject([{ id: '2', trust: 0.6 }])
  const snap = { root: '1', format: 'snap', weight: '0.7' }
  expect(compute('1 2\n2 3', snap).answer.nodes[1]).toMatchObject({ id: '3', trust: 0.49 })
})

test.each([
  [{ threshold: '1.5' }, /outside \[-1, 1\]/],
  [{ threshold: '-0.1' }, /--threshold -0.1: write a value from 0 to 1/],
  [{ weight: '-0.1' }, /--weight/],
  [{ format: 'xml' }, /csv, snap, snap-signed, konect, metis/],
  [{ map: 'square' }, /linear, half or sign:X/],
])('refuses %j', (flags, message) => {
  expect(() => parseComputeFlags({ ...defaults, ...flags })).toThrow(message)
})

test('remarks on names that the file does not have', () => {
  expect(compute(ratings).remarks).toEqual([])
  expect(compute(ratings, { root: 'Q' }).remarks[0]).toContain('Q stands on no line')
  expect(compute(ratings, { explain: 'Q' }).remarks[0]).toContain('Q stands on no line')
  expect(compute('A,B,1,social').remarks[0]).toContain('choose by --overlay among social')
})

describe('explaining', () => {
  test('says what contributed, by which paths', () => {
    const { answer } = compute('A,B,.7\nB,C,.4\nA,C,.3', { explain: 'C' })
    expect(answer.explain).toEqual({
      id: 'C',
      trust: 0.58,
      raw: 0.58,
      vetoed: false,
      contributions: [
        { from: 'A', round: 0, rating: 0.3, forwarded: 1, carried: 0.3 },
        { from: 'B', round: 1, rating: 0.4, forwarded: 0.7, carried: 0.28 },
      ],
      paths: [
        { nodes: ['A', 'C'], ratings: [0.3], product: 0.3, round: 0 },
        { nodes: ['A', 'B', 'C'], ratings: [0.7, 0.4], product: 0.28, round: 1 },
      ],
      pathCount: 2,
    })
    expect(compute(ratings, { explain: 'Q' }).answer.explain).toBe(null)
  })

  test('reads well for people too', () => {
    const text = (flags: Flags) => renderComputed(compute(ratings, flags).answer)
    expect(text({ explain: 'E' })).toContain('round 1  +0.72  B: 0.9 × 0.8')
    expect(text({ explain: 'E' })).toContain('A → B → E')
    expect(text({ explain: 'D' })).toContain('the root rates it below 0')
    expect(text({ explain: 'A' })).toContain('no rating that counts reaches it')
    expect(text({ aggregate: true, explain: 'E' })).toContain('default: E has trust 0.72')
    expect(text({ root: 'Q' })).toContain('Trust reaches nobody')
    expect(text({})).toContain('Vetoed by the root')
  })
})
