// What makes a folder with a plan run on many machines: a manifest with one row a run, a job array
// for Slurm and a script for GNU parallel. Each task is `experiment run --manifest --index`, which
// skips what is done, so that either may simply be started again.
import type { RunSpec } from '../scenario.ts'
import { csvOf } from './csv.ts'
import { type ResultTable, tableOf } from './result-table.ts'

/** Slurm's MaxArraySize is 1001 unless its administrator changed it: indices 0 to 1000. */
const arrayTasksMax = 1_000

export interface ManifestRun {
  readonly run: RunSpec
  readonly fingerprint: string
  /** Memory that it will take, about. */
  readonly bytes: number
}

/** One row a run: index, router, seed and what is varied as in the results, then what it takes. */
export function manifestOf(planned: readonly ManifestRun[]): string {
  const runs = planned.map(({ run }) => run)
  const nothing = {
    ...{ lookups: 0, endings: {}, hops: [], messages: 0, contamination: {}, bytesPerNode: 0 },
  }
  const empty = tableOf(
    runs,
    runs.map((run) => ({ run, measurement: nothing })),
  )
  // What is measured begins with the lookups.
  const figures = empty.columns.findIndex(({ name }) => name === 'lookups')
  const manifest: ResultTable = {
    columns: [
      ...empty.columns.slice(0, figures),
      { name: 'memoryMiB', type: 'integer' },
      { name: 'fingerprint', type: 'text' },
    ],
    rows: empty.rows.map((row, at) => [
      ...row.slice(0, figures),
      mebibytesOf(planned[at]!.bytes),
      planned[at]!.fingerprint,
    ]),
  }
  return csvOf(manifest)
}

const mebibytesOf = (bytes: number): number => Math.ceil(bytes / 2 ** 20)

/** Node itself and what our estimates leave out. */
const marginMebibytes = 512

const largestOf = (planned: readonly ManifestRun[]): number =>
  marginMebibytes + planned.reduce((most, { bytes }) => Math.max(most, mebibytesOf(bytes)), 0)

/** `job.sbatch`: a job array over all runs; a task takes several where there are very many. */
export function slurmScript(planned: readonly ManifestRun[], name: string): string {
  const count = planned.length
  const each = Math.max(1, Math.ceil(count / arrayTasksMax))
  const tasks = Math.max(1, Math.ceil(count / each))
  return `#!/bin/bash
# ${count} runs as a Slurm job array of ${tasks} tasks, ${each} a task. From within this folder:
#   sbatch job.sbatch
# and when all are done: npx trustnet experiment merge .
# Started again, it runs only what is missing. TRUSTNET names the program where npx does not find it.
#SBATCH --job-name=${jobName(name)}
#SBATCH --array=0-${tasks - 1}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=${largestOf(planned)}M
#SBATCH --output=logs/%a.out
cd "\${SLURM_SUBMIT_DIR:-.}" || exit 1
first=$((\${SLURM_ARRAY_TASK_ID:-0} * ${each}))
last=$((first + ${each - 1}))
if [ "$last" -ge ${count} ]; then last=${count - 1}; fi
status=0
for index in $(seq "$first" "$last"); do
  \${TRUSTNET:-npx trustnet} experiment run --manifest manifest.csv --index "$index" --json || status=1
done
exit "$status"
`
}

/** A job's name as Slurm shows it: letters, digits, hyphens. */
const jobName = (name: string): string =>
  `trustnet-${name.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '') || 'experiment'}`

/** `parallel.sh`: all runs with GNU parallel on this machine, or on others with its own options. */
export function parallelScript(planned: readonly ManifestRun[]): string {
  return `#!/bin/sh
# ${planned.length} runs with GNU parallel, then the tables. Started again, it runs only what is missing.
# JOBS sets how many run at a time (a run takes up to about ${largestOf(planned)} MiB); further arguments go to
# parallel, such as --sshloginfile hosts. TRUSTNET names the program where npx does not find it.
cd "$(dirname "$0")" || exit 1
TRUSTNET="\${TRUSTNET:-npx trustnet}"
status=0
seq 0 ${planned.length - 1} | parallel --jobs "\${JOBS:-100%}" --memfree ${largestOf(planned)}M --workdir . "$@" \\
  "$TRUSTNET experiment run --manifest manifest.csv --index {} --json" || status=1
$TRUSTNET experiment merge . || status=1
exit "$status"
`
}
