// Which versions there are, asked of the registry through npm, which knows its address, proxy and
// token; and which of two is newer (semver: numbers, then a version before its own pre-releases).
import { Failure } from '../../src/core/failure.ts'
import { runProgram } from './run-program.ts'

const form = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/

const isVersion = (text: string): boolean => form.test(text)

/** Negative when `a` is the older one. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  for (let i = 0; i < 3; i++) {
    const difference = left.numbers[i]! - right.numbers[i]!
    if (difference !== 0) return difference
  }
  if (left.before.length === 0 || right.before.length === 0)
    return right.before.length - left.before.length
  for (let i = 0; i < Math.max(left.before.length, right.before.length); i++) {
    const difference = compareWords(left.before[i], right.before[i])
    if (difference !== 0) return difference
  }
  return 0
}

function partsOf(text: string) {
  const [, major = '0', minor = '0', patch = '0', before] = form.exec(text) ?? []
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    before: before === undefined ? [] : before.split('.'),
  }
}

function compareWords(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (left && right) return Number(a) - Number(b)
  if (left !== right) return left ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

export interface Published {
  /** The newest version that is meant for everybody (the tag `latest`). */
  readonly latest: string
  readonly all: readonly string[]
}

/**
 * The versions at the registry.
 *
 * @throws Failure `update/no-registry`
 */
export async function publishedVersions(registry: string | null): Promise<Published> {
  const said = publishedIn(await viewed('latest', ['version', 'versions'], registry))
  if (said === undefined) throw new Failure('update/no-registry', { why: 'no version' })
  return said
}

/**
 * The integrity (`sha512-…`) that the registry tells of a version.
 *
 * @throws Failure `update/no-registry`
 */
export async function publishedIntegrity(
  version: string,
  registry: string | null,
): Promise<string | undefined> {
  const out = await viewed(version, ['dist.integrity'], registry)
  return /"(sha\d+-[A-Za-z0-9+/=]+)"/.exec(out)?.[1]
}

/** What `npm view` says, as JSON. */
async function viewed(version: string, fields: readonly string[], registry: string | null) {
  const ended = await runProgram(
    'npm',
    [
      ...['view', `trustnet@${version}`, ...fields, '--json', '--prefer-online'],
      // npm would try for more than a minute; whoever asked waits.
      ...['--loglevel=error', '--fetch-retries=1', '--fetch-retry-mintimeout=1000'],
      ...(registry === null ? [] : [`--registry=${registry}`]),
    ],
    { timeoutMs: 60_000 },
  )
  if (ended.code !== 0) throw new Failure('update/no-registry', { why: ended.why })
  return ended.out
}

function publishedIn(out: string): Published | undefined {
  try {
    const { version, versions } = JSON.parse(out) as {
      readonly version: string
      /** npm unwraps a list of one. */
      readonly versions: string | readonly string[]
    }
    const all = [versions].flat()
    return isVersion(version) ? { latest: version, all } : undefined
  } catch {
    return undefined
  }
}
