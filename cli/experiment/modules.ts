// A user's own routers, attacks and metrics as files: where a scenario's name of one leads, loading it,
// and which of its lines cannot be read. Node says the last only to whoever asks for it.
import { execFile } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Failure } from '../../src/core/failure.ts'

/**
 * The path of a module.
 *
 * @param base the folder of the scenario
 * @throws Failure `experiment/no-module`
 */
export function findModule(file: string, base: string): string {
  const place = resolve(base, file)
  if (existsSync(place)) return place
  throw new Failure('experiment/no-module', { file, place })
}

/**
 * Loads modules from beside the scenario file. What it gives rejects with a Failure
 * `experiment/no-module`, or `experiment/bad-module` with the line that cannot be read.
 */
export const moduleLoader =
  (base: string) =>
  async (file: string): Promise<unknown> => {
    const path = findModule(file, base)
    try {
      return await import(pathToFileURL(path).href)
    } catch (error) {
      const line = await brokenLineOf(path)
      if (line === undefined) throw error
      throw new Failure('experiment/bad-module', { file, why: `its line ${line} cannot be read` })
    }
  }

/** The line of a mistake in writing; undefined where there is none, or where nobody says. */
function brokenLineOf(path: string): Promise<number | undefined> {
  // Types are no mistakes, which the check does not know.
  if (path.endsWith('.ts')) return Promise.resolve(undefined)
  // From stdin: of a file whose package does not say `"type": "module"` Node checks nothing.
  const flags = ['--check', '--input-type=module', '-']
  return new Promise((tell) => {
    const child = execFile(process.execPath, flags, (_, __, stderr) => {
      const line = /^\[stdin\]:(\d+)$/m.exec(stderr)?.[1]
      tell(line === undefined ? undefined : Number(line))
    })
    // Who ends before all is read has said its line.
    child.stdin!.on('error', () => {})
    createReadStream(path)
      .on('error', () => tell(undefined))
      .pipe(child.stdin!)
  })
}
