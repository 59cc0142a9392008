// The passphrase of an exported key: from a file, from the environment, or typed at a terminal
// without being shown. Never from an argument: everybody on the machine can read those.
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Failure } from '../../src/core/failure.ts'

const variable = 'TRUSTNET_PASSPHRASE'

/**
 * @param file of --passphrase-file; `-` is standard input
 * @param twice a new passphrase is typed two times
 * @throws Failure `keys/no-passphrase`, `cli/unreadable-file`
 */
export async function passphraseFrom(file: string | undefined, twice: boolean): Promise<string> {
  if (file === '-') return firstLine(await text(process.stdin))
  if (file !== undefined)
    try {
      return firstLine(await readFile(file, 'utf8'))
    } catch (error) {
      throw new Failure('cli/unreadable-file', { file, why: (error as Error).message })
    }
  const set = process.env[variable]
  if (set !== undefined && set !== '') return set
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new Failure('keys/no-passphrase', {})
  const typed = await ask('Passphrase: ')
  if (!twice || (await ask('The same again: ')) === typed) return typed
  throw new Failure('cli/usage', {
    why: 'The two passphrases differ.',
    command: 'keys export',
  })
}

const firstLine = (said: string): string => said.split(/\r?\n/, 1)[0]!

async function ask(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
  process.stderr.write(question)
  try {
    return await new Promise((resolve) => {
      lines.once('line', resolve)
      lines.once('close', () => resolve(''))
    })
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
