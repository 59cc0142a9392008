// Every page for readers: its links lead somewhere, and each command that it shows exists with the
// flags and the number of arguments that it is shown with.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { commands, findCommand, topics } from '../../cli/commands.ts'

const root = join(import.meta.dirname, '..', '..')
const docs = join(root, 'docs')
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'examples/chat/README.md'],
  ...readdirSync(docs, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => relative(root, join(docs, name))),
].filter((page) => existsSync(join(root, page)))
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[`*]/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

const withoutFences = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '')

const anchorsOf = (page: string): string[] =>
  [...withoutFences(textOf(page)).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!))

test.each(pages)('the links of %s lead somewhere', (page) => {
  const broken: string[] = []
  for (const [, target] of withoutFences(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^(https?|mailto):/.test(target!)) continue
    const [path = '', anchor] = target!.split('#')
    const to = path === '' ? page : relative(root, join(root, dirname(page), path))
    const there = existsSync(join(root, to))
    if (!there || (anchor !== undefined && !anchorsOf(to).includes(anchor))) broken.push(target!)
  }
  expect(broken).toEqual([])
})

/** A command line that a page shows, as words. */
interface Shown {
  readonly page: string
  readonly line: string
  readonly words: readonly string[]
}

/** Splits as a shell does, as far as pages need it; the words before a pipe, a redirection, a comment or a remark. */
function wordsOf(line: string): string[] {
  const words: string[] = []
  for (const [, double, single, plain] of line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
    if (plain !== undefined && /^([|&<>#]|\d?>|;)/.test(plain)) break
    words.push(double ?? single ?? plain!.replace(/[;)]$/, ''))
  }
  return words
}

/** The lines of fences that may hold commands, and the code within sentences. */
function codeIn(page: string): string[] {
  const text = textOf(page)
  const fenced: string[] = []
  let language: string | undefined
  for (const line of text.replace(/\\\n/g, ' ').split('\n')) {
    const fence = /^```(\w*)$/.exec(line)
    if (fence !== null) language = language === undefined ? fence[1]! : undefined
    else if (language !== undefined && /^(|sh|bash)$/.test(language)) fenced.push(line)
  }
  return [...fenced, ...[...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!)]
}

/** A command begins its line, or follows npx, a variable, a pipe or a bracket. */
const begun = /(?:^|npx |[A-Z_]+=\S+ |[|(] ?)trustnet (?=[a-z-])(.*)$/

function shownIn(page: string): Shown[] {
  return codeIn(page).flatMap((line) => {
    const [, from] = begun.exec(line.trim()) ?? []
    // What follows two spaces in a fence says what the command is for.
    const asked = from?.split(/\s{2,}(?![-"'])/)[0]?.replace(/\)"?$/, '')
    return asked === undefined ? [] : [{ page, line, words: wordsOf(asked) }]
  })
}

interface FlagFacts {
  readonly type: string
  readonly char?: string
  readonly allowNo?: boolean
}

interface Facts {
  readonly argsMax: number
  readonly flags: Readonly<Record<string, FlagFacts>>
}

const facts = new Map<string, Facts>()
beforeAll(async () => {
  for (const [id, load] of Object.entries(commands)) {
    const { default: Command } = await load()
    const flags = { ...Command.baseFlags, ...Command.flags } as Facts['flags']
    facts.set(id, { argsMax: Object.keys(Command.args ?? {}).length, flags })
  }
})

/** The flag that a word names, with or without its value; undefined where there is none of that name. */
function flagNamed(word: string, flags: Facts['flags']): FlagFacts | undefined {
  const [, no = '', name = '', char] = /^--(no-)?([a-z][a-z-]*)|^-([a-z])$/.exec(word) ?? []
  if (char !== undefined) return Object.values(flags).find((flag) => flag.char === char)
  const positive = flags[name]
  return no === '' || positive?.allowNo === true ? positive : undefined
}

/** What is wrong with a command line; '' when nothing is. `…` stands for more of anything. */
function wrongWith(words: readonly string[]): string {
  const found = findCommand(words)
  if (found === undefined) {
    const isKnown = words[0]!.startsWith('--') || Object.hasOwn(topics, words[0]!)
    return isKnown && words.length < 3 ? '' : `there is no ${words.join(' ')}`
  }
  const { argsMax, flags } = facts.get(found.id)!
  let given = 0
  for (let at = 0; at < found.rest.length; at++) {
    const word = found.rest[at]!
    if (!/^--?[a-z]/.test(word)) {
      if (word !== '…') given++
      continue
    }
    const flag = flagNamed(word, flags)
    if (flag === undefined) return `${found.id} has no ${word}`
    if (flag.type === 'option' && !word.includes('=')) at++
  }
  return given > argsMax ? `${found.id} takes ${argsMax} arguments` : ''
}

describe('the commands', () => {
  test.each(pages)('that %s shows are those that there are', (page) => {
    const wrong = shownIn(page)
      .map(({ line, words }) => ({ line, why: wrongWith(words) }))
      .filter(({ why }) => why !== '')
    expect(wrong).toEqual([])
  })

  test('are found in pages at all, and a wrong one is seen', () => {
    expect(pages.flatMap(shownIn).length).toBeGreaterThan(50)
    expect(wrongWith(wordsOf('trust sett bob 1'))).toContain('there is no')
    expect(wrongWith(wordsOf('trust set bob 0.9 --wait --reason "paid on time"'))).toBe('')
    expect(wrongWith(wordsOf('trust set bob 0.9 --weight 3'))).toContain('has no --weight')
    expect(wrongWith(wordsOf('status bob'))).toContain('takes 0 arguments')
  })
})
