// Failures over HTTP and back, and the file by which the command line finds a node.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  connectionFile,
  newToken,
  readConnection,
  removeConnection,
  writeConnection,
} from '../../src/api/connection-file.ts'
import { eventsOf, eventText } from '../../src/api/event-stream.ts'
import { failureOf, hintIn, problemOf, statusOf } from '../../src/api/problem.ts'
import { Failure } from '../../src/core/failure.ts'

describe('a failure over HTTP', () => {
  test('is the same failure on the other side', () => {
    const sent = new Failure('peer/ambiguous', { name: 'ab', matches: ['abcd', 'abce'] })
    const got = failureOf(statusOf(sent.code), JSON.parse(JSON.stringify(problemOf(sent))))
    expect(got).toBeInstanceOf(Failure)
    expect([got?.code, got?.message, got?.exitCode]).toEqual([sent.code, sent.message, 2])
  })

  test('of a code that only a newer node knows keeps its sentence and kind', () => {
    const problem = { code: 'future/thing', detail: 'Not today.', facts: {} }
    expect(failureOf(504, problem)).toMatchObject({ ...{ code: 'future/thing' }, exitCode: 4 })
    expect(failureOf(504, problem)?.message).toBe('Not today.')
    expect(failureOf(418, problem)?.exitCode).toBe(1)
  })

  test('with the facts of another version keeps its own sentence', () => {
    const problem = { code: 'peer/ambiguous', detail: 'Which one?', facts: {} }
    expect(failureOf(400, problem)?.message).toBe('Which one?')
  })

  test('is not read into what is none', () => {
    for (const body of [null, undefined, 1, 'x', [], {}, { code: null }, { code: 'a', detail: 1 }])
      expect(failureOf(500, body)).toBeUndefined()
  })

  test('has the part that mends it as its hint', () => {
    const hint = (failure: Failure): string => problemOf(failure).hint
    expect(hint(new Failure('node/stopping', {}))).toMatch(/^it answers nothing more/)
    expect(hint(new Failure('api/bad-request', { why: 'peer: too short' }))).toBe(
      'compare it with the documentation.',
    )
    expect(
      hint(new Failure('devnet/bad-ratings', { line: 1, text: 'a: b', names: ['n1'] })),
    ).toMatch(/^write lines such as/)
    expect(hintIn('There is no hint.')).toBe('Compare what was asked with /docs.')
  })
})

describe('api.json', () => {
  test('is written with mode 0600 and read back while its process lives', async () => {
    const home = await mkdtemp(join(tmpdir(), 'trustnet-api-'))
    // A file left open to all by something else does not keep its rights.
    await writeFile(connectionFile(home), '{}', { mode: 0o666 })
    const connection = { url: 'http://127.0.0.1:1', token: newToken(), pid: process.pid }
    await writeConnection(home, connection)
    expect((await stat(connectionFile(home))).mode & 0o777).toBe(0o600)
    expect(await readConnection(home)).toEqual(connection)
    await removeConnection(home)
    expect(await readConnection(home)).toBeUndefined()
    await rm(home, { recursive: true })
  })

  test('of a dead process, cut or of another shape counts as none', async () => {
    const home = await mkdtemp(join(tmpdir(), 'trustnet-api-'))
    for (const text of ['', '{', '[]', 'null', '{"url":1}', '{"url":"u","token":"t","pid":0}']) {
      await writeFile(connectionFile(home), text)
      expect(await readConnection(home)).toBeUndefined()
    }
    // Beyond the largest pid that Linux gives.
    await writeConnection(home, { url: 'u', token: 't', pid: 2 ** 22 + 1 })
    expect(await readConnection(home)).toBeUndefined()
    await rm(home, { recursive: true })
  })
})

test('events survive being cut anywhere', async () => {
  const sent = [
    { event: 'a', text: 'grüß\n\ndich' },
    { event: 'b', text: 'data: no' },
  ]
  const bytes = new TextEncoder().encode(`: beat\n\n${sent.map(eventText).join('')}`)
  for (let at = 0; at <= bytes.length; at++) {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(bytes.slice(0, at))
        controller.enqueue(bytes.slice(at))
        controller.close()
      },
    })
    const got: unknown[] = []
    for await (const event of eventsOf(body)) got.push(event)
    expect(got).toEqual(sent)
  }
})
