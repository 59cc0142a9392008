// What `route send` sends: the text given, or the bytes of standard input for `-`.
import { buffer } from 'node:stream/consumers'

export async function payloadOf(
  text: string,
): Promise<{ readonly text: string } | { readonly base64: string }> {
  if (text !== '-') return { text }
  return { base64: (await buffer(process.stdin)).toString('base64') }
}
