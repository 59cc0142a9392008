// The home folder's contents: where it is, who may read it, and that files are whole or refused.
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { utf8, utf8Text } from '../../src/core/bytes.ts'
import { signerFrom, verify } from '../../src/core/ed25519.ts'
import { chainIdOf, nodeIdOf, peerIdOf } from '../../src/core/id.ts'
import { writeAtomically } from '../../src/runtime/home/atomic-file.ts'
import {
  adoptNetwork,
  decodeGenesis,
  encodeGenesis,
  genesisHashOf,
  loadNetwork,
} from '../../src/runtime/home/genesis.ts'
import { openHome, readDocument, writeDocument } from '../../src/runtime/home/home.ts'
import {
  identityText,
  loadOrCreateIdentity,
  parseIdentity,
} from '../../src/runtime/home/identity.ts'
import { locateHome } from '../../src/runtime/home/location.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trustnet-home-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const peers = [1, 2, 3].map((n) => peerIdOf(signerFrom(new Uint8Array(32).fill(n)).publicKey))
const founding = { name: 'friends', createdAt: 1_790_000_000_000, members: peers, parameters: {} }

describe('the home is', () => {
  test.each([
    ['the flag', '/f', { TRUSTNET_HOME: '/e', XDG_DATA_HOME: '/x', HOME: '/h' }, '/f', 'flag'],
    ['TRUSTNET_HOME', undefined, { TRUSTNET_HOME: '/e', XDG_DATA_HOME: '/x' }, '/e', 'environment'],
    ['XDG data', undefined, { XDG_DATA_HOME: '/x', HOME: '/h' }, '/x/trustnet', 'default'],
    ['in HOME', undefined, { HOME: '/h' }, '/h/.local/share/trustnet', 'default'],
    [
      'not a relative XDG',
      undefined,
      { XDG_DATA_HOME: 'x', HOME: '/h' },
      '/h/.local/share/trustnet',
      'default',
    ],
    [
      'not an empty variable',
      '',
      { TRUSTNET_HOME: '', HOME: '/h' },
      '/h/.local/share/trustnet',
      'default',
    ],
  ])('%s', (_, flag, environment, expected, origin) => {
    expect(locateHome(flag, environment)).toEqual({ folder: expected, origin })
  })
})

describe('the identity', () => {
  test('is made once, at mode 0600, and is the same afterwards', async () => {
    const path = join(folder, 'new', 'home')
    const first = await (async () => {
      await using home = await openHome(path)
      expect(statSync(path).mode & 0o777).toBe(0o700)
      expect(statSync(home.store).mode & 0o777).toBe(0o700)
      const identity = await loadOrCreateIdentity(home.identity)
      expect(statSync(home.identity).mode & 0o777).toBe(0o600)
      return identity
    })()
    await using home = await openHome(path)
    const again = await loadOrCreateIdentity(home.identity)
    expect([first.fresh, again.fresh]).toEqual([true, false])
    expect(again.peerId).toBe(first.peerId)
    expect(again.nodeId).toBe(nodeIdOf(first.signer.publicKey))
    const message = utf8('hello')
    expect(verify(first.signer.publicKey, message, again.signer.sign(message))).toBe(true)
    expect(readdirSync(path).sort()).toEqual(['identity', 'lock', 'store'])
  })

  test('goes through its text form, comments and line ends aside', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const text = identityText(seed)
        expect(parseIdentity(text, 'f')).toEqual(seed)
        expect(parseIdentity(`# backup\r\n\r\n${text.replaceAll('\n', '\r\n')}`, 'f')).toEqual(seed)
      }),
      { numRuns: 20 },
    )
  })

  test('with a changed seed, a cut file or something else is refused without telling the secret', () => {
    const text = identityText(new Uint8Array(32).fill(0xab))
    const bad = ['', 'hello', text.replace('ab', 'ac'), text.slice(0, 60), `${text}more\n`]
    for (const one of [...bad, text.replace('identity 1', 'identity 2')]) {
      const attempt = () => parseIdentity(one, '/h/identity')
      expect(attempt).toThrow(expect.objectContaining({ code: 'home/malformed' }))
      expect(attempt).not.toThrow(/abab/)
    }
  })

  test('that others can read is refused', async () => {
    await using home = await openHome(folder)
    await loadOrCreateIdentity(home.identity)
    chmodSync(home.identity, 0o640)
    await expect(loadOrCreateIdentity(home.identity)).rejects.toMatchObject({
      code: 'home/readable-by-others',
      facts: { file: home.identity, mode: '640' },
    })
  })
})

