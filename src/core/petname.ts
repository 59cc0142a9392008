// Names that the owner of a node gives to others for himself. What peers call themselves anybody can
// claim; a petname says which key is meant, whoever else takes that name.
import { Failure } from './failure.ts'
import { isRingKey, type PublicKey, publicKeyOfPeerId } from './id.ts'

/** As long as an owner's name may be in letters. */
const petnameCharactersMax = 64

/** Letters, digits, marks and single signs between them: nothing that ends a word or a list. */
const petnameForm = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._' -]*$/u

/**
 * Reads petnames.
 *
 * @param texts each `NAME=PEERID`
 * @throws Failure `petname/malformed`, also for a name twice; `peer/malformed-id`
 */
export function petnamesOf(texts: readonly string[]): ReadonlyMap<string, PublicKey> {
  const petnames = new Map<string, PublicKey>()
  for (const text of texts) {
    const at = text.lastIndexOf('=')
    const name = text.slice(0, Math.max(0, at)).trim()
    const malformed = (why: string) => new Failure('petname/malformed', { text, why })
    if (at < 0 || name === '') throw malformed('it has no name before an =')
    if ([...name].length > petnameCharactersMax || !petnameForm.test(name))
      throw malformed(`a name is a word of up to ${petnameCharactersMax} letters and digits`)
    if (name.startsWith('12D3Koo') || isRingKey(name.toLowerCase()))
      throw malformed('the name looks like an id')
    if (petnames.has(name)) throw malformed('the name is given twice')
    petnames.set(name, publicKeyOfPeerId(text.slice(at + 1).trim()))
  }
  return petnames
}
