// Arguments and flags that several commands share.
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { Failure } from '../src/core/failure.ts'
import { parallelRoutesMax } from '../src/core/limits.ts'

const peer = {
  description: "a PeerId, a node id or its unique prefix, a petname, or an owner's name",
  // Without this oclif waits for standard input where an argument is missing.
  ignoreStdin: true,
} as const

export const peerArgument = Args.string({ ...peer, required: true })
export const optionalPeerArgument = Args.string(peer)

export const keyArgument = Args.string({
  required: true,
  parse: async (text) => {
    if (text === '') throw new Failure('route/empty-key', {})
    return text
  },
  ignoreStdin: true,
  description: '32 hex digits are a position on the ring, any other text is hashed to one',
})

export const textArgument = Args.string({
  required: true,
  ignoreStdin: true,
  description: 'what to send; - reads standard input',
})

export const overlayFlag = Flags.string({
  description: "the overlay; the node's first unless given",
  helpValue: 'NAME',
})

export const reasonFlag = Flags.string({
  description: 'one line that everybody can read beside the rating',
  helpValue: 'TEXT',
})

export const waitFlag = Flags.boolean({
  description: 'return when the rating is final in a block (--timeout says how long to wait)',
})

export const routesFlag = Flags.integer({
  description: 'parallel routes over distinct first hops [default: 1, under trustnet 4]',
  min: 1,
  max: parallelRoutesMax,
})

export const authorFlags = {
  author: Flags.string({
    description: 'ratings of this author; your own unless given',
    helpValue: 'PEER',
    exclusive: ['all'],
  }),
  all: Flags.boolean({ description: 'ratings of all authors' }),
  limit: Flags.integer({ description: 'how many at most', default: 1_000, min: 1 }),
}

/** `-.5` means -0.5; oclif would read it as a flag. */
export const withLeadingZero = (argv: readonly string[]): string[] =>
  argv.map((word) => (/^-\.\d/.test(word) ? `-0${word.slice(1)}` : word))
