// One process on a home at a time: real processes, real kill -9, and takers that race.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openHome } from '../../src/runtime/home/home.ts'
import { lockHome } from '../../src/runtime/home/lock.ts'
import { isRunning, ownMark } from '../../src/runtime/home/process-mark.ts'

const holder = join(import.meta.dirname, 'home-holder.ts')
let folder = ''
const children = new Set<ChildProcess>()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trustnet-lock-'))
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
  rmSync(folder, { recursive: true, force: true })
})

interface Child {
  readonly pid: number
  readonly process: ChildProcess
  /** The next line that it says; undefined at its end. */
  readonly says: () => Promise<string | undefined>
  readonly ended: Promise<number | string>
}

function started(way: 'hold' | 'struggle'): Child {
  const child = spawn(process.execPath, [holder, folder, way], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.add(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<number | string>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'gone')),
  )
  return { pid: child.pid!, process: child, says: async () => (await lines.next()).value, ended }
}

async function allLines(child: Child): Promise<string[]> {
  const lines: string[] = []
  for (let line = await child.says(); line !== undefined; line = await child.says())
    lines.push(line)
  return lines
}

describe('a home that is held', () => {
  test('is refused to a second process, with the pid of the holder and exit code 5', async () => {
    const first = started('hold')
    expect(await first.says()).toBe(`holds ${first.pid}`)
    const second = started('hold')
    expect(await second.says()).toBe(`home/locked ${first.pid}`)
    expect(await second.ended).toBe(5)
    await expect(openHome(folder)).rejects.toMatchObject({
      code: 'home/locked',
      facts: { folder, pid: first.pid },
      exitCode: 5,
    })
    first.process.stdin!.end()
    expect(await first.says()).toBe('freed')
    await (await openHome(folder)).close()
    expect(await first.ended).toBe(0)
  })

  test('is refused within the same process too, and free once closed', async () => {
    const home = await openHome(folder)
    await expect(openHome(folder)).rejects.toMatchObject({ facts: { pid: process.pid } })
    await home.close()
    await home.close()
    await using again = await openHome(folder)
    await home.close()
    await expect(openHome(folder)).rejects.toMatchObject({ code: 'home/locked' })
    expect(again.folder).toBe(folder)
  })
})

describe('a lock left behind', () => {
  test('by kill -9 goes to exactly one of six takers that come at once', async () => {
    for (let round = 0; round < 3; round++) {
      const first = started('hold')
      expect(await first.says()).toBe(`holds ${first.pid}`)
      first.process.kill('SIGKILL')
      await first.ended
      const takers = Array.from({ length: 6 }, () => started('hold'))
      const said = await Promise.all(takers.map((taker) => taker.says()))
      const winners = said.filter((line) => line?.startsWith('holds'))
      expect(winners).toHaveLength(1)
      const winner = winners[0]!.split(' ')[1]
      expect(said.filter((line) => line === `home/locked ${winner}`)).toHaveLength(5)
      for (const taker of takers) taker.process.kill('SIGKILL')
      await Promise.all(takers.map((taker) => taker.ended))
    }
    await using _home = await openHome(folder)
    expect(readdirSync(folder).filter((name) => name.startsWith('lock'))).toEqual(['lock'])
  })

  test('goes to exactly one of twenty takers whose steps interleave in one process', async () => {
    const dead = { ...ownMark(), pid: 2 ** 22 + 1 }
    for (let round = 0; round < 60; round++) {
      const nonce = String(round).padStart(32, '0')
      writeFileSync(join(folder, 'lock'), JSON.stringify({ ...dead, nonce }))
      const takers = await Promise.allSettled(Array.from({ length: 20 }, () => lockHome(folder)))
      const locks = takers.flatMap((taker) => (taker.status === 'fulfilled' ? [taker.value] : []))
      for (const taker of takers)
        if (taker.status === 'rejected')
          expect(taker.reason).toMatchObject({ code: 'home/locked', facts: { pid: process.pid } })
      expect(locks, `round ${round}`).toHaveLength(1)
      expect(readdirSync(folder)).toEqual(['lock'])
      await locks[0]!.release()
    }
  })

  test('never lets two inside, while four processes take, free and die for seconds', async () => {
    mkdirSync(join(folder, 'inside'))
    const fates: (number | string)[] = []
    let taken = 0
    const runner = async () => {
      for (let life = 0; life < 5; life++) {
        const child = started('struggle')
        const lines = await allLines(child)
        expect(lines.filter((line) => line !== 'taken')).toEqual([])
        taken += lines.length
        fates.push(await child.ended)
      }
    }
    await Promise.all([runner(), runner(), runner(), runner()])
    const killed = fates.filter((fate) => fate === 'SIGKILL').length
    console.log(
      `the home was taken ${taken} times; ${killed} of ${fates.length} holders died inside`,
    )
    expect(killed + fates.filter((fate) => fate === 0).length).toBe(20)
    expect(killed).toBeGreaterThan(0)
  })

  test('of a pid that another process has by now is taken over', async () => {
    const nonce = '0'.repeat(32)
    const mark = { ...ownMark(), nonce }
    writeFileSync(join(folder, 'lock'), JSON.stringify(mark))
    await expect(openHome(folder)).rejects.toMatchObject({ facts: { pid: process.pid } })
    const reused = { ...mark, startTicks: (mark.startTicks ?? 0) - 1 }
    if (mark.startTicks === null) return console.log('skipped: no /proc here to tell a reused pid')
    writeFileSync(join(folder, 'lock'), JSON.stringify(reused))
    await using _home = await openHome(folder)
    expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')).pid).toBe(process.pid)
  })

  test('along a chain of dead takers goes to the living one at its end', async () => {
    const dead = { ...ownMark(), pid: 2 ** 22 + 1 }
    const nonceOf = (n: number) => String(n).repeat(32)
    const write = (name: string, nonce: string, mark = dead) =>
      writeFileSync(join(folder, name), JSON.stringify({ ...mark, nonce }))
    write('lock', nonceOf(1))
    write(`lock.after-${nonceOf(1)}`, nonceOf(2))
    write(`lock.after-${nonceOf(2)}`, nonceOf(3), ownMark())
    await expect(openHome(folder)).rejects.toMatchObject({ facts: { pid: process.pid } })
    write(`lock.after-${nonceOf(2)}`, nonceOf(3))
    await using _home = await openHome(folder)
    expect(readdirSync(folder).sort()).toEqual(['lock', 'store'])
  })

  test('that is no lock is refused by name rather than taken', async () => {
    writeFileSync(join(folder, 'lock'), 'busy')
    await expect(openHome(folder)).rejects.toMatchObject({ code: 'home/malformed' })
  })
})

test('a mark of an earlier boot is of no running process', () => {
  const mark = ownMark()
  expect(isRunning(mark)).toBe(true)
  if (mark.boot === null) return console.log('skipped: no boot id here')
  expect(isRunning({ ...mark, boot: 'another' })).toBe(false)
})
