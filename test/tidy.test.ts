// The house rules that a reader would otherwise have to remember, held as tests: the layout, the
// import table of docs/architecture.md, file length, purity, and what must never be committed.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '')
const isGenerated = (file: string): boolean => /(^|\/)generated\//.test(file)
const sources = tracked.filter((file) => /\.tsx?$/.test(file) && !isGenerated(file))
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Folder → folders whose code it may import (besides itself). */
const importTable: Record<string, readonly string[]> = {
  'src/core': [],
  trustchain: ['src/core'],
  routing: ['src/core'],
  consensus: ['src/core'],
  overlay: ['src/core', 'routing'],
  'src/node': ['src/core', 'trustchain', 'routing', 'consensus', 'overlay'],
  'src/sim': ['src/core', 'trustchain', 'routing', 'consensus', 'overlay', 'src/node'],
  'src/runtime': [
    ...['src/core', 'src/node', 'src/api', 'trustchain', 'routing', 'overlay', 'consensus'],
  ],
  'src/api': ['src/core', 'src/node'],
  'src/embed': ['src/core', 'src/node', 'src/api', 'src/runtime', 'overlay'],
  cli: ['src/core', 'src/api', 'trustchain'],
  web: ['src/core', 'src/api', 'consensus'],
}
const folders = Object.keys(importTable)
const pureFolders = ['src/core', 'src/node', 'trustchain', 'routing', 'overlay', 'consensus']
const folderOf = (file: string): string | undefined =>
  folders.find((folder) => file.startsWith(`${folder}/`))

/** Static imports only: `import()` is how cli reaches the runtime lazily. */
const staticImports = (text: string): string[] =>
  [...text.matchAll(/^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'/gm)].map((m) => m[1]!)

const resolved = (file: string, specifier: string): string =>
  relative(root, normalize(join(root, dirname(file), specifier)))

describe('the layout', () => {
  test('has only the known entries at the root', () => {
    const known = new Set(
      `package.json package-lock.json tsconfig.json tsconfig.pure.json tsconfig.build.json biome.json vitest.config.ts
       knip.json buf.yaml buf.gen.yaml .npmrc .gitignore .ci src overlay routing trustchain consensus cli test web docs
       bench experiments examples README.md LICENSE CHANGELOG.md CONTRIBUTING.md`.split(/\s+/),
    )
    const entries = new Set(tracked.map((file) => file.split('/')[0]!))
    expect([...entries].filter((entry) => !known.has(entry))).toEqual([])
  })

  test('keeps every source file to 300 lines', () => {
    const long = sources
      .map((file) => ({ file, lines: textOf(file).trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 300)
    expect(long).toEqual([])
  })

  test('opens every source file with what it is for', () => {
    const silent = sources.filter((file) => !/^(\/\/|\/\*|#!)/.test(textOf(file)))
    expect(silent.filter((file) => file !== 'vitest.config.ts')).toEqual([])
  })

  test('has no barrel but the public API', () => {
    const barrels = sources.filter((file) => /(^|\/)index\.ts$/.test(file))
    expect(barrels.filter((file) => file !== 'src/index.ts')).toEqual([])
  })
})

describe('the import table', () => {
  test('is kept by every static import', () => {
    const wrong: string[] = []
    for (const file of sources) {
      const from = folderOf(file)
      if (from === undefined) continue
      for (const specifier of staticImports(textOf(file))) {
        if (!specifier.startsWith('.')) continue
        const to = folderOf(resolved(file, specifier))
        if (to !== from && !(to !== undefined && importTable[from]!.includes(to)))
          wrong.push(`${file} → ${specifier}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('has no cycles', () => {
    const graph = new Map(
      sources.map((file) => [
        file,
        staticImports(textOf(file))
          .filter((specifier) => specifier.startsWith('.'))
          .map((specifier) => resolved(file, specifier)),
      ]),
    )
    const state = new Map<string, 'open' | 'done'>()
    const cycles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done' || !graph.has(file)) return
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
        return
      }
      state.set(file, 'open')
      for (const next of graph.get(file)!) visit(next, [...path, file])
      state.set(file, 'done')
    }
    for (const file of graph.keys()) visit(file, [])
    expect(cycles).toEqual([])
  })

  test('lets libp2p and the stores into src/runtime alone', () => {
    const wrong = sources.filter(
      (file) =>
        !/^(src\/runtime|test|bench)\//.test(file) &&
        staticImports(textOf(file)).some((s) => /libp2p|rocksdb|classic-level|multiaddr/.test(s)),
    )
    expect(wrong).toEqual([])
  })
})

describe('purity', () => {
  const ambient =
    /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)|\bperformance\.now\b|\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/
  const withoutComments = (text: string): string =>
    text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')

  test('keeps clock, dice and I/O out of the pure folders', () => {
    const wrong = sources.filter((file) => {
      if (!pureFolders.some((folder) => file.startsWith(`${folder}/`))) return false
      const text = textOf(file)
      return (
        ambient.test(withoutComments(text)) ||
        /\bprocess\.|\bBuffer\b|\bconsole\./.test(withoutComments(text)) ||
        staticImports(text).some((s) => s.startsWith('node:'))
      )
    })
    expect(wrong).toEqual([])
  })

  test('keeps clock and dice out of the simulator', () => {
    const wrong = sources.filter(
      (file) => file.startsWith('src/sim/') && ambient.test(withoutComments(textOf(file))),
    )
    expect(wrong).toEqual([])
  })
})

describe('what is committed', () => {
  test('names no path of a machine and no registry host', () => {
    // Written in pieces so that this file does not name them itself.
    const folder = (name: string): string => ['', name, ''].join('/')
    const machine = [folder('work'), folder('root'), `${folder('home')}[a-z]`].join('|')
    // A relative import of a folder of that name is no path of a machine.
    const forbidden = new RegExp(`(?<![.\\w])(${machine})|${['registry', 'npmjs'].join('[.]')}`)
    const wrong = tracked.filter(
      (file) => !/\.(png|svg|gz|parquet)$/.test(file) && forbidden.test(textOf(file)),
    )
    expect(wrong).toEqual([])
  })

  test('pins every dependency to one version', () => {
    const project = JSON.parse(textOf('package.json')) as Record<string, Record<string, string>>
    const versions = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(project[kind] ?? {}),
    )
    expect(versions.length).toBeGreaterThan(0)
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))).toEqual(
      [],
    )
  })

  test('installs one copy of the libp2p interface', () => {
    const lock = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, unknown> }
    const copies = Object.keys(lock.packages).filter((at) =>
      at.endsWith('node_modules/@libp2p/interface'),
    )
    expect(copies).toEqual(['node_modules/@libp2p/interface'])
  })
})

test('tests are never skipped without a printed reason', () => {
  const skips = /\b(test|it|describe)\b[.\w]*\.(skip|skipIf|runIf|todo|only)\b/
  // Whoever asks these for a file is told of its absence by them.
  const says = /console\.log|\bsharedPath\(|\bpublicNetwork\(/
  const silent = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(test|suite|service)\.ts$/.test(file) && file !== 'tidy.test.ts')
    .filter((file) => skips.test(textOf(join('test', file))))
    .filter((file) => !says.test(textOf(join('test', file))))
  expect(silent).toEqual([])
})
