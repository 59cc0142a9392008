// Verifying ahead changes when the work is done, never the verdict.
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { VerifiedAhead } from '../../src/runtime/ed25519/ahead.ts'
import { signerFrom, verify } from '../../src/runtime/ed25519/fastest.ts'
import { packTasks, unpackTasks, type VerifyTask } from '../../src/runtime/ed25519/verify-tasks.ts'

const signers = [1, 2, 3].map((n) => signerFrom(new Uint8Array(32).fill(n)))
const signed = (n: number, text: string): VerifyTask => {
  const signer = signers[n % 3]!
  return {
    ...{ publicKey: signer.publicKey, message: utf8(text), signature: signer.sign(utf8(text)) },
  }
}

let asked = 0
const counting = new VerifiedAhead((...of) => {
  asked += 1
  return verify(...of)
})
afterAll(() => counting.close())

describe('verifying ahead', () => {
  test('a batch that was looked at is not verified again, each signature once', async () => {
    const tasks = Array.from({ length: 40 }, (_, i) => signed(i, `text ${i}`))
    await counting.ahead(tasks)
    for (const t of tasks) expect(counting.verify(t.publicKey, t.message, t.signature)).toBe(true)
    expect(asked).toBe(0)
    const again = tasks[0]!
    expect(counting.verify(again.publicKey, again.message, again.signature)).toBe(true)
    expect(asked).toBe(1)
  })

  test('another message, another key or a bad signature is judged as without it', async () => {
    const tasks = Array.from({ length: 40 }, (_, i) => signed(i, `claim ${i}`))
    const bad = { ...tasks[1]!, message: utf8('another claim') }
    await counting.ahead([...tasks, bad])
    const [first] = tasks
    expect(counting.verify(first!.publicKey, utf8('other'), first!.signature)).toBe(false)
    expect(counting.verify(signers[2]!.publicKey, first!.message, first!.signature)).toBe(false)
    expect(counting.verify(bad.publicKey, bad.message, bad.signature)).toBe(false)
  })

  test('a key that is too short is not padded into another', async () => {
    const tasks = Array.from({ length: 40 }, (_, i) => signed(i, `long ${i}`))
    const short = { ...tasks[0]!, publicKey: tasks[0]!.publicKey.subarray(0, 31) }
    await counting.ahead([...tasks, short])
    expect(counting.verify(short.publicKey, short.message, short.signature)).toBe(false)
  })

  test('a closed one still verifies', async () => {
    const closed = new VerifiedAhead(verify)
    await closed.close()
    await closed.ahead(Array.from({ length: 40 }, (_, i) => signed(i, 'x')))
    const task = signed(1, 'x')
    expect(closed.verify(task.publicKey, task.message, task.signature)).toBe(true)
  })

  test('tasks survive the way to the thread whatever they hold', () => {
    const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max })
    const task = fc.record({
      publicKey: bytes(32, 32),
      message: bytes(0, 300),
      signature: bytes(64, 64),
    })
    fc.assert(
      fc.property(fc.array(task, { maxLength: 20 }), (tasks) => {
        const got = unpackTasks(packTasks(tasks)).map((t) => [t.publicKey, t.message, t.signature])
        const plain = (list: Uint8Array[][]) => list.map((of) => of.map((b) => [...b]))
        expect(plain(got)).toEqual(plain(tasks.map((t) => [t.publicKey, t.message, t.signature])))
      }),
    )
  })
})
