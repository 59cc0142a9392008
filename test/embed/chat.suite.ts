// The example chat as people run it: two terminals, lines in both directions, and both leave by
// themselves.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import { until } from '../live/harness.ts'

const entry = join(import.meta.dirname, '..', '..', 'examples', 'chat', 'main.ts')
const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

/** A terminal with the chat in it. */
function terminal(...args: string[]) {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  running.push(child)
  const printed: string[] = []
  createInterface({ input: child.stdout! }).on('line', (line) => printed.push(line))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    ended,
    type: (line: string) => child.stdin!.write(`${line}\n`),
    prints: (claim: string, form: RegExp) =>
      until(
        claim,
        () => printed,
        (lines) => lines.some((line) => form.test(line)),
      ).then((lines) => lines.find((line) => form.test(line))!),
    /** Types a line until an answer has this form: people come and go. */
    async until(line: string, form: RegExp) {
      await until(
        `${line} is answered with ${form}`,
        async () => {
          const before = printed.length
          child.stdin!.write(`${line}\n`)
          await until(
            'an answer',
            () => printed.length,
            (count) => count > before,
          )
          return printed.slice(before)
        },
        (lines) => lines.some((answer) => form.test(answer)),
      )
    },
  }
}

test('two people talk, rate each other and leave', async () => {
  const ada = terminal('--name', 'ada')
  const invite = (await ada.prints('the invite', /^join with: /)).replace('join with: ', '')
  const ben = terminal('--name', 'ben', '--join', invite)
  await ben.until('hello ada', /\(1 got it\)/)
  await ada.prints('the line of ben', /^ben: hello ada$/)
  await ada.until('/trust ben 0.8', /rated/)
  await ada.until('/who', /ben \(alive, trust 0\.8\)/)
  await ada.until('/trust nobody 1', /nobody/)
  await ada.until('hello ben', /\(1 got it\)/)
  await ben.prints('the line of ada', /^ada: hello ben$/)
  ben.type('/quit')
  expect(await ben.ended).toBe(0)
  ada.type('/quit')
  expect(await ada.ended).toBe(0)
})
