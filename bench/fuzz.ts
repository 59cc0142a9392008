// The long fuzzing run: mutated wire messages and lies of all protocols through their codecs into a
// whole node, and mutated ratings files through the reader. Ends with 1 and the seed when anything
// throws. `npm run fuzz -- --runs 1000000 --files 10000 --json`
import { parseArgs } from 'node:util'
import { protocols } from '../src/node/message.ts'
import { fuzzNode } from '../test/fuzz/node-fuzz.ts'
import { fuzzRatingFiles } from '../test/trustchain/rating-file/fuzz.ts'
import { progress, report, type Series } from './report.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '1000000' },
    files: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const [runs, files, seed] = [Number(values.runs), Number(values.files), Number(values.seed)]

progress(`seed ${seed}: ${runs} messages, ${files} ratings files`)
const fromFiles = performance.now()
const { refused } = fuzzRatingFiles(files, seed)
const fileSeconds = (performance.now() - fromFiles) / 1_000
const fromMessages = performance.now()
const outcome = fuzzNode(runs, seed, (behind) => progress(`${behind} of ${runs} messages`))
const messageSeconds = (performance.now() - fromMessages) / 1_000

const params = { seed, runs }
const count = (name: string, value: number): Series => ({
  ...{ name, unit: 'count', values: [value], params },
})
report(
  [
    { name: 'mutated messages', unit: '1/s', values: [runs / messageSeconds], params },
    ...protocols.flatMap((protocol) => [
      count(`${protocol}: taken by the node`, outcome.accepted[protocol]),
      count(`${protocol}: refused by the codec`, outcome.refused[protocol]),
    ]),
    count('of them lies in good form', outcome.lies),
    count('messages that the node sent', outcome.sent),
    count('writes that it made', outcome.persisted),
    count('contacts that it holds', outcome.contacts),
    count('entries that it holds', outcome.entries),
    { name: 'memory after a tenth', unit: 'MiB', values: [outcome.rssMiB[0]], params },
    { name: 'memory at the end', unit: 'MiB', values: [outcome.rssMiB[1]], params },
    {
      ...{ name: 'mutated ratings files', unit: '1/s', values: [files / fileSeconds] },
      params: { seed, files, refused },
    },
  ],
  values.json,
)