describe('a genesis', () => {
  test('has one form only: what decodes encodes to the same bytes', () => {
    const genesis = fc.record({
      name: fc.string({ maxLength: 20 }),
      createdAt: fc.nat(2_000_000_000).map((seconds) => seconds * 1_000),
      members: fc.shuffledSubarray(peers, { minLength: 1 }),
      parameters: fc.dictionary(
        fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/),
        fc.integer().map((n) => n + 0 || 0),
      ),
    })
    fc.assert(
      fc.property(genesis, (genesis) => {
        const bytes = encodeGenesis(genesis)
        const decoded = decodeGenesis(bytes, 'f')
        expect(decoded).toEqual({ ...genesis, members: [...genesis.members].sort() })
        expect(encodeGenesis(decoded)).toEqual(bytes)
      }),
    )
  })

  test('in any other form is refused', () => {
    const text = utf8Text(encodeGenesis(founding))
    const refused = [
      'x',
      'null',
      text.trimEnd(),
      `${text} `,
      text.replace('  "kind"', '   "kind"'),
      text.replace('"schemaVersion": 1', '"schemaVersion": 2'),
      text.replace('trustnet/genesis', 'other/genesis'),
      text.replace(peers[0]!, 'someone'),
      text.replace(`"${[...peers].sort()[0]}",`, `"${[...peers].sort()[0]}", "${peers[0]}",`),
      text.replace('.000Z', 'Z'),
      text.replace('"parameters": {}', '"parameters": {"x": 0.5}'),
      text.replace('"parameters": {}', '"parameters": {}, "extra": 1'),
      utf8Text(encodeGenesis({ ...founding, members: [] })),
    ]
    expect(decodeGenesis(utf8(text), 'f').name).toBe('friends')
    for (const one of refused)
      expect(() => decodeGenesis(utf8(one), 'f'), one).toThrow(
        expect.objectContaining({ code: 'home/malformed' }),
      )
  })

  test('is adopted once; another network is refused and changes nothing', async () => {
    await using home = await openHome(folder)
    expect(await loadNetwork(home.genesis)).toBeUndefined()
    const bytes = encodeGenesis(founding)
    const network = await adoptNetwork(folder, home.genesis, bytes)
    expect(network.chainId).toBe(chainIdOf(bytes))
    expect(genesisHashOf(bytes).startsWith(network.chainId)).toBe(true)
    expect((await adoptNetwork(folder, home.genesis, bytes)).chainId).toBe(network.chainId)
    const other = encodeGenesis({ ...founding, name: 'others' })
    await expect(adoptNetwork(folder, home.genesis, other)).rejects.toMatchObject({
      code: 'home/other-network',
      facts: { chainId: network.chainId, asked: chainIdOf(other) },
    })
    expect((await loadNetwork(home.genesis))?.chainId).toBe(network.chainId)
  })
})

describe('files', () => {
  test('are replaced whole, for the owner alone, and leave nothing beside them', async () => {
    const file = join(folder, 'api.json')
    const versions = Array.from({ length: 20 }, (_, n) => ({ token: String(n).repeat(5_000) }))
    const writing = Promise.all(versions.map((version) => writeDocument(file, version)))
    let done = false
    const watched = writing.then(() => {
      done = true
    })
    while (!done) {
      const seen = await readDocument(file)
      if (seen !== undefined) expect(versions).toContainEqual(seen)
    }
    await watched
    expect(readdirSync(folder)).toEqual(['api.json'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('that could not be written leave the old one', async () => {
    const file = join(folder, 'target')
    await writeAtomically(join(folder, 'other'), 'kept')
    await expect(writeAtomically(join(file, 'inside'), 'x')).rejects.toThrow()
    expect(existsSync(file)).toBe(false)
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('kept')
  })

  test('that are no JSON object are refused by name', async () => {
    const file = join(folder, 'config.json')
    expect(await readDocument(file)).toBeUndefined()
    for (const text of ['', '{', '[]', 'null', '"x"']) {
      writeFileSync(file, text)
      await expect(readDocument(file)).rejects.toMatchObject({ code: 'home/malformed' })
    }
  })
})
