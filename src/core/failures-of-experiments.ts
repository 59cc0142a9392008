// What can be wrong with experiments: presets, scenario files, data sets, results.
// See failure.ts for how these become errors.
import { entry } from './failure-entry.ts'

/** One thing wrong in a scenario: where it stands, which field it is, and what would be right. */
export interface ScenarioProblem {
  /** `line 3, column 8`, or the `--set …` that brought it. */
  readonly at: string
  /** Names of the fields from the top, such as `attack.fraction`; '' for the whole scenario. */
  readonly path: string
  /** A sentence with the allowed values. */
  readonly why: string
}

/** More would scroll the first one, which mostly causes the others, off the screen. */
const problemsShown = 8

const told = ({ at, path, why }: ScenarioProblem): string =>
  `${at}: ${path === '' ? '' : `${path}: `}${why}`

function broken(file: string, problems: readonly ScenarioProblem[]): string {
  const [first] = problems
  if (problems.length === 1) return `${file}, ${told(first!)}`
  const more = problems.length - problemsShown
  return [
    `${file} has ${problems.length} mistakes:`,
    ...problems.slice(0, problemsShown).map((problem) => `  ${told(problem)}`),
    ...(more > 0 ? [`  and ${more} more.`] : []),
  ].join('\n')
}

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

const perhaps = (near: readonly string[]): string =>
  near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`

export const failuresOfExperiments = {
  'experiment/unknown-preset': entry<{
    name: string
    known: readonly string[]
    near: readonly string[]
  }>(
    'usage',
    (f) =>
      `"${f.name}" is no preset and no file that is there: presets are ${f.known.join(', ')}.${perhaps(f.near)} 'trustnet experiment list' says what each one asks.`,
  ),
  'experiment/unreadable': entry<{ file: string; why: string }>(
    'failure',
    (f) => `${f.file} cannot be read (${f.why}): check its name and rights.`,
  ),
  'experiment/broken-scenario': entry<{
    file: string
    problems: readonly ScenarioProblem[]
  }>('usage', (f) => broken(f.file, f.problems)),
  'experiment/bad-set': entry<{ text: string; why: string }>(
    'usage',
    (f) =>
      `--set ${f.text} cannot be used (${f.why}): write a field's path, = and a value, such as --set attack.fraction=0.3.`,
  ),
  'experiment/no-data': entry<{
    file: string
    /** How to get it, as half a sentence; '' of a file that we do not know. */
    source: string
    tried: readonly string[]
    /** Where the scenario names it, such as `mine.yaml, line 2, column 10: graph.file`. */
    at?: string | undefined
  }>(
    'usage',
    (f) =>
      `${f.at === undefined ? '' : `${f.at}: `}The graph's file ${f.file} is not there (looked in ${f.tried.join(', ')}): ${f.source === '' ? 'check its name' : f.source}, or name it with --set graph.file=PATH.`,
  ),
  /** A scenario that reads well and cannot be run: `path` names the field, `why` is a sentence that mends it. */
  'experiment/cannot-run': entry<{ path: string; why: string }>(
    'usage',
    (f) => `${f.path}: ${f.why}`,
  ),
  // Running
  'experiment/results-there': entry<{ folder: string; finished: number }>(
    'usage',
    (f) =>
      `${f.folder} holds ${f.finished} finished runs already: add --resume to run only what is missing, or give another --out.`,
  ),
  'experiment/too-large': entry<{ run: string; needBytes: number; haveBytes: number }>(
    'failure',
    (f) =>
      `${f.run} needs about ${gibibytes(f.needBytes)} of memory and ${gibibytes(f.haveBytes)} are to be had: take fewer nodes, or a larger machine (--memory GIB sets what may be used).`,
  ),
  'experiment/runs-failed': entry<{ failed: number; runs: number; run: string; why: string }>(
    'failure',
    (f) =>
      `${f.failed} of ${f.runs} runs failed, the first one at ${f.run}: ${f.why} What finished is kept; --resume tries the rest again.`,
  ),
  'experiment/bad-module': entry<{ file: string; why: string }>(
    'usage',
    (f) =>
      `The module ${f.file} cannot be used (${f.why}): see docs/experiments.md for what its default export must be.`,
  ),
  'experiment/no-module': entry<{ file: string; place: string }>(
    'usage',
    (f) =>
      `The module ${f.file} is not there (looked at ${f.place}): check its name, which is seen from the scenario file.`,
  ),
  'experiment/no-plan': entry<{ folder: string; why: string }>(
    'usage',
    (f) =>
      `${f.folder} holds no experiment (${f.why}): give a folder that 'experiment run --out' or 'experiment plan --out' wrote.`,
  ),
  'experiment/no-such-run': entry<{ index: number; runs: number }>(
    'usage',
    (f) => `There is no run ${f.index}: the manifest has runs 0 to ${f.runs - 1}.`,
  ),
  'experiment/unfinished': entry<{ folder: string; missing: number; runs: number }>(
    'failure',
    (f) =>
      `${f.missing} of the ${f.runs} runs in ${f.folder} are missing: run them again, then merge. The tables hold those that are done.`,
  ),
  'experiment/unwritable': entry<{ folder: string; why: string }>(
    'failure',
    (f) =>
      `${f.folder} cannot be written to (${f.why}): check its rights and the room on its disk.`,
  ),
  'experiment/file-damaged': entry<{ file: string; why: string }>(
    'failure',
    (f) => `${f.file} is not what a run writes (${f.why}): delete it and run again with --resume.`,
  ),
} as const
