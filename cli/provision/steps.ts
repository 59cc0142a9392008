// The steps of a longer command, told as they are done: a tick a line for people, a line of JSON with
// --json, so that another trustnet (over ssh) can tell them on.
import { styleText } from 'node:util'

export interface StepDone {
  readonly event: 'step'
  readonly step: string
  readonly says: string
}

export interface Steps {
  /** Does one step; what it returns as `says` stands beside its tick. */
  step<T extends { readonly says: string }>(name: string, act: () => Promise<T>): Promise<T>
  /** Tells a step that somebody else did. */
  told(done: StepDone): void
}

export function steps(json: boolean, line: (answer: object) => void): Steps {
  const told = (done: StepDone): void => {
    if (json) return line(done)
    const tick = styleText('green', '✓', { stream: process.stderr })
    process.stderr.write(`${tick} ${done.step.padEnd(10)} ${done.says}\n`)
  }
  return {
    told,
    async step(name, act) {
      try {
        const done = await act()
        told({ event: 'step', step: name, says: done.says })
        return done
      } catch (error) {
        const cross = styleText('red', '✗', { stream: process.stderr })
        if (!json) process.stderr.write(`${cross} ${name}\n`)
        throw error
      }
    },
  }
}
