// Overlays as they are named at a start, a policy of one's own among them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { overlaysOf } from '../../src/runtime/overlays.ts'

const ports = { ownRating: () => undefined }
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-overlays-'))
  await writeFile(
    join(folder, 'generous.js'),
    `export default () => ({
      kind: 'generous', manual: false, usesTrust: true, observe() {}, due: () => [],
    })`,
  )
  await writeFile(join(folder, 'nothing.js'), 'export const policy = 1')
})
afterAll(() => rm(folder, { recursive: true }))

describe('an overlay', () => {
  test('has the policy of its name, of a named kind, or of a module', async () => {
    const overlays = await overlaysOf([
      'social',
      'measured',
      'club',
      'speed=measured',
      `gifts=${join(folder, 'generous.js')}`,
    ])
    expect(overlays.map(({ name, makePolicy }) => [name, makePolicy(ports).kind])).toEqual([
      ['social', 'social'],
      ['measured', 'measured'],
      ['club', 'social'],
      ['speed', 'measured'],
      ['gifts', 'generous'],
    ])
  })

  test.each([
    ['Bad Name', 'overlay/malformed-name'],
    ['club=nonsense', 'overlay/unknown-policy'],
    ['club=./there-is-none.js', 'overlay/bad-module'],
  ])('named %s is refused with %s', async (specification, code) => {
    await expect(overlaysOf([specification])).rejects.toMatchObject({ code })
  })

  test('of a module without a factory is refused, and so are too many', async () => {
    await expect(overlaysOf([`club=${join(folder, 'nothing.js')}`])).rejects.toMatchObject({
      code: 'overlay/bad-module',
    })
    const many = Array.from({ length: 9 }, (_, i) => `club-${i}`)
    await expect(overlaysOf(many)).rejects.toMatchObject({ code: 'overlay/too-many' })
  })
})
