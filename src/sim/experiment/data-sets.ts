// Public data sets that presets use: under which name their publishers give them, and where a copy
// may lie. They are not shipped, since they are not ours to give.

interface DataSet {
  /** The folder in which copies of several are kept apart. */
  readonly folder: string
  /** How to get it, as half a sentence. */
  readonly source: string
}

const snap = (name: string): string =>
  `get it as ${name} from SNAP (Stanford Large Network Dataset Collection)`

/** By the name of the file. */
const dataSets: Readonly<Record<string, DataSet>> = {
  'soc-sign-bitcoinotc.csv': { folder: 'bitcoin-otc', source: snap('soc-sign-bitcoin-otc') },
  'soc-sign-bitcoinalpha.csv': { folder: 'bitcoin-alpha', source: snap('soc-sign-bitcoin-alpha') },
  'facebook_combined.txt': { folder: 'facebook-ego', source: snap('ego-Facebook') },
  'out.advogato': {
    folder: 'advogato',
    source: 'get it as advogato from KONECT (The Koblenz Network Collection)',
  },
  'PGPgiantcompo.graph': {
    folder: 'pgp',
    source:
      'get it as PGPgiantcompo in METIS form from the clustering instances of the 10th DIMACS Implementation Challenge',
  },
}

/** How to get a data set, as half a sentence; '' of a file that is none of them. */
export const sourceOf = (file: string): string =>
  Object.hasOwn(dataSets, file) ? dataSets[file]!.source : ''

/**
 * Where a graph file may lie, the likeliest first: seen from the scenario; a known data set also in a
 * folder `data` there, in the project and beside it. Packed with gzip each may end in .gz.
 *
 * @param base folder of the scenario
 * @param project folder of trustnet
 */
export function placesOf(file: string, base: string, project: string): readonly string[] {
  const isAbsolute = /^([\\/]|[A-Za-z]:)/.test(file)
  const plain = isAbsolute ? [file] : [`${base}/${file}`]
  if (Object.hasOwn(dataSets, file))
    for (const data of [`${base}/data`, `${project}/data`, `${project}/../shared/data`])
      plain.push(`${data}/${file}`, `${data}/${dataSets[file]!.folder}/${file}`)
  return plain.flatMap((place) => [place, `${place}.gz`])
}

/** The folders that were looked in, for the sentence that says so. */
export const foldersOf = (places: readonly string[]): readonly string[] => [
  ...new Set(places.map((place) => place.slice(0, Math.max(1, place.search(/[\\/][^\\/]*$/))))),
]
