// After a change of dependencies: `node cli/setup/complete-lock.js`. A registry mirror may lack the
// builds of optional packages for other platforms; npm then leaves them out of the lockfile, and
// `npm ci` refuses the lockfile as incomplete. This names them, at the exact version that the package
// which wants them asks for, so that every platform installs from the same lockfile.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './project.js'

const systems = {
  ...{ android: 'android', darwin: 'darwin', freebsd: 'freebsd', linux: 'linux' },
  ...{ openbsd: 'openbsd', netbsd: 'netbsd', sunos: 'sunos', aix: 'aix', win32: 'win32' },
  ...{ windows: 'win32', openharmony: 'openharmony', wasm32: 'wasm' },
}
const processors = {
  ...{ x64: 'x64', arm64: 'arm64', aarch64: 'arm64', arm: 'arm', armv7: 'arm', ia32: 'ia32' },
  ...{ ppc64: 'ppc64', riscv64: 'riscv64', s390x: 's390x', wasm32: 'wasm32', loong64: 'loong64' },
}

const file = join(root, 'package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))
const added = []
for (const wanting of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(wanting.optionalDependencies ?? {})) {
    const at = `node_modules/${name}`
    if (at in lock.packages || !/^\d+\.\d+\.\d+/.test(version)) continue
    const words = name.split(/[-/]/)
    const os = words.map((word) => systems[word]).find(Boolean)
    const cpu = words.map((word) => processors[word]).find(Boolean)
    if (os === undefined || os === 'wasm') continue
    lock.packages[at] = {
      version,
      ...(cpu === undefined ? {} : { cpu: [cpu] }),
      ...(wanting.dev ? { dev: true } : {}),
      ...(words.some((word) => word.startsWith('musl')) ? { libc: ['musl'] } : {}),
      optional: true,
      os: [os],
    }
    added.push(`${name}@${version}`)
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
)
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${added.length} platform builds added to the lockfile\n`)
