// A failure on its way over HTTP and back, as RFC 9457 has it (application/problem+json): a stable
// code, the sentence, the part of it that says how to mend it, and the facts; the status says the same
// to those who do not read bodies. The client makes the very Failure again, so that a command ends
// with the sentence and exit code that the node meant; a code that only a newer node knows still
// brings its sentence.
import { Failure, type FailureCode, failures } from '../core/failure.ts'
import { type Exit, exitCodes } from '../core/failure-entry.ts'

export const problemType = 'application/problem+json'

export interface Problem {
  /** The status in words. */
  readonly title: string
  readonly status: number
  readonly code: string
  /** The whole sentence. */
  readonly detail: string
  /** How to mend it. */
  readonly hint: string
  readonly facts: Readonly<Record<string, unknown>>
}

const statusOfExit: Record<Exit, number> = {
  usage: 400,
  failure: 422,
  locked: 423,
  noNode: 503,
  timeout: 504,
}

const statusOfCode: Partial<Record<FailureCode, number>> = {
  'api/token-refused': 401,
  'api/host-refused': 403,
  'api/no-such-endpoint': 404,
  'peer/unknown': 404,
  'chain/none': 404,
  'block/unknown': 404,
  'value/not-found': 404,
  'api/too-slow': 408,
  'api/too-large': 413,
  'api/too-many-requests': 429,
  'api/internal': 500,
  'api/too-many-listeners': 503,
  'node/stopping': 503,
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Token wanted',
  403: 'Refused',
  404: 'Not found',
  408: 'Too slow',
  413: 'Too large',
  422: 'It cannot be done',
  423: 'Locked',
  429: 'Too many requests',
  500: 'Fault of the node',
  503: 'Not available now',
  504: 'Not in time',
}

export const statusOf = (code: FailureCode): number =>
  statusOfCode[code] ?? statusOfExit[failures[code].exit]

export function problemOf(failure: Failure): Problem {
  const { code, message, facts } = failure
  const status = statusOf(code)
  const title = titles[status] ?? 'It cannot be done'
  return { title, status, code, detail: message, hint: hintIn(message), facts: { ...facts } }
}

/**
 * The part of a failure's sentence that says how to mend it. Sentences read "what (why): how"; a colon
 * within brackets or quotes belongs to what is quoted.
 */
export function hintIn(message: string): string {
  let depth = 0
  let isQuoted = false
  for (const [at, sign] of [...message].entries()) {
    if (sign === '"') isQuoted = !isQuoted
    else if (sign === '(') depth++
    else if (sign === ')') depth = Math.max(0, depth - 1)
    else if (sign === ':' && depth === 0 && !isQuoted) {
      const rest = [...message].slice(at + 1).join('')
      if (rest.startsWith(' ')) return rest.trim()
    }
  }
  return 'Compare what was asked with /docs.'
}

/** A failure whose code this build does not know. */
export class ForeignFailure extends Error {
  readonly code: string
  readonly exitCode: number

  constructor(code: string, message: string, exitCode: number) {
    super(message)
    this.name = 'ForeignFailure'
    this.code = code
    this.exitCode = exitCode
  }
}

const isKnown = (code: string): code is FailureCode => Object.hasOwn(failures, code)

/** The failure that an answer with this status and body tells of; undefined when it is no problem of ours. */
export function failureOf(status: number, body: unknown): Failure | ForeignFailure | undefined {
  const { code, detail, facts } = (body ?? {}) as Partial<Problem>
  if (typeof code !== 'string' || typeof detail !== 'string') return undefined
  if (isKnown(code)) {
    try {
      const made = new Failure(code, facts as never)
      if (made.message === detail) return made
    } catch {
      // The facts are of another version: its own sentence is the better one.
    }
  }
  const exit = (Object.keys(statusOfExit) as Exit[]).find((at) => statusOfExit[at] === status)
  return new ForeignFailure(code, detail, exitCodes[exit ?? 'failure'])
}
