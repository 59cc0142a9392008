// Where a setting comes from: flag, environment, file, default, in that order, and what is refused.
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeService } from '../../cli/provision/service.ts'
import { keepSetting, settle, variableOf } from '../../cli/settings.ts'
import { Terminal } from './terminal.ts'

let terminal: Terminal
let home: string
beforeAll(async () => {
  terminal = await Terminal.open()
  home = join(terminal.folder, 'home')
})
afterAll(() => terminal.close())

const owner = async (
  flags: { owner?: string },
  environment: Record<string, string>,
  service: { owner?: string } = {},
) => {
  const { value, origin, from } = (await settle(home, flags, environment, service)).find(
    ({ name }) => name === 'owner',
  )!
  return [value, origin, from]
}

describe('a setting', () => {
  test('names the module of an overlay by its whole path, and runs nothing of it', async () => {
    const module = join(terminal.folder, 'policy.mjs')
    await writeFile(module, "throw new Error('it was run')\n")
    const place = join(terminal.folder, 'modules')
    await keepSetting(place, 'overlay', `social,work=${relative(process.cwd(), module)}`)
    const kept = JSON.parse(await readFile(join(place, 'settings.json'), 'utf8'))
    expect(kept).toEqual({ overlay: ['social', `work=${module}`] })
  })

  test('comes from the flag, else the service, else the environment, else the file, else the default', async () => {
    expect(await owner({}, {})).toEqual(['', 'default', ''])
    await keepSetting(home, 'owner', 'of the file')
    const file = join(home, 'settings.json')
    expect(await owner({}, {})).toEqual(['of the file', 'file', file])
    const environment = { TRUSTNET_OWNER: 'of the environment' }
    expect(await owner({}, environment)).toEqual([
      ...['of the environment', 'environment', 'TRUSTNET_OWNER'],
    ])
    expect(await owner({ owner: 'of the flag' }, environment)).toEqual([
      ...['of the flag', 'flag', '--owner'],
    ])
    expect(await owner({}, environment, { owner: 'of the service' })).toEqual([
      ...['of the service', 'service', '--owner'],
    ])
    expect(await owner({}, { TRUSTNET_OWNER: '' })).toEqual(['of the file', 'file', file])
    await keepSetting(home, 'owner', undefined)
    expect(await owner({}, {})).toEqual(['', 'default', ''])
  })

  test.each([
    ['api-port', '65536'],
    ['api-port', 'many'],
    ['mdns', 'yes'],
    ['policy', 'best'],
    ['listen', '/ip4/127.0.0.1/tcp/1,,'],
  ] as const)('%s is not "%s", wherever that comes from', async (name, text) => {
    await expect(keepSetting(home, name, text)).rejects.toMatchObject({
      code: 'settings/bad-value',
    })
    const variable = variableOf(name)
    await expect(settle(home, {}, { [variable]: text })).rejects.toMatchObject({
      code: 'settings/bad-value',
      facts: { origin: variable },
    })
  })

  test.each([
    ['listen', 'nowhere', 'node/malformed-listen'],
    ['listen', '/ip4/127.0.0.1/tcp/4001,/ip4/127.0.0.1/udp/4001', 'node/malformed-listen'],
    ['petname', 'bob', 'petname/malformed'],
    ['petname', 'bob=12D3KooWxyz', 'peer/malformed-id'],
    ['owner', 'a'.repeat(200), 'node/malformed-owner'],
    ['overlay', 'social,social', 'overlay/twice'],
    ['overlay', 'work=best', 'overlay/unknown-policy'],
  ] as const)('%s is refused by config set as by a start: %s', async (name, text, code) => {
    const untouched = join(terminal.folder, 'untouched')
    await expect(keepSetting(untouched, name, text)).rejects.toMatchObject({ code })
    const words = text.split(',').flatMap((word) => [`--${name}`, word])
    const ran = await terminal.run(['node', 'start', ...words, '--home', untouched, '--json'])
    expect([ran.code, ran.json.error]).toMatchObject([2, { code }])
    await expect(stat(untouched)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('that nobody knows is refused, in the file as well', async () => {
    const ran = await terminal.run(['config', 'set', 'colour', 'red', '--home', home, '--json'])
    expect([ran.code, ran.json.error]).toMatchObject([2, { code: 'settings/unknown' }])
    const other = join(terminal.folder, 'other')
    await keepSetting(other, 'mdns', 'true')
    await writeFile(join(other, 'settings.json'), '{"colour":"red"}')
    await expect(settle(other, {}, {})).rejects.toMatchObject({ code: 'settings/unknown' })
  })

  test('of the service goes before the home’s, and whoever writes that one is told', async () => {
    const served = join(terminal.folder, 'served')
    const addresses = ['/ip4/127.0.0.1/tcp/4001', '/ip4/127.0.0.1/tcp/4002']
    await writeService({
      ...{ schemaVersion: 1, manager: 'supervisor', home: served, unit: 'trustnet' },
      ...{ node: process.execPath, entry: 'run.js', programs: null, autoUpdate: false },
      ...{ registry: null, refused: [] },
      arguments: [
        ...['--overlay', 'work', ...addresses.flatMap((address) => ['--listen', address])],
        ...['--owner', 'svc', '--api-port', '4100', '--join', 'trustnet:'],
      ],
    })
    const config = (...words: string[]) => terminal.run(['config', ...words, '--home', served])
    const set = await config('set', 'owner', 'zed')
    expect(set.out).toContain('--owner svc')
    expect(set.out).toContain(`'trustnet provision --owner zed --home ${served}'`)
    const [json, unset, other] = await Promise.all([
      config('set', 'listen', addresses.join(','), '--json'),
      config('unset', 'owner'),
      config('set', 'mdns', 'true'),
    ])
    expect(json.json.overruled).toEqual({ origin: 'service', value: addresses })
    expect(unset.out).toContain('--owner svc')
    expect(other.out).toBe('mdns is true from the next start on.\n')
    const shown = (await config('show', '--json')).json.settings as readonly object[]
    for (const [name, value] of Object.entries({
      ...{ overlay: ['work'], listen: addresses, owner: 'svc', 'api-port': 4_100 },
    }))
      expect(shown).toContainEqual({ name, value, origin: 'service', from: `--${name}` })
  })

  test('is written by config set, shown with its origin, and taken by a start', async () => {
    const address = '/ip4/127.0.0.1/tcp/0'
    const set = await terminal.run(['config', 'set', 'listen', address, '--home', home])
    expect([set.code, set.err]).toEqual([0, ''])
    const file = join(home, 'settings.json')
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ listen: [address] })
    const shown = await terminal.run(['config', 'show', '--origin', '--home', home])
    expect(shown.out).toMatch(/^listen +\/ip4\/127\.0\.0\.1\/tcp\/0 +file \(.*settings\.json\)/m)
    expect(shown.out).toMatch(/^home +\S+ +flag/m)
    // Whoever writes it by hand is told by the start.
    await writeFile(file, '{"listen":["nowhere"]}')
    const started = await terminal.run(['node', 'start', '--home', home, '--json'])
    expect([started.code, started.json.error]).toMatchObject([
      ...[2, { code: 'node/malformed-listen' }],
    ])
  })
})
