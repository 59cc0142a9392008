// The commands as child processes against a node served in memory: answers, contracts, errors and
// exit codes.
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { member, millionths } from '../api/members.ts'
import { MemoryNode } from '../api/memory-node.ts'
import { endOf, type Ran, Terminal, untilHeard } from './terminal.ts'

let terminal: Terminal
let node: MemoryNode
let home: string
let close: () => Promise<void>

beforeAll(async () => {
  terminal = await Terminal.open()
  node = new MemoryNode(['self', 'bob', 'carol', 'dave'])
  ;({ home, close } = await terminal.serve(node, 'served'))
})

afterAll(async () => {
  await close()
  await terminal.close()
})

const run = (...args: string[]): Promise<Ran> => terminal.run([...args, '--home', home])
const esc = String.fromCharCode(27)

describe('an error', () => {
  const never = member('never seen').peerId
  test.concurrent.each([
    ['rating oneself', ['trust', 'set', 'self', '0.9'], 'trust/own-id', 2],
    ['rating oneself by PeerId', ['trust', 'set', member('self').peerId, '1'], 'trust/own-id', 2],
    ['a value out of range', ['trust', 'set', 'bob', '1.1'], 'trust/out-of-range', 2],
    ['a negative one out of range', ['trust', 'set', 'bob', '-1.1'], 'trust/out-of-range', 2],
    ['seven decimals', ['trust', 'set', 'bob', '0.1234567'], 'trust/too-many-decimals', 2],
    ['an exponent', ['trust', 'set', 'bob', '1e-3'], 'trust/not-a-number', 2],
    ['a negative exponent', ['trust', 'set', 'bob', '-1e-3'], 'trust/not-a-number', 2],
    ['minus zero', ['trust', 'set', 'bob', '-0'], 'trust/minus-zero', 2],
    ['a name of no peer', ['trust', 'set', 'nobody', '0.9'], 'peer/unknown', 1],
    ['a broken PeerId', ['trust', 'set', never.slice(0, -2), '0.9'], 'peer/malformed-id', 2],
    ['an unknown overlay', ['trust', 'set', 'bob', '1', '--overlay', 'x'], 'overlay/unknown', 2],
    [
      'a policy overlay',
      ['trust', 'set', 'bob', '1', '--overlay', 'open'],
      'overlay/not-manual',
      2,
    ],
    ['a missing value', ['trust', 'set', 'bob'], 'cli/usage', 2],
    ['an unknown flag', ['trust', 'set', 'bob', '1', '--nope'], 'cli/usage', 2],
    ['one word too many', ['trust', 'set', 'bob', '1', '2'], 'cli/usage', 2],
    ['too many routes', ['route', 'trace', 'k', '--routes', '17'], 'cli/usage', 2],
    ['a life of no time', ['dht', 'put', 'x', '--expires', 'soon'], 'value/malformed-life', 2],
    [
      'a value under another key',
      ['dht', 'put', 'x', '--name', '0'.repeat(32)],
      'value/wrong-key',
      2,
    ],
    ['a key of nothing', ['dht', 'get', 'no such name'], 'value/not-found', 1],
    ['a mistyped command', ['trust', 'sett', 'bob', '1'], 'cli/unknown-command', 2],
    ['an unknown overlay to inspect', ['route', 'inspect', '--overlay', 'x'], 'overlay/unknown', 2],
  ])(
    'on %s ends in a sentence, a code and an exit code, the same with --json',
    async (_, args, code, exit) => {
      const [people, json] = await Promise.all([run(...args), run(...args, '--json')])
      expect([people.code, json.code]).toEqual([exit, exit])
      expect(people.out).toBe('')
      expect(people.err).toContain(`[${code}]`)
      expect(people.err).not.toMatch(/undefined|\n {4}at /)
      const { error, schemaVersion } = json.json as {
        error: { code: string; message: string }
        schemaVersion: number
      }
      expect([schemaVersion, error.code]).toEqual([1, code])
      expect(people.err).toBe(`trustnet: ${error.message} [${code}]\n`)
      expect(json.err).toBe('')
    },
  )

  test('when no node runs is exit code 3 and names the home', async () => {
    const [people, json] = await Promise.all([
      terminal.run(['trust', 'set', 'bob', '0.9', '--home', `${terminal.folder}/none`]),
      terminal.run(['status', '--json'], {
        environment: { TRUSTNET_HOME: `${terminal.folder}/e` },
      }),
    ])
    expect([people.code, json.code]).toEqual([3, 3])
    expect(people.err).toContain(`${terminal.folder}/none`)
    expect(json.json).toMatchObject({ error: { code: 'node/not-running' } })
    expect(json.out).toContain(`${terminal.folder}/e`)
  })

  test('when the time is up is exit code 4', async () => {
    const slow = new MemoryNode(['self'])
    slow.route = () => new Promise(() => {})
    const served = await terminal.serve(slow, 'slow')
    const ran = await terminal.run(['route', 'trace', 'k', '--timeout', '1', '--home', served.home])
    expect([ran.code, ran.err.includes('api/timeout')]).toEqual([4, true])
    await served.close()
  })
})

