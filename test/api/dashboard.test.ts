// The dashboard as the node serves it: without the token, under a policy that lets it reach nothing
// else, and nothing of the disk beside it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDashboard } from '../../src/api/dashboard.ts'
import { type ApiServer, startApi } from '../../src/api/server.ts'
import { MemoryNode } from './memory-node.ts'
import { raw, token } from './raw-request.ts'

let folder: string
let server: ApiServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-web-'))
  const built = join(folder, 'web')
  await mkdir(join(built, 'assets'), { recursive: true })
  await writeFile(join(built, 'index.html'), '<title>built</title>')
  await writeFile(join(built, 'assets', 'index-abc.js'), 'export {}')
  await writeFile(join(folder, 'secret'), 'never served')
  server = await startApi(new MemoryNode(['self']), {
    ...{ port: 0, token },
    pages: (scope) => addDashboard(scope, built),
  })
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

test('the page is served without the token, and may load and reach this server alone', async () => {
  const answer = await fetch(`${server.url}/`)
  expect([answer.status, await answer.text()]).toEqual([200, '<title>built</title>'])
  const policy = answer.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test('assets are kept by the browser, since their names tell their content', async () => {
  const answer = await fetch(`${server.url}/assets/index-abc.js`)
  expect(answer.headers.get('content-type')).toContain('javascript')
  expect(answer.headers.get('cache-control')).toContain('immutable')
})

test('nothing beside the assets is served', async () => {
  for (const path of ['/assets/../../secret', '/assets/..%2f..%2fsecret', '/assets/', '/assets/x'])
    expect([path, (await raw(server, path)).status]).not.toEqual([path, 200])
})

test('without a build the page says how to make one', async () => {
  const bare = await startApi(new MemoryNode(['self']), {
    ...{ port: 0, token },
    pages: (scope) => addDashboard(scope, null),
  })
  const answer = await fetch(`${bare.url}/`)
  expect([answer.status, await answer.text()]).toEqual([
    404,
    'The dashboard is not built: `npm run build` does it.\n',
  ])
  await bare.close()
})
