// `trustnet devnet up` by its contract: JSON lines, the commands against its nodes, and that whatever
// ends it leaves no process and no file behind.
import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isProcess } from '../../src/api/connection-file.ts'
import { endOf, type Ran } from '../cli/terminal.ts'
import { LiveNetwork, until } from './harness.ts'

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.open()
})
afterAll(() => network[Symbol.asyncDispose]())

interface Ready {
  readonly nodes: readonly Record<'name' | 'nodeId' | 'peerId' | 'address' | 'api', string>[]
}

interface Up {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
  readonly ready: Ready
  /** The nodes' own process ids. */
  readonly pids: readonly number[]
}

/** Processes whose parent is this one. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        const stat = readFileSync(`/proc/${child}/stat`, 'latin1')
        return Number(stat.split(') ').at(-1)!.split(' ')[1]) === pid
      } catch {
        return false
      }
    })
}

async function up(...args: string[]): Promise<Up> {
  const child = network.start(['devnet', 'up', '--json', ...args])
  const ended = endOf(child)
  const ready = await new Promise<Ready>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const event = JSON.parse(line) as Ready & { event: string }
      if (event.event === 'ready') resolve(event)
    })
    void ended.then(({ out, err }) => reject(new Error(`it ended: ${out} ${err}`)))
  })
  return { child, ended, ready, pids: childrenOf(child.pid!) }
}

const events = ({ out }: Ran): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** Files under the XDG folders; Node's cache of compiled code is this test's own wish. */
async function left(): Promise<string[]> {
  const entries = await readdir(network.folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(network.folder.length + 1))
    .filter((file) => !/^(compiled|files)\//.test(file))
}

async function expectNothingLeft(pids: readonly number[]): Promise<void> {
  await until(
    'every node is gone',
    () => pids.filter(isProcess),
    (alive) => alive.length === 0,
    10_000,
  )
  expect(await left()).toEqual([])
}

describe('a devnet', () => {
  test('of four tells its nodes, rates as a file says, and ends by itself when ready', async () => {
    const file = join(network.folder, 'ratings.csv')
    await writeFile(file, '# who trusts whom\nn1,n2,0.9\nn2,n3,0.8\n\nn3,n1,-0.25,social\n')
    const { ended, ready, pids } = await up('-n', '4', '--ratings', file, '--exit-when-ready')
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
    expect(events(ran).at(-1)).toMatchObject({ event: 'summary', nodes: 4, ratings: 3 })
    await rm(file)
    await expectNothingLeft(pids)
  })

  test('ends after its time with what was delivered', async () => {
    const { ended, pids } = await up('-n', '2', '--ratings', 'ring', '--for', '5')
    const ran = await ended
    expect(ran.code).toBe(0)
    const summary = events(ran).at(-1)!
    expect(summary).toMatchObject({ event: 'summary', nodes: 2, ratings: 2 })
    expect(summary.delivered).toBe(summary.routes)
    await expectNothingLeft(pids)
  })

  test('clears away what a devnet left whose machine went down', async () => {
    // No process has an id as high as this.
    const dead = join(network.folder, 'state', 'trustnet', 'devnet-99999999')
    await mkdir(join(dead, 'n1'), { recursive: true })
    await writeFile(join(dead, 'n1', 'identity'), 'old')
    const { ended, pids } = await up('-n', '1', '--exit-when-ready')
    expect((await ended).code).toBe(0)
    await expectNothingLeft(pids)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
    ['SIGKILL', null],
  ] as const)('leaves no process behind after %s', async (signal, code) => {
    const { child, ended, pids } = await up('-n', '2')
    child.kill(signal)
    expect((await ended).code).toBe(code)
    await until(
      'every node is gone',
      () => pids.filter(isProcess),
      (alive) => alive.length === 0,
      10_000,
    )
    // Nobody is there to take a killed devnet's pointer back; it names a dead process, so it is ignored.
    const pointer = signal === 'SIGKILL' ? ['state/trustnet/devnet.json'] : []
    expect(await left()).toEqual(pointer)
    await rm(join(network.folder, 'state'), { recursive: true, force: true })
  })

  test('refuses a ratings file with a name that it has not, and names the line', async () => {
    const file = join(network.folder, 'bad.csv')
    await writeFile(file, 'n1,n2,0.9\nn1,nobody,0.9\n')
    const ran = await network.run('devnet', 'up', '-n', '2', '--ratings', file, '--json')
    await rm(file)
    expect([ran.code, ran.json]).toMatchObject([2, { error: { code: 'devnet/bad-ratings' } }])
    expect(ran.out).toContain('Line 2')
    expect(await left()).toEqual([])
  })
})

describe('the commands against a devnet', () => {
  test('find its nodes by name and answer by their contracts', async () => {
    const { child, ended, ready, pids } = await up('-n', '3', '--ratings', 'complete:0.9')
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
    await expectNothingLeft(pids)
  })
})