describe('trust', () => {
  test('is set with plain decimals, negative ones too, and read back', async () => {
    const set = await run('trust', 'set', 'bob', '0.9', '--reason', 'helped me', '--json')
    expect([set.code, set.json]).toMatchObject([
      0,
      { schemaVersion: 1, overlay: 'social', value: 0.9, reason: 'helped me' },
    ])
    expect((await run('trust', 'set', 'carol', '-0.5')).out).toContain('-0.5')
    expect((await run('trust', 'set', '--json', 'dave', '-.25')).json).toMatchObject({
      value: -0.25,
    })
    const [list, got, history] = await Promise.all([
      run('trust', 'list'),
      run('trust', 'get', 'bob', '--json'),
      run('trust', 'history', 'carol', '--json'),
    ])
    for (const name of ['bob', 'carol', 'dave']) expect(list.out).toContain(name)
    expect(got.json).toMatchObject({ trust: { social: 0.9 }, aggregate: 0.9, vetoed: false })
    expect(history.json.ratings).toHaveLength(1)
  })

  test('withdrawn leaves the list and stays in the history', async () => {
    await run('trust', 'remove', 'dave')
    const [list, history] = await Promise.all([
      run('trust', 'list', '--json'),
      run('trust', 'history', 'dave', '--json'),
    ])
    const names = (list.json.ratings as { subject: { owner: string } }[]).map(
      (r) => r.subject.owner,
    )
    expect(names).not.toContain('dave')
    expect((history.json.ratings as unknown[]).length).toBeGreaterThan(0)
  })

  test('is drawn as table, JSON, DOT and SVG, and explained', async () => {
    node.rate({
      subject: member('bob').publicKey,
      value: millionths(0.9),
      overlay: undefined,
      reason: undefined,
    })
    const [table, json, dot, svg, why] = await Promise.all([
      run('trust', 'graph'),
      run('trust', 'graph', '--format', 'json', '--aggregate'),
      run('trust', 'graph', '--format', 'dot'),
      run('trust', 'graph', '--format', 'svg'),
      run('trust', 'graph', '--explain', 'bob'),
    ])
    expect(table.out).toMatch(/bob \([0-9a-f]{10}\) +0\.9/)
    expect(json.json).toMatchObject({ schemaVersion: 1, overlay: null })
    expect(dot.out).toMatch(/^digraph trust \{[\s\S]+ -> [\s\S]+\}\n$/)
    expect(svg.out).toMatch(/^<svg [\s\S]+<\/svg>\n$/)
    expect(why.out).toMatch(/0 +self \([0-9a-f]+\) +1 +0\.9 +0\.9/)
  })

  test('exported is read by trust compute', async () => {
    const exported = await run('trust', 'export')
    const computed = await terminal.run(
      ['trust', 'compute', '-', '--root', member('self').peerId, '--overlay', 'social', '--json'],
      { input: exported.out },
    )
    expect(computed.err).toBe('')
    expect(computed.json.nodes).toContainEqual(
      expect.objectContaining({ id: member('bob').peerId, trust: 0.9 }),
    )
  })
})

