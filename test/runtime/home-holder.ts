// The child process of the lock tests. `hold`: takes the home, says so and keeps it until stdin ends.
// `struggle`: takes and frees it over and over and, when its dice say so, dies by kill -9 inside.
import { randomInt } from 'node:crypto'
import { existsSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Failure } from '../../src/core/failure.ts'
import { openHome } from '../../src/runtime/home/home.ts'

const [folder, way] = process.argv.slice(2) as [string, string]
const say = (text: string) => writeSync(1, `${text}\n`)

if (way === 'hold')
  try {
    const home = await openHome(folder)
    say(`holds ${process.pid}`)
    process.stdin.resume().on('end', () => {
      void home.close().then(() => say('freed'))
    })
  } catch (error) {
    const failure = error as Failure<'home/locked'>
    say(`${failure.code} ${failure.facts.pid}`)
    process.exit(failure.exitCode)
  }

/** Others that are inside at this moment: their marks are there and their processes alive. */
const othersInside = (inside: string): string[] =>
  readdirSync(inside).filter((pid) => pid !== String(process.pid) && isAlive(Number(pid)))

function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false
  const state = /\) (\w)/.exec(readState(pid))?.[1]
  return state !== undefined && state !== 'Z' && state !== 'X'
}

function readState(pid: number): string {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}

if (way === 'struggle') {
  const inside = join(folder, 'inside')
  const mark = join(inside, String(process.pid))
  for (let taken = 0; taken < 12; ) {
    const home = await openHome(folder).catch((error: Failure) => {
      if (error.code !== 'home/locked') say(`WRONG ${error.message}`)
      return undefined
    })
    if (home === undefined) {
      await wait(randomInt(3))
      continue
    }
    taken++
    writeFileSync(mark, '')
    const others = othersInside(inside)
    if (others.length > 0) say(`WRONG ${process.pid} is inside with ${others.join(' ')}`)
    else say('taken')
    await wait(randomInt(3))
    if (randomInt(4) === 0) process.kill(process.pid, 'SIGKILL')
    rmSync(mark)
    await home.close()
  }
}
