// A failure to listen as people read it: libp2p's error carries the stack trace of every address, and
// advice on its own options.
import { Failure } from '../../core/failure.ts'
import { whyNotListening } from '../../core/listen-reasons.ts'

/** @param listen the multiaddrs that were asked for */
export const cannotListen = (
  listen: readonly string[],
  { message }: Error,
): Failure<'transport/cannot-listen'> =>
  new Failure('transport/cannot-listen', { listen, why: whyIn(message, listen.length) })

/** A line for each address that failed; those of its stack trace stand further in. */
const failedAddress = /^ {2}(\/\S+): (.*)$/gm

/** @param asked how many addresses; of one it is clear which failed */
function whyIn(message: string, asked: number): string {
  const failed = [...message.matchAll(failedAddress)].map(([, address = '', said = '']) => {
    const code = /\bE[A-Z]{3,}\b/.exec(said)?.[0]
    return { address, why: code === undefined ? said : whyNotListening(code) }
  })
  if (failed.length === 0) return message.split('\n', 1)[0]!
  return asked === 1
    ? failed[0]!.why
    : failed.map(({ address, why }) => `${address}: ${why}`).join('; ')
}
