// Between the endpoints of values and the node: which key is meant, and what the bytes are.
import { Failure } from '../core/failure.ts'
import { isRingKey, type PublicKey, type RingKey } from '../core/id.ts'
import { contentKeyOf, namedKeyOf } from '../core/value-key.ts'
import type { AnswerOf, AskedOf } from './endpoints.ts'
import { payloadOf } from './payload.ts'
import type { NodeService } from './service.ts'

export async function getValue(
  service: NodeService,
  { key, of }: AskedOf<'value'>,
): Promise<AnswerOf<'value'>> {
  const position = positionIn(key)
  if (position !== undefined && of === undefined) return service.values.get(position)
  return service.values.get(namedKeyOf(await keyOfAuthor(service, of), key))
}

export async function putValue(
  service: NodeService,
  { key, expires, ...payload }: AskedOf<'putValue'>,
): Promise<AnswerOf<'putValue'>> {
  // The node says better than a schema how large a value may be.
  const bytes = payloadOf(payload)
  const position = positionIn(key)
  const right = contentKeyOf(bytes)
  if (position !== undefined && position !== right)
    throw new Failure('value/wrong-key', { key: position, right })
  const name = position === undefined ? key : undefined
  const lifeMs = expires === undefined ? undefined : Math.round(expires * 1_000)
  return service.values.put({ bytes, name, lifeMs })
}

function positionIn(text: string): RingKey | undefined {
  const lower = text.toLowerCase()
  return isRingKey(lower) ? lower : undefined
}

/** @throws Failure `peer/unknown`, `peer/ambiguous`, `peer/key-unknown` */
async function keyOfAuthor(service: NodeService, name: string | undefined): Promise<PublicKey> {
  const { nodeId, publicKey } = await service.resolve(name ?? (await service.status()).nodeId)
  if (publicKey === null) throw new Failure('peer/key-unknown', { nodeId })
  return publicKey
}
