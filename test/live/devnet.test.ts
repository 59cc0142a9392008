// `trustnet devnet up` by its contract: JSON lines, the commands against its nodes, and that nothing is
// left of it. What else ends one is devnet-ends.suite.ts.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endOf } from '../cli/terminal.ts'
import { devnetUp, eventsOf, expectNothingLeft, filesLeft, type Ready } from './devnets.ts'
import { LiveNetwork, until } from './harness.ts'

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.open()
})
afterAll(() => network[Symbol.asyncDispose]())

describe('a devnet', () => {
  test('of four tells its nodes, rates as a file says, and ends by itself when ready', async () => {
    const file = join(network.folder, 'ratings.csv')
    await writeFile(file, '# who trusts whom\nn1,n2,0.9\nn2,n3,0.8\n\nn3,n1,-0.25,social\n')
    const { ended, ready, pids } = await devnetUp(
      network,
      '-n',
      '4',
      '--ratings',
      file,
      '--exit-when-ready',
    )
    expect(pids).toHaveLength(4)
    expect(ready.nodes.map(({ name }) => name)).toEqual(['n1', 'n2', 'n3', 'n4'])
    for (const { nodeId, peerId, address, api } of ready.nodes) {
      expect(nodeId).toMatch(/^[0-9a-f]{32}$/)
      expect(peerId).toMatch(/^12D3KooW/)
      expect(address).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/)
      expect(api).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    }
    const ran = await ended
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(eventsOf(ran).at(-1)).toMatchObject({ event: 'summary', nodes: 4, ratings: 3 })
    await rm(file)
    await expectNothingLeft(network, pids)
  })

  test('refuses a ratings file with a name that it has not, and names the line', async () => {
    const file = join(network.folder, 'bad.csv')
    await writeFile(file, 'n1,n2,0.9\nn1,nobody,0.9\n')
    const ran = await network.run('devnet', 'up', '-n', '2', '--ratings', file, '--json')
    await rm(file)
    expect([ran.code, ran.json]).toMatchObject([2, { error: { code: 'devnet/bad-ratings' } }])
    expect(ran.out).toContain('Line 2')
    expect(await filesLeft(network)).toEqual([])
  })
})

describe('the commands against a devnet', () => {
  test('find its nodes by name and answer by their contracts', async () => {
    const { child, ended, ready, pids } = await devnetUp(
      network,
      '-n',
      '3',
      '--ratings',
      'complete:0.9',
    )
    const [n1, n2, n3] = ready.nodes as [Ready['nodes'][0], Ready['nodes'][0], Ready['nodes'][0]]
    const ask = async (...args: string[]): Promise<Record<string, unknown>> => {
      const ran = await network.run(...args, '--json')
      expect([args.join(' '), ran.code]).toEqual([args.join(' '), 0])
      return ran.json
    }
    // The first answer ends the lookup, and it may come by the friend n2; the shortest of those that came is told.
    const trace = await until(
      'the way straight there answers first',
      () => ask('route', 'trace', n3.nodeId),
      ({ hops }) => (hops as unknown[]).length === 1,
      20_000,
    )
    expect(Object.keys(trace).sort()).toEqual(
      ['delivered', 'hops', 'key', 'messages', 'ms', 'root', 'schemaVersion'].sort(),
    )
    expect(trace).toMatchObject({ key: n3.nodeId, root: n3.nodeId, delivered: true })
    expect(trace.hops).toMatchObject([{ from: n1.nodeId, to: n3.nodeId, trust: 1 }])
    expect((trace.hops as { by: string }[])[0]!.by).toMatch(
      /^(overlay:social|global|leaf-set|final)$/,
    )

    const table = await ask('route', 'inspect', '--node', 'n2')
    expect(Object.keys(table)).toEqual(
      expect.arrayContaining(['overlay', 'rows', 'leafSet', 'fill']),
    )
    // Three nodes are each other's leaves: what the overlay's own lists add is nothing, the global table holds them.
    const rows = [table.rows, table.globalRows].flat() as Record<string, unknown>[]
    expect(rows.length).toBeGreaterThan(0)
    expect(Object.keys(rows[0]!)).toEqual(
      expect.arrayContaining('row column peer nodeId trust rttMs why displaced'.split(' ')),
    )
    expect((table.leafSet as unknown[]).length).toBeGreaterThanOrEqual(2)

    const listener = network.start(['route', 'listen', '--node', 'n2', '--count', '1', '--json'])
    const heard = endOf(listener)
    await until(
      'the message is heard',
      async () => {
        await ask('route', 'send', n2.nodeId, 'hello there', '--node', 'n3')
        return listener.exitCode
      },
      (code) => code !== null,
    )
    expect((await heard).json).toMatchObject({
      ...{ event: 'delivered', text: 'hello there', key: n2.nodeId },
      origin: { nodeId: n3.nodeId },
    })

    expect(await ask('trust', 'set', 'n2', '0.35', '--reason', 'slow')).toMatchObject({
      ...{ value: 0.35, overlay: 'social', subject: { nodeId: n2.nodeId } },
    })
    expect(await ask('trust', 'get', 'n2')).toMatchObject({ vetoed: false })
    expect((await ask('trust', 'history', 'n2')).ratings).toHaveLength(2)
    expect((await ask('trust', 'list')).ratings).toHaveLength(2)
    const exported = await network.run('trust', 'export')
    expect(exported.out).toContain('0.35')
    await ask('trust', 'remove', 'n2')
    expect((await ask('trust', 'list')).ratings).toHaveLength(1)
    const graph = await ask('trust', 'graph', '--explain', n2.nodeId)
    expect(graph).toMatchObject({ overlay: 'social', explanation: { nodeId: n2.nodeId } })
    const back = join(network.folder, 'back.csv')
    await writeFile(back, exported.out)
    expect(await ask('trust', 'import', back)).toMatchObject({ imported: 1, unchanged: 1 })
    expect((await ask('trust', 'list')).ratings).toHaveLength(2)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
    await rm(back)
    await expectNothingLeft(network, pids)
  })
})
