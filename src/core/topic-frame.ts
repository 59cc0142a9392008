// Messages of applications carry a topic, so that several programs can share a network. The payload of a
// routed message is then
//
//     00 74 6e 01   "\0tn", version 1
//     <n>           length of the topic, 1 to 64
//     <topic>       n bytes of UTF-8
//     <content>     the rest
//
// A payload that does not begin so is a message without a topic.
import { concatBytes, equalBytes, utf8, utf8Text } from './bytes.ts'
import { Failure } from './failure.ts'

const magic = Uint8Array.of(0x00, 0x74, 0x6e, 0x01)

/** A topic is a name, not a place for content. */
export const topicBytesMax = 64

/**
 * The payload of a message; the content alone without a topic.
 *
 * @throws Failure `route/bad-topic`
 */
export function framed(topic: string | undefined, content: Uint8Array): Uint8Array {
  if (topic === undefined) return content
  const name = utf8(topic)
  if (name.length === 0 || name.length > topicBytesMax || !topic.isWellFormed())
    throw new Failure('route/bad-topic', { topic, bytesMax: topicBytesMax })
  return concatBytes([magic, Uint8Array.of(name.length), name, content])
}

/** Topic and content of a payload, whoever sent it. */
export function unframed(payload: Uint8Array): {
  readonly topic: string | undefined
  readonly content: Uint8Array
} {
  const bare = { topic: undefined, content: payload }
  const length = payload[magic.length] ?? 0
  const begin = magic.length + 1
  if (length === 0 || length > topicBytesMax || payload.length < begin + length) return bare
  if (!equalBytes(payload.subarray(0, magic.length), magic)) return bare
  const name = payload.subarray(begin, begin + length)
  const topic = utf8Text(name)
  // Bytes that are no UTF-8 would give two topics the same name.
  if (!equalBytes(utf8(topic), name)) return bare
  return { topic, content: payload.subarray(begin + length) }
}