describe('route', () => {
  test('trace answers in the fields of its contract and no others', async () => {
    const { json, code } = await run('route', 'trace', 'some key', '--json')
    expect(code).toBe(0)
    expect(Object.keys(json)).toEqual([
      'schemaVersion',
      'key',
      'root',
      'delivered',
      'hops',
      'messages',
      'ms',
    ])
    const [hop] = json.hops as Record<string, unknown>[]
    expect(Object.keys(hop!)).toEqual(['from', 'to', 'by', 'prefix', 'trust'])
    expect(hop).toMatchObject({ by: 'overlay:social', prefix: 2, trust: 0.7 })
  })

  test('inspect answers in the fields of its contract', async () => {
    const { json } = await run('route', 'inspect', '--json')
    expect(json).toMatchObject({ schemaVersion: 1, overlay: 'social', leafSet: [], fill: {} })
    const [row] = json.rows as Record<string, unknown>[]
    const fields = ['row', 'column', 'peer', 'nodeId', 'trust', 'rttMs', 'why', 'displaced']
    expect(Object.keys(row!)).toEqual(fields)
  })

  test('send reaches listen, text and standard input alike', async () => {
    const listening = terminal.start(['route', 'listen', '--count', '2', '--json', '--home', home])
    const heard = endOf(listening)
    await untilHeard(node, listening)
    expect((await run('route', 'send', 'news', 'hello')).code).toBe(0)
    const piped = terminal.run(['route', 'send', 'news', '-', '--home', home], { input: 'grüße\n' })
    expect((await piped).code).toBe(0)
    const { out, code } = await heard
    const texts = out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text: string }).text)
    expect([code, texts]).toEqual([0, ['hello', 'grüße\n']])
  })

  test('listen hears one topic alone where it is told', async () => {
    const listening = terminal.start(
      ['route', 'listen', '--topic', 'chat', '--count', '1'].concat('--home', home),
    )
    const heard = endOf(listening)
    await untilHeard(node, listening)
    for (const more of [[], ['--topic', 'other'], ['--topic', 'chat']])
      expect((await run('route', 'send', 'news', `for ${more.at(-1)}`, ...more)).code).toBe(0)
    expect((await heard).out).toMatch(/^[^\n]*\[chat\]: for chat\n$/)
    expect((await run('route', 'send', 'news', 'x', '--topic', 'y'.repeat(65))).code).toBe(2)
  })
})

describe('a good citizen', () => {
  test('listening ends with 3 when the node goes', async () => {
    const leaving = new MemoryNode(['self'])
    const served = await terminal.serve(leaving, 'leaving')
    const listening = terminal.start(['route', 'listen', '--json', '--home', served.home])
    const heard = endOf(listening)
    await untilHeard(leaving, listening)
    await served.close()
    const { code, json } = await heard
    expect([code, json]).toMatchObject([3, { error: { code: 'node/not-running' } }])
  })

  test('Ctrl-C ends a command with 130', async () => {
    const listening = terminal.start(['route', 'listen', '--home', home])
    const ended = endOf(listening)
    await untilHeard(node, listening)
    listening.kill('SIGINT')
    const { code, signal } = await ended
    expect([code, signal]).toEqual([130, null])
  })

  test('a reader that has seen enough is no error', async () => {
    const listening = terminal.start(['route', 'listen', '--all', '--json', '--home', home])
    const ended = once(listening, 'exit')
    const complaints = text(listening.stderr!)
    await untilHeard(node, listening)
    listening.stdout?.destroy()
    // The next line meets a closed pipe.
    const telling = setInterval(() => node.tell({ event: 'joined', at: 1 }), 10)
    expect(await ended).toEqual([0, null])
    clearInterval(telling)
    expect(await complaints).toBe('')
  })

  test('names of others cannot steer the terminal', async () => {
    const hostile = new MemoryNode(['self', `evil${esc}[2J${esc}]0;x\u0007\u202e`])
    const served = await terminal.serve(hostile, 'hostile')
    const { out } = await terminal.run(['peers', '--home', served.home])
    expect(out).toContain('evil')
    expect(out).not.toMatch(/[\u202e]/)
    expect(out.includes(esc) || out.includes('\u0007')).toBe(false)
    await served.close()
  })

  test('nothing is coloured in a pipe', async () => {
    for (const args of [['status'], ['peers'], ['topology'], ['route', 'inspect'], ['doctor']])
      expect((await run(...args)).out).not.toContain(esc)
  })

  test('help lists every command and shows one', async () => {
    const [all, trust, set] = await Promise.all([
      terminal.run(['--help']),
      terminal.run(['trust']),
      terminal.run(['trust', 'set', '--help']),
    ])
    expect([all.code, trust.code, set.code]).toEqual([0, 0, 0])
    for (const word of ['status', 'peers', 'doctor', 'route', 'trust'])
      expect(all.out).toContain(word)
    for (const word of ['set', 'graph', 'import']) expect(trust.out).toContain(`trust ${word}`)
    expect(set.out).toContain('trust set PEER VALUE')
  })
})
