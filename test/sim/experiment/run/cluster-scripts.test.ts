// The scripts for Slurm and GNU parallel, run by a real shell with another program in our place.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import {
  manifestOf,
  parallelScript,
  slurmScript,
} from '../../../../src/sim/experiment/run/cluster-scripts.ts'
import { runOf } from './results.ts'

const planned = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ run: runOf({ index, seed: index }), fingerprint: `print-${index}`, bytes: 2 ** 20 },
  }))

/** Indices that the tasks of a job array run, in order. */
function indicesOf(script: string): number[] {
  const [, last] = /--array=0-(\d+)/.exec(script)!
  const tasks = [0, 1, Number(last)]
  return tasks.flatMap((task) =>
    execFileSync('bash', ['--norc', '-c', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, SLURM_ARRAY_TASK_ID: String(task), TRUSTNET: 'echo' },
      encoding: 'utf8',
    })
      .trimEnd()
      .split('\n')
      .map((line) => Number(/--index (\d+)/.exec(line)![1])),
  )
}

describe('the job array', () => {
  test('has a task a run', () => {
    expect(indicesOf(slurmScript(planned(3), 'a flood'))).toEqual([0, 1, 2])
  })

  test('has several runs a task where Slurm allows no more tasks, down to the very last', () => {
    const script = slurmScript(planned(2_500), 'a flood')
    expect(script).toContain('--array=0-833')
    expect(indicesOf(script)).toEqual([0, 1, 2, 3, 4, 5, 2_499])
  })

  test('ends with 1 when a run fails, after it has tried the others', () => {
    const script = slurmScript(planned(1), 'a flood')
    expect(() =>
      execFileSync('bash', ['--norc', '-c', script], {
        stdio: 'ignore',
        env: { PATH: process.env.PATH, TRUSTNET: 'false' },
      }),
    ).toThrow(expect.objectContaining({ status: 1 }))
  })

  test('has a name that Slurm takes', () => {
    expect(slurmScript(planned(1), '-Ein "Name"\n')).toContain('--job-name=trustnet-Ein-Name\n')
  })
})

test('the script for GNU parallel is a shell script over all runs', () => {
  const script = parallelScript(planned(12))
  execFileSync('sh', ['-n', '-c', script])
  expect(script).toContain('seq 0 11 | parallel')
})

test('the manifest names each run, its memory and its file', () => {
  expect(manifestOf(planned(2)).split('\n')).toEqual([
    'index,router,seed,memoryMiB,fingerprint',
    '0,pastry,0,1,print-0',
    '1,pastry,1,1,print-1',
    '',
  ])
})
