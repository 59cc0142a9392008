// `--set a.b=c`: one field of a scenario replaced from the command line, its value read as YAML, so
// that numbers, lists and mappings can be given. A sweep over a field that is set is left out.
import { Failure } from '../../core/failure.ts'
import { type At, type Located, locatedOf, parseLocated, plainOf } from './read-scenario-text.ts'

export interface Setting {
  readonly path: readonly string[]
  readonly value: Located
  readonly at: At
}

/**
 * One `--set` as typed. Of `sweep.attack.fraction=[0.1, 0.2]` all behind `sweep.` is one name, as in
 * the file.
 *
 * @throws Failure `experiment/bad-set`
 */
export function parseSetting(text: string): Setting {
  const equals = text.indexOf('=')
  const name = text.slice(0, Math.max(equals, 0)).trim()
  if (equals < 0) throw new Failure('experiment/bad-set', { text, why: 'it has no =' })
  const segments = name.startsWith('sweep.') ? ['sweep', name.slice(6)] : name.split('.')
  if (segments.some((segment) => !/^[\w.-]+$/.test(segment) || segment === '__proto__'))
    throw new Failure('experiment/bad-set', { text, why: `"${name}" is no path of a field` })
  const at = `--set ${text}`
  const written = text.slice(equals + 1).trim()
  return { path: segments, value: valueAsYaml(written, text, at), at }
}

function valueAsYaml(written: string, text: string, at: At): Located {
  if (written === '') return locatedOf(null, at)
  try {
    return locatedOf(plainOf(parseLocated(written, 'value')), at)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw new Failure('experiment/bad-set', { text, why: 'its value is no YAML' })
  }
}

/**
 * The tree with one field replaced; missing mappings on the way are made, a bare name becomes the
 * mapping that it stands for. In a list a segment is an index or the name of its entries.
 */
export function withField(
  located: Located,
  path: readonly string[],
  value: Located,
  at: At,
  parent = '',
): Located {
  const [head, ...rest] = path
  if (head === undefined) return value
  if (located.is === 'list') {
    const isMeant = (item: Located, i: number) => String(i) === head || nameOf(item) === head
    if (!located.items.some(isMeant))
      throw new Failure('experiment/bad-set', {
        text: at.replace(/^--set /, ''),
        why: `"${head}" is none of ${located.items.map((item, i) => nameOf(item) ?? i).join(', ')}`,
      })
    return {
      ...located,
      items: located.items.map((item, i) =>
        isMeant(item, i) ? withField(item, rest, value, at, 'name') : item,
      ),
    }
  }
  const whole = mappingOf(located, parent === 'name' ? 'name' : 'kind', at)
  const entries = new Map(whole.entries)
  const found = entries.get(head)
  const inner = found?.value ?? locatedOf({}, at)
  entries.set(head, { at, value: withField(inner, rest, value, at, head) })
  return { ...whole, entries }
}

type Mapping = Extract<Located, { is: 'mapping' }>

/** `kademlia` means { name: kademlia }, `none` means { kind: none }. */
function mappingOf(located: Located, tag: string, at: At): Mapping {
  if (located.is === 'mapping') return located
  const { value } = located as Extract<Located, { is: 'scalar' }>
  return {
    ...{ is: 'mapping', at: located.at },
    entries: new Map(typeof value === 'string' ? [[tag, { at: located.at, value: located }]] : []),
    ...(located.is === 'scalar' && value === null ? { at } : {}),
  }
}

/** The name of a router in a list, bare or in a mapping. */
export function nameOf(item: Located): string | undefined {
  const name = item.is === 'mapping' ? item.entries.get('name')?.value : item
  return name?.is === 'scalar' && typeof name.value === 'string' ? name.value : undefined
}

/** All settings put into the tree, one after another. */
export function withSettings(located: Located, settings: readonly Setting[]): Located {
  // A text that is no mapping stays what it is: its reader says so.
  if (located.is !== 'mapping') return located
  return settings.reduce<Located>((tree, { path, value, at }) => {
    const set = withField(tree, path, value, at)
    return path[0] === 'sweep' ? set : withoutSweepOf(set, path.join('.'))
  }, located)
}

/** What is set is no longer varied: neither the field itself nor fields inside it. */
function withoutSweepOf(located: Located, path: string): Located {
  if (located.is !== 'mapping') return located
  const sweep = located.entries.get('sweep')
  if (sweep?.value.is !== 'mapping') return located
  const kept = [...sweep.value.entries].filter(
    ([swept]) => swept !== path && !swept.startsWith(`${path}.`),
  )
  if (kept.length === sweep.value.entries.size) return located
  const value: Located = { ...sweep.value, entries: new Map(kept) }
  return { ...located, entries: new Map(located.entries).set('sweep', { ...sweep, value }) }
}
