// A failure on its way over HTTP and back: `{error: {code, message, facts}}` with a status that says
// the same to those who do not read bodies. The client makes the very Failure again, so that a
// command ends with the sentence and exit code that the node meant; a code that only a newer node
// knows still brings its sentence.
import { Failure, type FailureCode, failures } from '../core/failure.ts'
import { type Exit, exitCodes } from '../core/failure-entry.ts'

export interface Problem {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly facts: Readonly<Record<string, unknown>>
  }
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
  'api/too-large': 413,
  'api/internal': 500,
  'node/stopping': 503,
}

export const statusOf = (code: FailureCode): number =>
  statusOfCode[code] ?? statusOfExit[failures[code].exit]

export const problemOf = (failure: Failure): Problem => ({
  error: { code: failure.code, message: failure.message, facts: { ...failure.facts } },
})

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
  const error = (body as Partial<Problem> | null)?.error
  if (typeof error?.code !== 'string' || typeof error.message !== 'string') return undefined
  if (isKnown(error.code)) {
    try {
      const made = new Failure(error.code, error.facts as never)
      if (made.message === error.message) return made
    } catch {
      // The facts are of another version: its own sentence is the better one.
    }
  }
  const exit = (Object.keys(statusOfExit) as Exit[]).find((at) => statusOfExit[at] === status)
  return new ForeignFailure(error.code, error.message, exitCodes[exit ?? 'failure'])
}
