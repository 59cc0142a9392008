// Packed versions of this very program, and a registry on loopback that serves them: what `npm` and
// `trustnet update` meet in earnest. The packages name no dependencies; they find those of the
// checkout by a link beside the folder of versions.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
export const checkout = join(import.meta.dirname, '..', '..')

/** Compiles the checkout to dist/, where that was not done just before (as under `npm test`, see test/entry.ts). */
export const buildCheckout = async (): Promise<void> => {
  if (process.env.TRUSTNET_BUILT === '1') return
  await run(process.execPath, [join(checkout, 'cli', 'setup', 'run.js'), 'build'])
}

/** Packages under `folder` find the checkout's dependencies. */
export const linkDependencies = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'))
}

/**
 * Packs the checkout under a version.
 *
 * @param bin the text of the binary, where it is not the checkout's
 * @returns the packed file
 */
export async function pack(folder: string, version: string, bin?: string): Promise<string> {
  const source = join(folder, `source-${version}`)
  await mkdir(join(source, 'cli'), { recursive: true })
  const own = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as object
  const { name, type, engines, bin: bins, exports, files } = own as Record<string, unknown>
  const project = { name, version, type, engines, bin: bins, exports, files }
  await writeFile(join(source, 'package.json'), JSON.stringify(project))
  await cp(join(checkout, 'dist'), join(source, 'dist'), { recursive: true })
  const program = bin ?? (await readFile(join(checkout, 'cli', 'bin.js'), 'utf8'))
  await writeFile(join(source, 'cli', 'bin.js'), program, { mode: 0o755 })
  await run('npm', ['pack', source, '--pack-destination', folder, '--ignore-scripts'], {
    env: { ...process.env, npm_config_cache: join(folder, 'npm-cache') },
  })
  return join(folder, `trustnet-${version}.tgz`)
}

/**
 * Packs a release that went wrong: its binary alone, since nothing else of it ever runs.
 *
 * @returns the packed file
 */
export async function packBroken(folder: string, version: string, bin: string): Promise<string> {
  const source = join(folder, `broken-${version}`)
  await mkdir(join(source, 'package', 'cli'), { recursive: true })
  const project = { name: 'trustnet', version, type: 'module', bin: { trustnet: 'cli/bin.js' } }
  await writeFile(join(source, 'package', 'package.json'), JSON.stringify(project))
  await writeFile(join(source, 'package', 'cli', 'bin.js'), bin, { mode: 0o755 })
  const file = join(folder, `trustnet-${version}.tgz`)
  await run('tar', ['-czf', file, '-C', source, 'package'])
  return file
}

export interface Registry {
  readonly url: string
  /** Adds a version and makes it the latest. */
  publish(version: string, file: string): Promise<void>
  close(): Promise<void>
}

/** The part of the registry's protocol that installing and viewing a package takes. */
export async function openRegistry(): Promise<Registry> {
  const versions = new Map<string, Buffer>()
  let latest = ''
  let url = ''
  const document = () => ({
    name: 'trustnet',
    'dist-tags': { latest },
    versions: Object.fromEntries(
      [...versions].map(([version, bytes]) => [
        version,
        {
          ...{ name: 'trustnet', version, bin: { trustnet: 'cli/bin.js' } },
          dist: {
            tarball: `${url}trustnet/-/trustnet-${version}.tgz`,
            shasum: createHash('sha1').update(bytes).digest('hex'),
            integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
          },
        },
      ]),
    ),
  })
  const server = createServer((request, response) => {
    const version = /^\/trustnet\/-\/trustnet-(.+)\.tgz$/.exec(request.url ?? '')?.[1]
    const bytes = version === undefined ? undefined : versions.get(version)
    if (bytes !== undefined) response.end(bytes)
    else if (request.url === '/trustnet' && latest !== '')
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document()))
    else
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    async publish(version, file) {
      versions.set(version, await readFile(file))
      latest = version
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
