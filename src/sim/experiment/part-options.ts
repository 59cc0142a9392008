// What routers and attacks have in common, those that are shipped and the user's own: options with
// defaults, the words and bounds that they take, and what is wrong with those that were given.
import { type Bounds, outOfBounds } from '../../core/bounds.ts'

export interface PartOptions<O extends object = object> {
  /** Its options with their defaults, which a scenario may set each: what their types are follows from it. */
  readonly defaults: O
  /** Allowed words of options that are words. */
  readonly words?: Readonly<Record<string, readonly string[]>> | undefined
  /** Bounds of options that are numbers. */
  readonly bounds?: Readonly<Record<string, Bounds>> | undefined
  /**
   * What is wrong with these options beyond words and bounds, as sentences that each name the option
   * first; undefined when nothing is. Asked only where words and bounds hold.
   */
  check?(options: O): string | readonly string[] | undefined
}

/** What is wrong with options, each as a sentence; none where nothing is. */
export function flawsOf(part: PartOptions, options: object): readonly string[] {
  const { words = {}, bounds = {} } = part
  const given = options as Readonly<Record<string, unknown>>
  const unknown = Object.entries(words).flatMap(([name, known]) =>
    known.includes(given[name] as string)
      ? []
      : [`"${name}" is "${String(given[name])}": one of ${known.join(', ')} is meant.`],
  )
  const plain = [...unknown, ...outOfBounds(options, bounds)]
  if (plain.length > 0) return plain
  const said = part.check?.(options) ?? []
  return (typeof said === 'string' ? [said] : said).map(sentence)
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
